package io.beamgrad.spec;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.DatePreparation;
import io.beamgrad.schema.KeyPreparation;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a spec asks for its feature columns, in the records that flow through the pipeline. */
public final class Preparations {
  private Preparations() {}

  /** One for each feature, in order. */
  public static List<Object> of(JobSpec spec, List<Column> columns) {
    return Columns.features(columns).stream().map(column -> of(spec, column)).toList();
  }

  /** The zones in which the dates of columns are looked at. */
  public static Map<String, ZoneId> zones(JobSpec spec, List<Column> columns) {
    return of(spec, columns).stream()
        .filter(DatePreparation.class::isInstance)
        .map(DatePreparation.class::cast)
        .collect(
            Collectors.toMap(
                DatePreparation::getColumn, date -> ZoneId.of(date.getZone()), (one, same) -> one));
  }

  private static Object of(JobSpec spec, Column column) {
    if (column.getName().equals(spec.keyColumn())) {
      return new KeyPreparation(column.getName());
    }
    JobSpec.Data data = spec.data();
    ColumnKind asked = TableColumns.asked(data, column.getName());
    ColumnKind kind = asked == null ? usual(data, column) : asked;
    return kind.preparation(column.getName(), data);
  }

  private static ColumnKind usual(JobSpec.Data data, Column column) {
    return column.getShape().isEmpty()
        ? ColumnKind.usual(column.getKind(), data.missing())
        : ColumnKind.usual("vector", data.missing());
  }
}
