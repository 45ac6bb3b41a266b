package io.beamgrad.tensor;

import java.util.EnumSet;
import java.util.Set;

/**
 * The loops that deserve a vector unit, in two twins of the same bits: {@link PlainKernels} and
 * {@code VectorKernels}.
 *
 * <p>Products: every output element is one chain of fused multiply-adds in the order of the inner
 * dimension, {@code acc = fma(a, b, acc)}, that starts from the output's old value when
 * accumulating and from 0 when not. Sums: element {@code i} goes to accumulator {@code i % 16}; the
 * 16 are then folded in halves (8, 4, 2, 1). Functions: each element by {@link FloatMath}'s
 * formula. Hence no result depends on the vector's width, on blocking or on threads.
 *
 * <p>Callers have checked sizes; an array is at least as long as its shape in the comments says.
 */
public interface Kernels {

  /** The accumulators of a sum. */
  int SUM_LANES = 16;

  /** How many products of equal shape {@link #laneProduct} makes side by side. */
  int LANES = 16;

  /** What rows a product is made of. */
  enum Product {
    /** Floats: {@link #matmul} and its kind. */
    DENSE,
    /** {@link #byteProduct} and {@link #byteGradient}. */
    BYTES,
    /** {@link #sparseProduct} and {@link #sparseGradient}. */
    SPARSE,
    /** {@link #laneProduct} and {@link #laneGradient}. */
    LANES
  }

  /** The kernels of this JVM; its {@code toString} names them. */
  static Kernels current() {
    return KernelChoice.current();
  }

  /**
   * Runs the kernels on small data until the JIT has compiled them, which takes about half a second
   * of a core. Vector code that is not compiled yet is some hundred times slower than plain loops,
   * so those serve meanwhile. Meant for a thread beside a program's start.
   *
   * @param products those that the program will make
   */
  static void warmUp(Set<Product> products) {
    KernelChoice.warmUp(products);
  }

  /** The same for all products, on a daemon thread of its own. */
  static void warmUpInBackground() {
    warmUpInBackground(EnumSet.allOf(Product.class));
  }

  /** {@link #warmUp} on a daemon thread of its own. */
  static void warmUpInBackground(Set<Product> products) {
    Thread thread = new Thread(() -> KernelChoice.warmUp(products), "beamgrad-warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Says that the program may have little to do: plain loops serve, and nothing is compiled for the
   * vector unit, until {@link #announce} is told of more. Without effect once kernels serve.
   */
  static void expectLittle() {
    KernelChoice.expectLittle();
  }

  /** Says that so many multiply-adds, about, of such products are to come. */
  static void announce(double multiplyAdds, Set<Product> products) {
    if (KernelChoice.announce(multiplyAdds)) {
      warmUpInBackground(products);
    }
  }

  /**
   * How many threads work at once in all: what the system property {@code beamgrad.threads} says,
   * or else as many as there are processors, at most eight. A product is split between them as long
   * as one thread alone asks for products.
   */
  static int threads() {
    return Workers.shared().threads();
  }

  /** c[m, n] = (c or 0) + a[m, k] x b[k, n]. */
  void matmul(float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate);

  /** c[m, n] = (c or 0) + a[m, k] x b[n, k] transposed. */
  void matmulTransposedB(float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate);

  /**
   * y[batch, out] = x[batch, in] x w[out, in] transposed + bias[out] in each row. With a factor of
   * 1 the chains begin with the bias; with another it is {@code fma(factor, y, bias)} at the end.
   */
  void linear(
      float[] x, float[] w, float[] bias, float[] y, int batch, int in, int out, float factor);

  /** c[m, n] = (c or 0) + a[k, m] transposed x b[k, n]. */
  void matmulTransposedA(float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate);

  /**
   * y[batch, n] += x[batch, in] x w[in, n], where row i of the sparse x has {@code values[p]} in
   * column {@code columns[p]} for each p from {@code starts[i]} to {@code starts[i + 1]}.
   */
  void sparseProduct(
      int[] starts, int[] columns, float[] values, float[] w, float[] y, int batch, int n);

  /** d[in, n] += x[batch, in] transposed x g[batch, n], for an x as above. */
  void sparseGradient(
      int[] starts, int[] columns, float[] values, float[] g, float[] d, int batch, int n);

  /**
   * {@link #LANES} products of a vector each, side by side: y[r, lane] = the chain of x[rows[r], i,
   * lane] x w[i, lane] over all i, which begins with bias[lane]; for x[*, in, LANES], w[in, LANES]
   * and y[count, LANES].
   */
  void laneProduct(float[] x, int[] rows, int count, int in, float[] w, float[] bias, float[] y);

  /**
   * Their gradients: d[i, lane] = the chain of g[r, lane] x x[rows[r], i, lane] over all r, which
   * begins with 0; for d[in, LANES] and g[count, LANES].
   */
  void laneGradient(float[] x, int[] rows, int count, int in, float[] g, float[] d);

  /** y[batch, n] += x[batch, in] x w[n, in] transposed, for packed rows. */
  void byteProduct(ByteRows x, float[] w, float[] y, int n);

  /** d[n, in] += g[batch, n] transposed x x[batch, in], for packed rows. */
  void byteGradient(ByteRows x, float[] g, float[] d, int n);

  /** The sum of {@code n} elements from {@code position}. */
  float sum(float[] values, int position, int n);

  /** sums[n] += the rows of values[m, n], in order. */
  void addRows(float[] values, float[] sums, int m, int n);

  /** dst[i] = exp(src[i] - shift). */
  void exp(float[] src, int srcPosition, float[] dst, int dstPosition, int n, float shift);

  /** dst[i] = log(src[i]). */
  void log(float[] src, int srcPosition, float[] dst, int dstPosition, int n);

  /** dst[i] = tanh(src[i]); src and dst must be different arrays. */
  void tanh(float[] src, int srcPosition, float[] dst, int dstPosition, int n);

  /** dst[i] = 1 / (1 + exp(-src[i])). */
  void sigmoid(float[] src, int srcPosition, float[] dst, int dstPosition, int n);

  /** d[i] += y[i] > 0 ? g[i] : 0. */
  void reluGradient(float[] y, float[] g, float[] d, int n);

  // Activations: y[i] is the function of x[i] and, where slopes is not null, slopes[i] its
  // derivative
  // there, so that one pass takes one exponential for both. The arrays are different ones.

  /** By {@link FloatMath#selu} and {@link FloatMath#seluSlope}. */
  void selu(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive);

  /** By {@link FloatMath#mish} and {@link FloatMath#mishSlope}. */
  void mish(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive);

  /** By {@link FloatMath#silu} and {@link FloatMath#siluSlope}. */
  void silu(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive);

  /** By {@link FloatMath#gelu} and {@link FloatMath#geluSlope}. */
  void gelu(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive);

  /** By {@link FloatMath#geluTanh} and {@link FloatMath#geluTanhSlope}. */
  void geluTanh(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive);

  /** c[i] = fma(a[i], b[i], c[i]). */
  void addProducts(float[] a, float[] b, float[] c, int fromInclusive, int toExclusive);

  /** {@code dst[i] = ((src[i] & 0xff) - shift) / scale}. */
  void bytesToFloats(
      byte[] src, int srcPosition, float[] dst, int dstPosition, int n, float shift, float scale);

  /** dst[i] = (src[i] - shift) / scale; src and dst may be the same array. */
  void scaleFloats(
      float[] src, int srcPosition, float[] dst, int dstPosition, int n, float shift, float scale);
}
