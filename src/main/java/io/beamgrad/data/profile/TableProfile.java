package io.beamgrad.data.profile;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.ValueKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Describes the first records of a file.
 *
 * @param columns the profile of every field that is not a list, in the file's order
 * @param records how many were looked at, the rejected ones counted
 * @param rejected how many of them could not be read
 * @param isWhole true where the file has no more
 */
public record TableProfile(
    List<ColumnProfile> columns, long records, long rejected, boolean isWhole) {

  /** Ends the reading of a file early. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Enough() {
      super(null, null, false, false);
    }
  }

  /**
   * Looks at the first file that the name or glob of some files finds.
   *
   * @param most how many records to look at
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where the file is not what its format says
   */
  public static TableProfile of(DataPaths files, List<SourceField> fields, long most) {
    List<Column> columns =
        fields.stream()
            .filter(field -> field.length() == 0 && field.refusal() == null)
            .map(TableProfile::text)
            .toList();
    FileRange range = SourceFiles.table(files, columns).ranges().get(0);
    Counting counting = new Counting(columns, most);
    boolean isWhole = true;
    try {
      SourceFiles.reader(range.getFormat()).read(range, counting);
    } catch (Enough e) {
      isWhole = false;
    }
    return new TableProfile(counting.profiles, counting.records, counting.rejected, isWhole);
  }

  private static Column text(SourceField field) {
    return new Column(
        field.name(),
        ColumnType.STRINGS,
        List.of(),
        ColumnRole.FEATURE,
        ValueKind.TEXT,
        null,
        true);
  }

  private static final class Counting implements RowSink {
    private final List<ColumnProfile> profiles = new ArrayList<>();
    private final long most;
    private long records;
    private long rejected;

    Counting(List<Column> columns, long most) {
      columns.forEach(column -> profiles.add(new ColumnProfile(column.getName())));
      this.most = most;
    }

    @Override
    public void accept(long record, ColumnBlock row) {
      next();
      for (int c = 0; c < profiles.size(); c++) {
        profiles.get(c).add(row.column(c).text(0));
      }
    }

    @Override
    public void reject(Reject reject) {
      next();
      rejected++;
    }

    private void next() {
      if (records == most) {
        throw new Enough();
      }
      records++;
    }
  }
}
