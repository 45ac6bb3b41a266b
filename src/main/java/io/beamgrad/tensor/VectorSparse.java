package io.beamgrad.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link SparseProduct} on the vector unit, for the columns of the result that fill vectors: whole
 * ones, and of the rest those of four; fewer columns than fill one are left to the plain loops,
 * which were faster for ten. Lanes lie along the result's columns, so that each element keeps its
 * own chain of additions.
 *
 * <p>C2 makes no vectors of the plain loops: two places of one array could be the same.
 */
final class VectorSparse {

  private static final VectorSpecies<Float> FLOATS = VectorTiles.FLOATS;
  private static final int WIDTH = VectorTiles.WIDTH;
  private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;

  private VectorSparse() {}

  /** The columns of n that {@link #addProduct} and {@link #addGradient} compute, from the first. */
  static int whole(int n) {
    return n < WIDTH ? 0 : FOUR.loopBound(n);
  }

  /** y[batch, n] += x[batch, in] x w[in, n]. */
  static void addProduct(
      int[] starts, int[] columns, float[] values, float[] w, float[] y, int batch, int n) {
    int wide = FLOATS.loopBound(n);
    for (int i = 0; i < batch; i++) {
      for (int j = 0; j < wide; j += WIDTH) {
        FloatVector sum = FloatVector.fromArray(FLOATS, y, i * n + j);
        for (int at = starts[i]; at < starts[i + 1]; at++) {
          FloatVector row = FloatVector.fromArray(FLOATS, w, columns[at] * n + j);
          sum = FloatVector.broadcast(FLOATS, values[at]).fma(row, sum);
        }
        sum.intoArray(y, i * n + j);
      }
      for (int j = wide; j < whole(n); j += FOUR.length()) {
        FloatVector sum = FloatVector.fromArray(FOUR, y, i * n + j);
        for (int at = starts[i]; at < starts[i + 1]; at++) {
          FloatVector row = FloatVector.fromArray(FOUR, w, columns[at] * n + j);
          sum = FloatVector.broadcast(FOUR, values[at]).fma(row, sum);
        }
        sum.intoArray(y, i * n + j);
      }
    }
  }

  /** d[in, n] += x[batch, in] transposed x g[batch, n]. */
  static void addGradient(
      int[] starts, int[] columns, float[] values, float[] g, float[] d, int batch, int n) {
    int wide = FLOATS.loopBound(n);
    for (int i = 0; i < batch; i++) {
      for (int at = starts[i]; at < starts[i + 1]; at++) {
        int row = columns[at] * n;
        for (int j = 0; j < wide; j += WIDTH) {
          FloatVector.broadcast(FLOATS, values[at])
              .fma(
                  FloatVector.fromArray(FLOATS, g, i * n + j),
                  FloatVector.fromArray(FLOATS, d, row + j))
              .intoArray(d, row + j);
        }
        for (int j = wide; j < whole(n); j += FOUR.length()) {
          FloatVector.broadcast(FOUR, values[at])
              .fma(
                  FloatVector.fromArray(FOUR, g, i * n + j),
                  FloatVector.fromArray(FOUR, d, row + j))
              .intoArray(d, row + j);
        }
      }
    }
  }
}
