package io.beamgrad.tensor;

import java.util.Arrays;

/**
 * Which rows of a matrix's gradient may be other than zero, where a step gives gradients to few of
 * them: see {@link Tensor#gradRows}. A row that was added twice is there once.
 */
public final class GradRows {
  private final int size;
  private final long[] marks; // a bit for each row
  private int[] rows = new int[256];
  private int count;
  private boolean all;

  GradRows(int size) {
    this.size = size;
    this.marks = new long[(size + Long.SIZE - 1) / Long.SIZE];
  }

  /** True where every row may be other than zero; the rest does not mean anything then. */
  public boolean all() {
    return all;
  }

  /** The number of rows. */
  public int count() {
    return count;
  }

  /** The rows' numbers, {@code (at least count)}, in the order in which they were added. */
  public int[] rows() {
    return rows;
  }

  /** Puts the rows in ascending order; takes time for each, and for each 64 of the whole matrix. */
  public void sort() {
    int next = 0;
    for (int word = 0; next < count; word++) {
      for (long left = marks[word]; left != 0; left &= left - 1) {
        rows[next++] = word * Long.SIZE + Long.numberOfTrailingZeros(left);
      }
    }
  }

  /** Adds the columns of some values: they are the rows of the gradient of what they multiply. */
  void addAll(int[] columns, int fromInclusive, int toExclusive) {
    if (all) {
      return;
    }
    // One more than there can be rows, as each column is written before it is known to be new.
    int most = (int) Math.min(size, (long) count + toExclusive - fromInclusive) + 1;
    if (rows.length < most) {
      rows = Arrays.copyOf(rows, Math.max(most, (int) Math.min(size, 2L * rows.length)));
    }
    int next = count;
    for (int i = fromInclusive; i < toExclusive; i++) {
      int row = columns[i];
      long word = marks[row >> 6];
      marks[row >> 6] = word | 1L << row;
      rows[next] = row;
      next += (int) (~word >>> row & 1); // without a branch, which would be hard to predict
    }
    count = next;
  }

  void setAll() {
    all = true;
  }

  void clear() {
    if (all) {
      Arrays.fill(marks, 0);
    } else {
      for (int i = 0; i < count; i++) {
        marks[rows[i] >> 6] = 0;
      }
    }
    count = 0;
    all = false;
  }
}
