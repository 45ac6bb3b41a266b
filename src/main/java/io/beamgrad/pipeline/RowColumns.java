package io.beamgrad.pipeline;

import io.beamgrad.data.rows.SourceField;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.TableColumns;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.EnumerationType;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.NanosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The columns of rows: a spec names them, and the rows' schema says what their values are. */
final class RowColumns {
  private static final Set<String> TIMES =
      Set.of(
          SqlTypes.DATE.getIdentifier(),
          SqlTypes.DATETIME.getIdentifier(),
          SqlTypes.TIME.getIdentifier(),
          NanosInstant.IDENTIFIER,
          MicrosInstant.IDENTIFIER);

  private RowColumns() {}

  /**
   * Features, targets and weight.
   *
   * @throws WrongInputException where the rows lack one, or have it of a type that is no column
   */
  static List<Column> of(Spec spec, JobSpec job, Schema schema) {
    List<SourceField> fields =
        schema.getFields().stream()
            .map(field -> new SourceField(field.getName(), kind(field.getType()), 0))
            .toList();
    if (job.keyColumn() != null) {
      requireField(spec, "each.key", job.keyColumn(), schema);
    }
    List<Column> columns = TableColumns.of(job, fields);
    columns.forEach(column -> require(spec, job, column, schema));
    job.split().columns().forEach(name -> requireField(spec, "split.by", name, schema));
    if (job.split().holdout() != null) {
      job.split()
          .holdout()
          .keys()
          .forEach(name -> requireField(spec, "split.holdout.key", name, schema));
    }
    if (job.folds() != null) {
      job.folds().columns().forEach(name -> requireField(spec, "folds.by", name, schema));
    }
    return columns;
  }

  private static void require(Spec spec, JobSpec job, Column column, Schema schema) {
    String name = column.getName();
    boolean isKey = column.getRole() == ColumnRole.FEATURE && name.equals(job.keyColumn());
    String key = isKey ? "each.key" : key(column.getRole());
    requireField(spec, key, name, schema);
    FieldType type = schema.getField(name).getType();
    boolean isList = isList(type);
    if (column.getRole() == ColumnRole.FEATURE && !isKey && isList && column.getShape().isEmpty()) {
      throw spec.wrong(
          "data.columns.%s.vector.size".formatted(name), "is missing; the rows have a list there");
    }
    if ((!isList || isKey) && kind(type) == null) {
      throw spec.wrong(
          key, "names '%s', which is a %s and cannot be a column".formatted(name, shown(type)));
    }
  }

  private static String key(ColumnRole role) {
    return switch (role) {
      case FEATURE -> "data.features";
      case TARGET -> "data.target";
      case WEIGHT -> "data.weight";
      case KEY -> "split.by";
    };
  }

  private static void requireField(Spec spec, String key, String name, Schema schema) {
    if (!schema.hasField(name)) {
      throw spec.wrong(
          key,
          "names '%s', but the rows have %s"
              .formatted(name, String.join(", ", schema.getFieldNames())));
    }
  }

  private static boolean isList(FieldType type) {
    return type.getTypeName() == Schema.TypeName.ARRAY
        || type.getTypeName() == Schema.TypeName.ITERABLE;
  }

  private static String shown(FieldType type) {
    return type.getTypeName().isLogicalType()
        ? type.getLogicalType().getIdentifier()
        : type.getTypeName().name();
  }

  /** What values of a type are; null for a list, and for what cannot be a column. */
  private static @Nullable ValueKind kind(FieldType type) {
    return switch (type.getTypeName()) {
      case BYTE, INT16, INT32, INT64, FLOAT, DOUBLE, DECIMAL -> ValueKind.NUMBER;
      case STRING, BYTES -> ValueKind.TEXT;
      case BOOLEAN -> ValueKind.BOOLEAN;
      case DATETIME -> ValueKind.DATE;
      case LOGICAL_TYPE -> kind(type.getLogicalType());
      case ARRAY, ITERABLE, MAP, ROW -> null;
    };
  }

  private static @Nullable ValueKind kind(Schema.LogicalType<?, ?> type) {
    if (type.getIdentifier().equals(EnumerationType.IDENTIFIER)
        || type.getIdentifier().equals(SqlTypes.UUID.getIdentifier())) {
      return ValueKind.TEXT;
    }
    return TIMES.contains(type.getIdentifier()) ? ValueKind.DATE : kind(type.getBaseType());
  }
}
