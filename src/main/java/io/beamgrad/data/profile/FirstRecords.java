package io.beamgrad.data.profile;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import java.util.Map;

/** Gives a sink the first records of a file, and ends the reading after them. */
final class FirstRecords implements RowSink {
  private final RowSink sink;
  private final long most;
  private long records;

  /** Ends the reading of a file early. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Enough() {
      super(null, null, false, false);
    }
  }

  private FirstRecords(RowSink sink, long most) {
    this.sink = sink;
    this.most = most;
  }

  /** Reads at most so many records; true where the file has no more. */
  static boolean read(FileRange range, long most, RowSink sink) {
    try {
      SourceFiles.reader(range.getFormat()).read(range, new FirstRecords(sink, most));
      return true;
    } catch (Enough e) {
      return false;
    }
  }

  @Override
  public void accept(long record, ColumnBlock row) {
    next();
    sink.accept(record, row);
  }

  @Override
  public void reject(Reject reject) {
    next();
    sink.reject(reject);
  }

  @Override
  public void rejectColumns(ColumnBlock row, Map<String, String> faults, Reject reject) {
    next();
    sink.rejectColumns(row, faults, reject);
  }

  private void next() {
    if (records == most) {
      throw new Enough();
    }
    records++;
  }
}
