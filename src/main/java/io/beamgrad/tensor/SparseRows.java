package io.beamgrad.tensor;

import java.util.Arrays;

/**
 * Rows of a matrix of which few values are not zero, {@code (rows, width)}: the columns of each
 * row's values in ascending order. The arrays grow as needed and are used again after {@link
 * #clear}; what lies behind the last value means nothing.
 */
public final class SparseRows {
  private final int width;
  private int[] starts = new int[129]; // (rows + 1): where a row's values begin
  private int[] columns = new int[1024]; // (values)
  private float[] values = new float[1024]; // (values)
  private int rows;
  private int pending; // values of the row that has not ended

  /** No rows of this many columns. */
  public SparseRows(int width) {
    if (width < 1) {
      throw new IllegalArgumentException("SparseRows: width must be at least 1, was " + width);
    }
    this.width = width;
  }

  /** Takes all rows away. */
  public void clear() {
    rows = 0;
    pending = 0;
    starts[0] = 0;
  }

  /** Ends the row that values were added to; it may have none. */
  public void endRow() {
    rows++;
    if (rows + 1 > starts.length) {
      starts = Arrays.copyOf(starts, 2 * starts.length);
    }
    starts[rows] = starts[rows - 1] + pending;
    pending = 0;
  }

  /**
   * Adds a value to the row that has not ended. A column that was just added gets the sum.
   *
   * @throws IllegalArgumentException where the column is out of range or before the last one added
   */
  public void add(int column, float value) {
    int at = starts[rows] + pending;
    int last = pending == 0 ? -1 : columns[at - 1];
    if (column < 0 || column >= width || column < last) {
      throw new IllegalArgumentException(
          "SparseRows: column %d of %d after column %d".formatted(column, width, last));
    }
    if (column == last) {
      values[at - 1] += value;
      return;
    }
    if (at == columns.length) {
      columns = Arrays.copyOf(columns, 2 * at);
      values = Arrays.copyOf(values, 2 * at);
    }
    columns[at] = column;
    values[at] = value;
    pending++;
  }

  public int rows() {
    return rows;
  }

  public int width() {
    return width;
  }

  /** {@code (rows + 1)}: row i's values are those from {@code starts[i]} to {@code starts[i+1]}. */
  public int[] starts() {
    return starts;
  }

  /** The column of each value. */
  public int[] columns() {
    return columns;
  }

  /** The values. */
  public float[] values() {
    return values;
  }
}
