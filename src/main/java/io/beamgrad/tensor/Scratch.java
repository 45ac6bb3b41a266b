package io.beamgrad.tensor;

/**
 * A thread's own work arrays, which grow to the largest size asked for and are used again, so that
 * a steady step allocates nothing. What they hold is undefined when taken.
 */
final class Scratch {

  static final int TRANSPOSED = 0;
  static final int PANEL = 1;
  static final int TILE = 2;
  static final int LANES = 3;
  static final int ROW = 4;
  private static final int PURPOSES = 5;

  private static final ThreadLocal<float[][]> ARRAYS =
      ThreadLocal.withInitial(() -> new float[PURPOSES][0]);

  private Scratch() {}

  /** An array of at least {@code size} elements, valid until the next call with this purpose. */
  static float[] take(int purpose, int size) {
    float[][] arrays = ARRAYS.get();
    if (arrays[purpose].length < size) {
      arrays[purpose] = new float[size];
    }
    return arrays[purpose];
  }
}
