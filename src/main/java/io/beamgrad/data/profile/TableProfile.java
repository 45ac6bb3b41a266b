package io.beamgrad.data.profile;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.NumberStyle;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.ValueKind;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Describes the first records of a file, each column by itself: a value that cannot be read leaves
 * the other columns of its record as they are.
 *
 * @param columns the profile of every field that is not a list, in the file's order
 * @param lists the profile of every field that is a list, in the file's order
 * @param records how many were looked at, the rejected ones counted
 * @param rejected how many of them could not be read at all
 * @param firstReject the first of these; null where there is none
 * @param isWhole true where the file has no more
 * @param rows how many records all files have: of text, where there are more than were looked at,
 *     an estimate by the size of those
 */
public record TableProfile(
    List<ColumnProfile> columns,
    List<ListProfile> lists,
    long records,
    long rejected,
    @Nullable Reject firstReject,
    boolean isWhole,
    long rows) {

  /**
   * Looks at the first file that the name or glob of some files finds.
   *
   * @param fields of the file; those that no column can take are not looked at
   * @param most how many records to look at
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where the file is not what its format says
   */
  public static TableProfile of(DataPaths files, List<SourceField> fields, long most) {
    List<SourceField> readable = fields.stream().filter(field -> field.refusal() == null).toList();
    List<Column> columns = readable.stream().map(TableProfile::column).toList();
    SourceFiles source = SourceFiles.table(files, columns);
    FileRange range = source.ranges().get(0);
    Counting counting = new Counting(readable, NumberStyle.of(range.getCsv()));
    boolean isWhole = FirstRecords.read(range, most, counting) && source.ranges().size() == 1;
    return new TableProfile(
        counting.columns(),
        counting.lists(),
        counting.records,
        counting.rejected,
        counting.firstReject,
        isWhole,
        isWhole ? counting.records : rows(source, counting));
  }

  private static long rows(SourceFiles source, Counting looked) {
    boolean isKnown = source.ranges().stream().allMatch(range -> range.getRecords() >= 0);
    if (isKnown) {
      return source.ranges().stream().mapToLong(FileRange::getRecords).sum();
    }
    boolean hasNames = source.ranges().get(0).getFormat() == FileFormat.JSONL;
    long bytes = hasNames ? 2 * looked.records : 0; // braces; the end of a line is its last comma
    for (ColumnProfile column : looked.columns()) {
      long around = hasNames ? column.name().length() + 4 : 1; // quotes, colon and comma
      bytes += column.textBytes() + looked.records * around;
    }
    for (ListProfile list : looked.lists()) {
      long around = list.name().length() + 6L; // brackets too
      bytes += list.textBytes() + looked.records * around;
    }
    return bytes == 0 ? 0 : Math.max(looked.records, source.dataBytes() * looked.records / bytes);
  }

  static Column column(SourceField field) {
    boolean isList = field.length() > 0;
    return new Column(
        field.name(),
        isList ? ColumnType.FLOATS : ColumnType.STRINGS,
        isList ? List.of(field.length()) : List.of(),
        ColumnRole.FEATURE,
        isList ? ValueKind.NUMBER : ValueKind.TEXT,
        null,
        true);
  }

  private static final class Counting implements RowSink {
    private final List<Object> profiles; // a ColumnProfile or a ListProfile for each column
    private final List<String> names;
    private long records;
    private long rejected;
    private @Nullable Reject firstReject;

    Counting(List<SourceField> fields, NumberStyle numbers) {
      names = fields.stream().map(SourceField::name).toList();
      profiles =
          fields.stream()
              .<Object>map(
                  field ->
                      field.length() > 0
                          ? new ListProfile(field)
                          : new ColumnProfile(field.name(), numbers))
              .toList();
    }

    @Override
    public void accept(long record, ColumnBlock row) {
      add(row, Map.of());
    }

    @Override
    public void rejectColumns(ColumnBlock row, Map<String, String> faults, Reject reject) {
      add(row, faults);
    }

    private void add(ColumnBlock row, Map<String, String> faults) {
      records++;
      for (int c = 0; c < profiles.size(); c++) {
        String fault = faults.get(names.get(c));
        if (profiles.get(c) instanceof ListProfile list) {
          if (fault == null) {
            list.add(row.column(c));
          } else {
            list.addFault(fault);
          }
        } else {
          ColumnProfile column = (ColumnProfile) profiles.get(c);
          if (fault == null) {
            column.add(row.column(c).text(0));
          } else {
            column.addFault(fault);
          }
        }
      }
    }

    @Override
    public void reject(Reject reject) {
      records++;
      rejected++;
      firstReject = firstReject == null ? reject : firstReject;
    }

    private List<ColumnProfile> columns() {
      return profiles.stream()
          .filter(ColumnProfile.class::isInstance)
          .map(ColumnProfile.class::cast)
          .toList();
    }

    private List<ListProfile> lists() {
      return profiles.stream()
          .filter(ListProfile.class::isInstance)
          .map(ListProfile.class::cast)
          .toList();
    }
  }
}
