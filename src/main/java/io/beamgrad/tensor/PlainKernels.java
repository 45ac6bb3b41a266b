package io.beamgrad.tensor;

import java.util.Arrays;

/**
 * The reference: plain loops, which say what the fast twin must give. They are written so that C2
 * makes vectors of them: all arrays of a loop are read at the loop's own index.
 */
final class PlainKernels implements Kernels {

  private final SplitProduct.Products products;

  PlainKernels(Workers workers, long leastWork) {
    this.products = new SplitProduct.Products(workers, leastWork, PlainKernels::product);
  }

  @Override
  public String toString() {
    return "plain loops";
  }

  @Override
  public void matmul(float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate) {
    products.matmul(a, b, c, m, k, n, accumulate);
  }

  @Override
  public void matmulTransposedA(
      float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate) {
    products.matmulTransposedA(a, b, c, m, k, n, accumulate);
  }

  @Override
  public void matmulTransposedB(
      float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate) {
    products.matmulTransposedB(a, b, c, m, k, n, accumulate);
  }

  @Override
  public void linear(
      float[] x, float[] w, float[] bias, float[] y, int batch, int in, int out, float factor) {
    products.linear(x, w, bias, y, batch, in, out, factor);
  }

  /**
   * A {@link SplitProduct.Block}. The loop runs along c's columns, or along its rows where there
   * are few columns.
   */
  private static void product(
      float[] a,
      int fromA,
      int rowA,
      int innerA,
      float[] b,
      int fromB,
      int innerB,
      int columnB,
      float[] c,
      int fromC,
      int rowC,
      int m,
      int k,
      int n) {
    if (n >= SUM_LANES || n >= m) {
      float[][] rows = packed(b, fromB, innerB, columnB, k, n);
      for (int i = 0; i < m; i++) {
        addProducts(a, fromA + i * rowA, innerA, rows, c, fromC + i * rowC, 1, k, n);
      }
    } else {
      float[][] columns = packed(a, fromA, innerA, rowA, k, m);
      for (int j = 0; j < n; j++) {
        addProducts(b, fromB + j * columnB, innerB, columns, c, fromC + j, rowC, k, m);
      }
    }
  }

  /** A copy of a matrix as {@code k} arrays of {@code n} elements. */
  static float[][] packed(float[] values, int from, int innerStep, int step, int k, int n) {
    float[][] rows = Scratch.takeRows(k, n);
    for (int p = 0; p < k; p++) {
      float[] row = rows[p];
      for (int j = 0; j < n; j++) {
        row[j] = values[from + p * innerStep + j * step];
      }
    }
    return rows;
  }

  /**
   * Adds to {@code n} elements of c, each the sum over p of a number and the p-th row's element.
   */
  private static void addProducts(
      float[] numbers,
      int from,
      int innerStep,
      float[][] rows,
      float[] c,
      int fromC,
      int stepC,
      int k,
      int n) {
    float[] acc = Scratch.take(Scratch.TILE, n);
    for (int j = 0; j < n; j++) {
      acc[j] = c[fromC + j * stepC];
    }
    int p = 0;
    for (int at = from; p + 4 <= k; p += 4, at += 4 * innerStep) {
      addFour(
          acc,
          n,
          numbers[at],
          rows[p],
          numbers[at + innerStep],
          rows[p + 1],
          numbers[at + 2 * innerStep],
          rows[p + 2],
          numbers[at + 3 * innerStep],
          rows[p + 3]);
    }
    for (; p < k; p++) {
      addOne(acc, n, numbers[from + p * innerStep], rows[p]);
    }
    for (int j = 0; j < n; j++) {
      c[fromC + j * stepC] = acc[j];
    }
  }

  static void addFour(
      float[] acc,
      int n,
      float a0,
      float[] b0,
      float a1,
      float[] b1,
      float a2,
      float[] b2,
      float a3,
      float[] b3) {
    for (int j = 0; j < n; j++) {
      float sum = Math.fma(a0, b0[j], acc[j]);
      sum = Math.fma(a1, b1[j], sum);
      sum = Math.fma(a2, b2[j], sum);
      acc[j] = Math.fma(a3, b3[j], sum);
    }
  }

