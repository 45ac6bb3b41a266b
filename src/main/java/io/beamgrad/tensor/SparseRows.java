package io.beamgrad.tensor;

import java.util.Arrays;

/**
 * Rows of a matrix of which few values are not zero, {@code (rows, width)}: the columns of each
 * row's values in ascending order. The arrays grow as needed and are used again after {@link
 * #clear}; what lies behind the last value means nothing.
 */
public final class SparseRows {
  private final int width;
  private int[] starts; // (rows + 1): where a row's values begin
  private int[] columns; // (values)
  private float[] values; // (values)
  private int rows;
  private int pending; // values of the row that has not ended

  /** No rows of this many columns. */
  public SparseRows(int width) {
    this(width, 128, 1024);
  }

  /** No rows of this many columns, and room for so many rows and values. */
  public SparseRows(int width, int expectedRows, int expectedValues) {
    if (width < 1) {
      throw new IllegalArgumentException("SparseRows: width must be at least 1, was " + width);
    }
    this.width = width;
    this.starts = new int[expectedRows + 1];
    this.columns = new int[Math.max(1, expectedValues)];
    this.values = new float[columns.length];
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
      throw outOfOrder(column, last);
    }
    if (column == last) {
      values[at - 1] += value;
      return;
    }
    makeRoom(at + 1);
    columns[at] = column;
    values[at] = value;
    pending++;
  }

  /**
   * Adds those of some numbers that are not zero to the row that has not ended.
   *
   * @param column of the first number; those of the others follow
   * @throws IllegalArgumentException where a column is out of range or not behind the last one
   */
  public void addNonZero(int column, float[] from, int fromIndex, int count) {
    int at = starts[rows] + pending;
    requireBehindLast(at, column, column + count - 1);
    makeRoom(at + count);
    for (int i = 0; i < count; i++) {
      float value = from[fromIndex + i];
      columns[at] = column + i;
      values[at] = value;
      at += value != 0 ? 1 : 0; // else the next one takes its place
    }
    pending = at - starts[rows];
  }

  /**
   * Adds ones to the row that has not ended.
   *
   * @param from their columns
   * @throws IllegalArgumentException where they do not ascend, are out of range or not behind the
   *     last one
   */
  public void addOnes(int[] from, int fromIndex, int count) {
    if (count == 0) {
      return;
    }
    int at = starts[rows] + pending;
    requireBehindLast(at, from[fromIndex], from[fromIndex + count - 1]);
    for (int i = fromIndex + 1; i < fromIndex + count; i++) {
      if (from[i] <= from[i - 1]) {
        throw outOfOrder(from[i], from[i - 1]);
      }
    }
    makeRoom(at + count);
    System.arraycopy(from, fromIndex, columns, at, count);
    Arrays.fill(values, at, at + count, 1f);
    pending += count;
  }

  /**
   * Adds all values of a row of others to the row that has not ended.
   *
   * @throws IllegalArgumentException where a column is out of range or not behind the last one
   */
  public void addValues(SparseRows from, int row) {
    int first = from.starts[row];
    int count = from.starts[row + 1] - first;
    if (count == 0) {
      return;
    }
    int at = starts[rows] + pending;
    requireBehindLast(at, from.columns[first], from.columns[first + count - 1]);
    makeRoom(at + count);
    System.arraycopy(from.columns, first, columns, at, count);
    System.arraycopy(from.values, first, values, at, count);
    pending += count;
  }

  private void requireBehindLast(int at, int first, int last) {
    int before = pending == 0 ? -1 : columns[at - 1];
    if (first <= before || last >= width) {
      throw outOfOrder(first <= before ? first : last, before);
    }
  }

  private IllegalArgumentException outOfOrder(int column, int before) {
    return new IllegalArgumentException(
        "SparseRows: column %s of %s after column %s".formatted(column, width, before));
  }

  /**
   * Adds a whole row of others.
   *
   * @throws IllegalArgumentException where they are of another width, or have no such row
   */
  public void addRow(SparseRows from, int row) {
    if (from.width != width || row < 0 || row >= from.rows) {
      throw new IllegalArgumentException(
          "SparseRows: row %s of %s rows of %s columns, expected rows of %s"
              .formatted(row, from.rows, from.width, width));
    }
    int first = from.starts[row];
    int count = from.starts[row + 1] - first;
    int at = starts[rows];
    makeRoom(at + count);
    System.arraycopy(from.columns, first, columns, at, count);
    System.arraycopy(from.values, first, values, at, count);
    pending = count;
    endRow();
  }

  /**
   * Adds a row of others that may have more columns, without its values in these.
   *
   * @throws IllegalArgumentException where they have no such row
   */
  public void addColumns(SparseRows from, int row) {
    if (row < 0 || row >= from.rows) {
      throw new IllegalArgumentException("SparseRows: row %s of %s rows".formatted(row, from.rows));
    }
    int first = from.starts[row];
    int count = from.starts[row + 1] - first;
    while (count > 0 && from.columns[first + count - 1] >= width) {
      count--;
    }
    int at = starts[rows];
    makeRoom(at + count);
    System.arraycopy(from.columns, first, columns, at, count);
    System.arraycopy(from.values, first, values, at, count);
    pending = count;
    endRow();
  }

  private void makeRoom(int size) {
    if (size > columns.length) {
      int longer = Math.max(size, 2 * columns.length);
      columns = Arrays.copyOf(columns, longer);
      values = Arrays.copyOf(values, longer);
    }
  }

  /** Becomes the same rows as others, whose arrays it has then, without copying. */
  public void setData(SparseRows other) {
    if (other.width != width) {
      throw new IllegalArgumentException(
          "setData: rows of %s columns, expected %s".formatted(other.width, width));
    }
    starts = other.starts;
    columns = other.columns;
    values = other.values;
    rows = other.rows;
    pending = other.pending;
  }

  // Operations, whose graph begins here: the rows are data and have no gradient

  /**
   * A fully connected layer in one operation, as {@link Tensor#linear} to the bit (but for the sign
   * of a zero), whose weight has a row for each column of these rows. Its forward, and its gradient
   * of the weight, touch the rows of the weight whose columns have values here.
   *
   * <p>{@code [batch, in] x [in, out] + [out] -> [batch, out]}
   */
  public Tensor linear(Tensor weight, Tensor bias) {
    return SparseOps.linear(this, null, weight, bias, 1f);
  }

  /** The same with a factor of the products, as {@link Tensor#linear(Tensor, Tensor, float)}. */
  public Tensor linear(Tensor weight, Tensor bias, float factor) {
    return SparseOps.linear(this, null, weight, bias, factor);
  }

  /**
   * The same of the rows whose columns are each multiplied by an own number first, as {@code
   * dense.mul(scale).linear(weight, bias, factor)}. It takes time for the values, also for the
   * gradient of the scale.
   *
   * <p>{@code [batch, in] * [in] x [in, out] + [out] -> [batch, out]}
   */
  public Tensor scaledLinear(Tensor scale, Tensor weight, Tensor bias, float factor) {
    return SparseOps.linear(this, scale, weight, bias, factor);
  }

  /** The same rows with their zeros, {@code [rows, width]}. */
  public Tensor toDense() {
    return SparseOps.toDense(this);
  }

  /** The memory that the arrays take. */
  public long bytes() {
    return (long) Integer.BYTES * (starts.length + columns.length)
        + (long) Float.BYTES * values.length;
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
