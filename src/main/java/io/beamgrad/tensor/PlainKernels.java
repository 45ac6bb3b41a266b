package io.beamgrad.tensor;

import java.util.Arrays;

/** The reference: plain loops, which say what the fast twin must give. */
final class PlainKernels implements Kernels {

  @Override
  public String toString() {
    return "plain loops";
  }

  @Override
  public void matmul(float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate) {
    product(a, k, 1, b, c, m, k, n, accumulate);
  }

  @Override
  public void matmulTransposedA(
      float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate) {
    product(a, 1, m, b, c, m, k, n, accumulate);
  }

  @Override
  public void matmulTransposedB(
      float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate) {
    float[] columns = Scratch.take(Scratch.TRANSPOSED, k * n); // (k, n)
    for (int j = 0; j < n; j++) {
      for (int p = 0; p < k; p++) {
        columns[p * n + j] = b[j * k + p];
      }
    }
    product(a, k, 1, columns, c, m, k, n, accumulate);
  }

  /**
   * c[m, n] = (c or 0) + a x b[k, n], where a's element (i, p) is at {@code i * rowStep + p *
   * innerStep}. Four inner steps at a time keep c in registers; each element's chain stays in
   * order.
   */
  private static void product(
      float[] a,
      int rowStep,
      int innerStep,
      float[] b,
      float[] c,
      int m,
      int k,
      int n,
      boolean accumulate) {
    if (!accumulate) {
      Arrays.fill(c, 0, m * n, 0f);
    }
    for (int i = 0; i < m; i++) {
      int p = 0;
      for (; p + 4 <= k; p += 4) {
        int at = i * rowStep + p * innerStep;
        addFour(
            a[at],
            a[at + innerStep],
            a[at + 2 * innerStep],
            a[at + 3 * innerStep],
            b,
            p * n,
            c,
            i * n,
            n);
      }
      for (; p < k; p++) {
        addOne(a[i * rowStep + p * innerStep], b, p * n, c, i * n, n);
      }
    }
  }

  private static void addFour(
      float a0, float a1, float a2, float a3, float[] b, int row, float[] c, int out, int n) {
    for (int j = 0; j < n; j++) {
      float acc = Math.fma(a0, b[row + j], c[out + j]);
      acc = Math.fma(a1, b[row + n + j], acc);
      acc = Math.fma(a2, b[row + 2 * n + j], acc);
      c[out + j] = Math.fma(a3, b[row + 3 * n + j], acc);
    }
  }

  private static void addOne(float a, float[] b, int row, float[] c, int out, int n) {
    for (int j = 0; j < n; j++) {
      c[out + j] = Math.fma(a, b[row + j], c[out + j]);
    }
  }

  @Override
  public float sum(float[] values, int position, int n) {
    float[] lanes = Scratch.take(Scratch.LANES, SUM_LANES);
    Arrays.fill(lanes, 0, SUM_LANES, 0f);
    for (int i = 0; i < n; i++) {
      lanes[i % SUM_LANES] += values[position + i];
    }
    return fold(lanes);
  }

  /** The sum of the accumulators, folded in halves. */
  static float fold(float[] lanes) {
    for (int half = SUM_LANES / 2; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        lanes[j] += lanes[j + half];
      }
    }
    return lanes[0];
  }

  @Override
  public void exp(float[] src, int srcPosition, float[] dst, int dstPosition, int n, float shift) {
    for (int i = 0; i < n; i++) {
      dst[dstPosition + i] = FloatMath.exp(src[srcPosition + i] - shift);
    }
  }

  @Override
  public void log(float[] src, int srcPosition, float[] dst, int dstPosition, int n) {
    for (int i = 0; i < n; i++) {
      dst[dstPosition + i] = FloatMath.log(src[srcPosition + i]);
    }
  }

  @Override
  public void tanh(float[] src, int srcPosition, float[] dst, int dstPosition, int n) {
    for (int i = 0; i < n; i++) {
      dst[dstPosition + i] = FloatMath.tanh(src[srcPosition + i]);
    }
  }

  @Override
  public void sigmoid(float[] src, int srcPosition, float[] dst, int dstPosition, int n) {
    for (int i = 0; i < n; i++) {
      dst[dstPosition + i] = FloatMath.sigmoid(src[srcPosition + i]);
    }
  }

  @Override
  public void bytesToFloats(
      byte[] src, int srcPosition, float[] dst, int dstPosition, int n, float shift, float scale) {
    for (int i = 0; i < n; i++) {
      dst[dstPosition + i] = ((src[srcPosition + i] & 0xff) - shift) / scale;
    }
  }

  @Override
  public void scaleFloats(
      float[] src, int srcPosition, float[] dst, int dstPosition, int n, float shift, float scale) {
    for (int i = 0; i < n; i++) {
      dst[dstPosition + i] = (src[srcPosition + i] - shift) / scale;
    }
  }
}