  static void addOne(float[] acc, int n, float a, float[] b) {
    for (int j = 0; j < n; j++) {
      acc[j] = Math.fma(a, b[j], acc[j]);
    }
  }

  @Override
  public void sparseProduct(
      int[] starts, int[] columns, float[] values, float[] w, float[] y, int batch, int n) {
    SparseProduct.addProduct(starts, columns, values, w, y, batch, n, 0);
  }

  @Override
  public void sparseGradient(
      int[] starts, int[] columns, float[] values, float[] g, float[] d, int batch, int n) {
    SparseProduct.addGradient(starts, columns, values, g, d, batch, n, 0);
  }

  @Override
  public void laneProduct(
      float[] x, int[] rows, int count, int in, float[] w, float[] bias, float[] y) {
    for (int r = 0; r < count; r++) {
      System.arraycopy(bias, 0, y, r * LANES, LANES);
      for (int i = 0; i < in; i++) {
        addLanes(x, (rows[r] * in + i) * LANES, w, i * LANES, y, r * LANES);
      }
    }
  }

  @Override
  public void laneGradient(float[] x, int[] rows, int count, int in, float[] g, float[] d) {
    Arrays.fill(d, 0, in * LANES, 0f);
    for (int r = 0; r < count; r++) {
      for (int i = 0; i < in; i++) {
        addLanes(x, (rows[r] * in + i) * LANES, g, r * LANES, d, i * LANES);
      }
    }
  }

  private static void addLanes(float[] a, int fromA, float[] b, int fromB, float[] c, int fromC) {
    for (int lane = 0; lane < LANES; lane++) {
      c[fromC + lane] = Math.fma(a[fromA + lane], b[fromB + lane], c[fromC + lane]);
    }
  }

  @Override
  public void byteProduct(ByteRows x, float[] w, float[] y, int n) {
    PlainBytes.addProduct(x, w, y, n);
  }

  @Override
  public void byteGradient(ByteRows x, float[] g, float[] d, int n) {
    PlainBytes.addGradient(x, g, d, n);
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

  @Override
  public void addRows(float[] values, float[] sums, int m, int n) {
    addRows(values, sums, m, n, 0);
  }

  /** Adds the columns from {@code from}. */
  static void addRows(float[] values, float[] sums, int m, int n, int from) {
    for (int i = 0; i < m; i++) {
      for (int j = from; j < n; j++) {
        sums[j] += values[i * n + j];
      }
    }
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
  public void reluGradient(float[] y, float[] g, float[] d, int n) {
    for (int i = 0; i < n; i++) {
      d[i] += y[i] > 0f ? g[i] : 0f;
    }
  }

  @Override
  public void selu(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive) {
    for (int i = fromInclusive; i < toExclusive; i++) {
      y[i] = FloatMath.selu(x[i]);
      if (slopes != null) {
        slopes[i] = FloatMath.seluSlope(x[i]);
      }
    }
  }

  @Override
  public void mish(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive) {
    for (int i = fromInclusive; i < toExclusive; i++) {
      y[i] = FloatMath.mish(x[i]);
      if (slopes != null) {
        slopes[i] = FloatMath.mishSlope(x[i]);
      }
    }
  }

  @Override
  public void silu(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive) {
    for (int i = fromInclusive; i < toExclusive; i++) {
      y[i] = FloatMath.silu(x[i]);
      if (slopes != null) {
        slopes[i] = FloatMath.siluSlope(x[i]);
      }
    }
  }

  @Override
  public void gelu(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive) {
    for (int i = fromInclusive; i < toExclusive; i++) {
      y[i] = FloatMath.gelu(x[i]);
      if (slopes != null) {
        slopes[i] = FloatMath.geluSlope(x[i]);
      }
    }
  }

  @Override
  public void geluTanh(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive) {
    for (int i = fromInclusive; i < toExclusive; i++) {
      y[i] = FloatMath.geluTanh(x[i]);
      if (slopes != null) {
        slopes[i] = FloatMath.geluTanhSlope(x[i]);
      }
    }
  }

  @Override
  public void addProducts(float[] a, float[] b, float[] c, int fromInclusive, int toExclusive) {
    for (int i = fromInclusive; i < toExclusive; i++) {
      c[i] = Math.fma(a[i], b[i], c[i]);
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
