package io.beamgrad.tensor;

/**
 * A thread's own work arrays, which grow to the largest size asked for and are used again, so that
 * a steady step allocates nothing. What they hold is undefined when taken.
 */
final class Scratch {

  static final int ROWS = 0;
  static final int COLUMNS = 1;
  static final int PANEL = 2;
  static final int TILE = 3;
  static final int LANES = 4;
  static final int ELEMENTS = 5;
  static final int LAST_ROWS = 6;
  static final int LAST_SUMS = 7;
  private static final int PURPOSES = 8;

  private static final ThreadLocal<float[][]> ARRAYS =
      ThreadLocal.withInitial(() -> new float[PURPOSES][0]);

  private static final ThreadLocal<float[][]> MATRIX =
      ThreadLocal.withInitial(() -> new float[0][0]);

  private Scratch() {}

  /** An array of at least {@code size} elements, valid until the next call with this purpose. */
  static float[] take(int purpose, int size) {
    float[][] arrays = ARRAYS.get();
    if (arrays[purpose].length < size) {
      arrays[purpose] = new float[size];
    }
    return arrays[purpose];
  }

  /** At least {@code count} arrays of at least {@code size} elements each. */
  static float[][] takeRows(int count, int size) {
    float[][] rows = MATRIX.get();
    if (rows.length < count || (count > 0 && rows[0].length < size)) {
      int oldSize = rows.length == 0 ? 0 : rows[0].length;
      rows = new float[Math.max(count, rows.length)][Math.max(size, oldSize)];
      MATRIX.set(rows);
    }
    return rows;
  }
}
