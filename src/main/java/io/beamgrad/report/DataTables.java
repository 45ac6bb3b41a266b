package io.beamgrad.report;

import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.data.rows.RejectGroups;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnSummary;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.ValueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes tables that summarise the rows of a job. */
public final class DataTables {
  private static final int MOST_REJECT_ROWS = 20;

  private static final double MOST_DIGITS = 1e16; // of whole numbers that are shown by all

  private DataTables() {}

  /**
   * Ranges, missing values and most frequent values, a row for each column.
   *
   * @param columns the columns of the rows
   * @param rows how many rows were summarised
   */
  public static Table columns(List<ColumnSummary> summaries, List<Column> columns, long rows) {
    List<List<String>> cells = new ArrayList<>();
    for (ColumnSummary column : summaries) {
      boolean isTime = column.getKind() == ValueKind.DATE;
      cells.add(
          List.of(
              column.getName(),
              column.getIsTarget() ? "target" : "feature",
              column.getKind().name().toLowerCase(Locale.ROOT),
              value(column.getMin(), isTime),
              value(column.getMax(), isTime),
              NumberText.brief(column.getMean()),
              NumberText.brief(column.getDeviation()),
              column.getMissing() == 0 ? "" : missing(column, columns, rows),
              column.getDistinct() == null ? "" : NumberText.count(column.getDistinct()),
              column.getCommon().stream()
                  .limit(3)
                  .map(
                      c ->
                          NumberText.cut(c.getValue(), 20)
                              + " ("
                              + NumberText.count(c.getRows())
                              + ")")
                  .collect(Collectors.joining(", "))));
    }
    return new Table(
            Set.of(0, 1, 2, 9),
            List.of(
                "column",
                "role",
                "kind",
                "min",
                "max",
                "mean",
                "deviation",
                "missing",
                "different",
                "common"),
            cells)
        .withoutEmptyColumns();
  }

  /** How many values of a column are missing, and their share of all values. */
  private static String missing(ColumnSummary column, List<Column> columns, long rows) {
    long values =
        columns.stream()
            .filter(c -> c.getName().equals(column.getName()))
            .mapToLong(ColumnLayout::valuesPerRow)
            .sum();
    return "%s (%s)"
        .formatted(
            NumberText.count(column.getMissing()),
            NumberText.percent((double) column.getMissing() / (values * rows)));
  }

  private static String value(Double value, boolean isTime) {
    if (isTime && value != null) {
      return LongsColumn.text(value.longValue());
    }
    boolean isWhole = value != null && value == Math.rint(value) && Math.abs(value) < MOST_DIGITS;
    return isWhole ? NumberText.count(value.longValue()) : NumberText.brief(value);
  }

  /** Why records could not be used, a row for each column of each file. */
  public static Table rejects(RejectGroups rejects) {
    List<List<String>> rows = new ArrayList<>();
    for (RejectGroups.Group group : rejects.groups()) {
      if (rows.size() < MOST_REJECT_ROWS) {
        Reject first = group.first();
        rows.add(
            List.of(
                first.getFile(),
                first.getColumn() == null ? "" : first.getColumn(),
                "record %s: %s".formatted(NumberText.count(first.getRecord()), first.getReason()),
                NumberText.count(group.records())));
      }
    }
    return new Table(3, List.of("file", "column", "the first", "records"), rows);
  }
}
