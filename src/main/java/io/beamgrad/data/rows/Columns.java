package io.beamgrad.data.rows;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The columns of rows: features first, then targets, then a weight, then keys. */
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

  /** The columns, and behind them a key of each name that has none yet. */
  public static List<Column> withKeys(List<Column> columns, List<String> names) {
    List<Column> all = new ArrayList<>(columns);
    for (String name : names) {
      if (keyIndex(all, name) < 0) {
        all.add(key(name));
      }
    }
    return List.copyOf(all);
  }

  /** The index of the key of a name; -1 where there is none. */
  public static int keyIndex(List<Column> columns, String name) {
    return index(
        columns,
        name,
        column -> column.getRole() == ColumnRole.KEY && column.getType() == ColumnType.STRINGS);
  }

  /** The index of the feature or target of a name; -1 where there is none. */
  public static int contentIndex(List<Column> columns, String name) {
    return index(columns, name, column -> isFeature(column) || isTarget(column));
  }

  /** The index of the first column of a name that is as it should be; -1 where there is none. */
  public static int index(List<Column> columns, String name, Predicate<Column> isWanted) {
    for (int c = 0; c < columns.size(); c++) {
      if (columns.get(c).getName().equals(name) && isWanted.test(columns.get(c))) {
        return c;
      }
    }
    return -1;
  }
}
