package io.beamgrad.data.formats;

import io.beamgrad.data.rows.RowSink;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.FileRange;

/** Reads the records of one range of one source file, in order. */
public interface RecordReader {

  /**
   * Reads the range from its first record to its last.
   *
   * @return how many records were read, the rejected ones counted
   * @throws BrokenFileException where the file is not what its format says
   */
  long read(FileRange range, RowSink sink);
}
