package io.beamgrad.data.rows;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.util.List;

/** The columns of rows: features first, then targets, then a weight, then a key. */
public final class Columns {
  private Columns() {}

  /** A column to predict from, whose values are never missing. */
  public static Column feature(String name, ColumnType type, List<Integer> shape) {
    return new Column(name, type, shape, ColumnRole.FEATURE, kind(type), null, false);
  }

  /** A column to predict, whose values are never missing. */
  public static Column target(String name, ColumnType type, List<Integer> shape) {
    return new Column(name, type, shape, ColumnRole.TARGET, kind(type), null, false);
  }

  /** The column of the weights of rows. */
  public static Column weight(String name) {
    return new Column(
        name, ColumnType.FLOATS, List.of(), ColumnRole.WEIGHT, ValueKind.NUMBER, null, false);
  }

  /** A column of texts that only decides the split of rows. */
  public static Column key(String name) {
    return new Column(
        name, ColumnType.STRINGS, List.of(), ColumnRole.KEY, ValueKind.TEXT, null, false);
  }

  private static ValueKind kind(ColumnType type) {
    return switch (type) {
      case BYTES, FLOATS -> ValueKind.NUMBER;
      case LONGS -> ValueKind.DATE;
      case STRINGS -> ValueKind.TEXT;
    };
  }

  public static boolean isFeature(Column column) {
    return column.getRole() == ColumnRole.FEATURE;
  }

  public static boolean isTarget(Column column) {
    return column.getRole() == ColumnRole.TARGET;
  }

  public static boolean isWeight(Column column) {
    return column.getRole() == ColumnRole.WEIGHT;
  }

  public static List<Column> features(List<Column> columns) {
    return withRole(columns, ColumnRole.FEATURE);
  }

  public static List<Column> targets(List<Column> columns) {
    return withRole(columns, ColumnRole.TARGET);
  }

  private static List<Column> withRole(List<Column> columns, ColumnRole role) {
    return columns.stream().filter(column -> column.getRole() == role).toList();
  }

  /** The index of the target column of classes; -1 where targets are numbers. */
  public static int classColumn(List<Column> columns) {
    int first = features(columns).size();
    boolean isClass =
        targets(columns).size() == 1
            && (columns.get(first).getType() == ColumnType.STRINGS
                || columns.get(first).getType() == ColumnType.BYTES);
    return isClass ? first : -1;
  }

  /** The columns that are kept in blocks: all but the keys. */
  public static List<Column> kept(List<Column> columns) {
    return columns.stream().filter(column -> column.getRole() != ColumnRole.KEY).toList();
  }
}
