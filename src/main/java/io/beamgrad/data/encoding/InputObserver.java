package io.beamgrad.data.encoding;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.TextCodes;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.InputCoverage;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells of each value of a row whether the training has seen its like: the category, the key, or a
 * number not smaller or larger. Hashed categories, dates, booleans and images are not observed. Not
 * thread-safe.
 */
public final class InputObserver {
  /** A category that was learned, a key of the training, or a number within its range. */
  public static final byte SEEN = 0;

  public static final byte MISSING = 1;

  /** A category that was not learned, a new key, or a number outside the training's range. */
  public static final byte OUTSIDE = 2;

  /** A category that was learned of the same number written otherwise. */
  public static final byte OTHERWISE = 3;

  private final List<Observed> columns = new ArrayList<>();
  private byte[] row = {}; // (columns)

  /** Observes one column. */
  @FunctionalInterface
  private interface Observation {
    int of(RawColumn values, int row);
  }

  /**
   * @param index of the column among those of a block
   */
  private record Observed(int index, String name, Observation observation) {}

  InputObserver() {}

  void addFeature(int index, Column column, ColumnEncoder encoder, List<InputCoverage> coverage) {
    if (encoder instanceof CategoryEncoder category) {
      if (!category.isHashed()) {
        add(index, column, category::observe);
      }
      return;
    }
    if (encoder instanceof KeyEncoder key) {
      if (key.knowsKeys()) {
        add(index, column, key::observe);
      }
      return;
    }
    coverage.stream()
        .filter(one -> one.getColumn().equals(column.getName()) && one.getLeast() != null)
        .findFirst()
        .filter(one -> one.getLargest() != null && column.getType() == ColumnType.FLOATS)
        .ifPresent(one -> add(index, column, inRange(column, one)));
  }

  void addClass(int index, Column column, LearnedTexts labels) {
    TextCodes label =
        new TextCodes() {
          @Override
          public int ofMissing() {
            return SEEN;
          }

          @Override
          public int of(byte[] utf8, int from, int to) {
            return labels.isOtherwise(utf8, from, to) ? OTHERWISE : SEEN;
          }
        };
    add(index, column, (values, row) -> ((TextsColumn) values).code(row, label));
  }

  private void add(int index, Column column, Observation observation) {
    columns.add(new Observed(index, column.getName(), observation));
    row = new byte[columns.size()];
  }

  private static Observation inRange(Column column, InputCoverage range) {
    int width = ColumnLayout.valuesPerRow(column);
    double least = range.getLeast();
    double largest = range.getLargest();
    return (values, row) -> {
      byte found = MISSING;
      for (int i = row * width; i < (row + 1) * width; i++) {
        double value = values.number(i);
        if (value < least || value > largest) {
          return OUTSIDE;
        }
        found = Double.isNaN(value) ? found : SEEN;
      }
      return found;
    };
  }

  /** The names of the observed columns. */
  public List<String> columns() {
    return columns.stream().map(Observed::name).toList();
  }

  /**
   * Observes a row of a block.
   *
   * @return for each of {@link #columns} one of the constants; overwritten by the next call
   */
  public byte[] observe(ColumnBlock block, int number) {
    for (int c = 0; c < row.length; c++) {
      Observed column = columns.get(c);
      row[c] = (byte) column.observation.of(block.column(column.index), number);
    }
    return row;
  }
}
