package io.beamgrad.tensor;

import java.util.Arrays;

/** The products of {@link ByteRows} in plain loops, along the outputs. */
final class PlainBytes {

  private static final int BAND = ByteRows.BAND;

  private PlainBytes() {}

  /** y[batch, n] += x[batch, in] x w[n, in] transposed. */
  static void addProduct(ByteRows x, float[] w, float[] y, int n) {
    float[][] turned = PlainKernels.packed(w, 0, 1, x.width(), x.width(), n); // (in, n)
    int[] columns = x.columns();
    float[] values = x.values();
    float[] acc = Scratch.take(Scratch.TILE, n);
    for (int r = 0; r < x.rows(); r++) {
      int q = x.starts()[r / BAND];
      int end = x.starts()[r / BAND + 1];
      int at = BAND * q + r % BAND;
      System.arraycopy(y, r * n, acc, 0, n);
      for (; q + 4 <= end; q += 4, at += 4 * BAND) {
        PlainKernels.addFour(
            acc,
            n,
            values[at],
            turned[columns[q]],
            values[at + BAND],
            turned[columns[q + 1]],
            values[at + 2 * BAND],
            turned[columns[q + 2]],
            values[at + 3 * BAND],
            turned[columns[q + 3]]);
      }
      for (; q < end; q++, at += BAND) {
        PlainKernels.addOne(acc, n, values[at], turned[columns[q]]);
      }
      System.arraycopy(acc, 0, y, r * n, n);
    }
  }

  /** d[n, in] += g[batch, n] transposed x x[batch, in]. */
  static void addGradient(ByteRows x, float[] g, float[] d, int n) {
    int in = x.width();
    float[][] rows = Scratch.takeRows(in + BAND, n); // d turned, then those of a band of g
    for (int p = 0; p < in; p++) {
      for (int j = 0; j < n; j++) {
        rows[p][j] = d[j * in + p];
      }
    }
    float[] values = x.values();
    for (int band = 0; band < x.bands(); band++) {
      for (int i = 0; i < BAND; i++) {
        int r = band * BAND + i;
        if (r < x.rows()) {
          System.arraycopy(g, r * n, rows[in + i], 0, n);
        } else {
          Arrays.fill(rows[in + i], 0, n, 0f);
        }
      }
      for (int q = x.starts()[band]; q < x.starts()[band + 1]; q++) {
        int at = BAND * q;
        PlainKernels.addFour(
            rows[x.columns()[q]],
            n,
            values[at],
            rows[in],
            values[at + 1],
            rows[in + 1],
            values[at + 2],
            rows[in + 2],
            values[at + 3],
            rows[in + 3]);
      }
    }
    for (int p = 0; p < in; p++) {
      for (int j = 0; j < n; j++) {
        d[j * in + p] = rows[p][j];
      }
    }
  }
}
