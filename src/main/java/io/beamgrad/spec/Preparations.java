package io.beamgrad.spec;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import java.util.List;

/** What a spec asks for its feature columns, in the records that flow through the pipeline. */
public final class Preparations {
  private Preparations() {}

  /** One for each feature, in order. */
  public static List<Object> of(JobSpec.Data data, List<Column> columns) {
    return Columns.features(columns).stream().map(column -> of(data, column)).toList();
  }

  private static Object of(JobSpec.Data data, Column column) {
    ColumnKind asked = TableColumns.asked(data, column.getName());
    ColumnKind kind = asked == null ? usual(data, column) : asked;
    return kind.preparation(column.getName(), data.scale());
  }

  private static ColumnKind usual(JobSpec.Data data, Column column) {
    return column.getShape().isEmpty()
        ? ColumnKind.usual(column.getKind(), data.missing())
        : ColumnKind.usual("vector", data.missing());
  }
}
