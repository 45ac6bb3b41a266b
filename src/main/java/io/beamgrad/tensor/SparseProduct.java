package io.beamgrad.tensor;

/**
 * Products of sparse rows by plain loops, as {@link Kernels} has them, for the columns of the
 * result from one on.
 */
final class SparseProduct {

  private SparseProduct() {}

  /** y[batch, n] += x[batch, in] x w[in, n]. */
  static void addProduct(
      int[] starts,
      int[] columns,
      float[] values,
      float[] w,
      float[] y,
      int batch,
      int n,
      int fromColumn) {
    if (n == 1) {
      dotRows(starts, columns, values, w, y, batch);
      return;
    }
    for (int i = 0; i < batch; i++) {
      for (int at = starts[i]; at < starts[i + 1]; at++) {
        float value = values[at];
        int row = columns[at] * n;
        for (int j = fromColumn; j < n; j++) {
          y[i * n + j] = Math.fma(value, w[row + j], y[i * n + j]);
        }
      }
    }
  }

  /** d[in, n] += x[batch, in] transposed x g[batch, n]. */
  static void addGradient(
      int[] starts,
      int[] columns,
      float[] values,
      float[] g,
      float[] d,
      int batch,
      int n,
      int fromColumn) {
    if (n == 1) {
      scatterRows(starts, columns, values, g, d, batch);
      return;
    }
    for (int i = 0; i < batch; i++) {
      for (int at = starts[i]; at < starts[i + 1]; at++) {
        float value = values[at];
        int row = columns[at] * n;
        for (int j = fromColumn; j < n; j++) {
          d[row + j] = Math.fma(value, g[i * n + j], d[row + j]);
        }
      }
    }
  }

  /**
   * y[batch] += x[batch, in] x w[in]: the product of one output. Two rows at once, as each sum
   * waits for its last addition.
   */
  private static void dotRows(
      int[] starts, int[] columns, float[] values, float[] w, float[] y, int batch) {
    int i = 0;
    for (; i + 1 < batch; i += 2) {
      int at = starts[i];
      int next = starts[i + 1];
      int both = Math.min(next - at, starts[i + 2] - next);
      float sum = y[i];
      float nextSum = y[i + 1];
      for (int k = 0; k < both; k++) {
        sum = Math.fma(values[at + k], w[columns[at + k]], sum);
        nextSum = Math.fma(values[next + k], w[columns[next + k]], nextSum);
      }
      y[i] = dot(columns, values, w, at + both, next, sum);
      y[i + 1] = dot(columns, values, w, next + both, starts[i + 2], nextSum);
    }
    if (i < batch) {
      y[i] = dot(columns, values, w, starts[i], starts[i + 1], y[i]);
    }
  }

  private static float dot(
      int[] columns, float[] values, float[] w, int from, int to, float sumSoFar) {
    float sum = sumSoFar;
    for (int at = from; at < to; at++) {
      sum = Math.fma(values[at], w[columns[at]], sum);
    }
    return sum;
  }

  /** d[in] += x[batch, in] transposed x g[batch]: the gradient of one output. */
  private static void scatterRows(
      int[] starts, int[] columns, float[] values, float[] g, float[] d, int batch) {
    int at = starts[0];
    for (int i = 0; i < batch; i++) {
      float slope = g[i];
      for (int end = starts[i + 1]; at < end; at++) {
        d[columns[at]] = Math.fma(slope, values[at], d[columns[at]]);
      }
    }
  }
}
