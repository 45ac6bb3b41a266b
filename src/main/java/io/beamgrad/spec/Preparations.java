package io.beamgrad.spec;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.BooleanPreparation;
import io.beamgrad.schema.CategoryPreparation;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.DatePreparation;
import io.beamgrad.schema.NumberPreparation;
import io.beamgrad.spec.ColumnSpec.Scale;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What a spec asks for its feature columns, in the records that flow through the pipeline. */
public final class Preparations {
  private Preparations() {}

  /** One for each feature, in order. */
  public static List<Object> of(JobSpec.Data data, List<Column> columns) {
    return Columns.features(columns).stream().map(column -> of(data, column)).toList();
  }

  private static Object of(JobSpec.Data data, Column column) {
    ColumnSpec asked = TableColumns.asked(data, column.getName());
    ColumnSpec kind = asked == null ? TableColumns.usual(column.getKind()) : asked;
    String name = column.getName();
    if (kind instanceof ColumnSpec.Category category) {
      return new CategoryPreparation(
          name,
          category.minCount(),
          category.most(),
          category.hash(),
          category.missing(),
          category.constant());
    }
    if (kind instanceof ColumnSpec.Flag flag) {
      return new BooleanPreparation(name, flag.missing(), flag.indicator());
    }
    if (kind instanceof ColumnSpec.Date date) {
      return new DatePreparation(name, date.parts(), date.zone(), date.missing(), date.indicator());
    }
    if (kind instanceof ColumnSpec.Vector vector) {
      return number(name, ColumnSpec.Numeric.DEFAULT, scale(vector.scale(), data));
    }
    ColumnSpec.Numeric number = (ColumnSpec.Numeric) kind;
    return number(name, number, scale(number.scale(), data));
  }

  private static NumberPreparation number(String name, ColumnSpec.Numeric number, Scale scale) {
    return new NumberPreparation(
        name,
        number.clipLow(),
        number.clipHigh(),
        number.log(),
        scale.method(),
        scale.divisor(),
        number.missing(),
        number.constant(),
        number.indicator());
  }

  private static Scale scale(@Nullable Scale own, JobSpec.Data data) {
    if (own != null) {
      return own;
    }
    return data.scale() == null ? Scale.NONE : data.scale();
  }
}
