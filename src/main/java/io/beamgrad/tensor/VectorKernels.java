package io.beamgrad.tensor;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link PlainKernels} on the machine's vector unit. The lanes lie along the output's columns, so
 * that each element keeps its own chain of additions; a block of rows shares each load of b. The
 * columns that do not fill a vector are computed in a padded copy.
 *
 * <p>The only class that knows the incubator module; it is loaded by name.
 */
final class VectorKernels implements Kernels {

  private static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() > SUM_LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = FLOATS.length();
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, WIDTH * 8)));

  private final PlainKernels plain = new PlainKernels();

  @Override
  public String toString() {
    return "vectors of " + WIDTH + " floats";
  }

  @Override
  public void matmul(float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate) {
    product(a, k, 1, b, n, c, m, k, n, accumulate);
  }

  @Override
  public void matmulTransposedA(
      float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate) {
    product(a, 1, m, b, n, c, m, k, n, accumulate);
  }

  @Override
  public void matmulTransposedB(
      float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate) {
    int padded = (n + WIDTH - 1) / WIDTH * WIDTH;
    float[] columns = Scratch.take(Scratch.TRANSPOSED, k * padded); // (k, padded)
    for (int from = 0; from < n; from += WIDTH) {
      transpose(b, columns, from, Math.min(n, from + WIDTH), k, padded);
    }
    product(a, k, 1, columns, padded, c, m, k, n, accumulate);
  }

  /** columns[p, j] = b[j, p] for a range of j. What is beyond n in a row of columns is not used. */
  private static void transpose(
      float[] b, float[] columns, int fromInclusive, int toExclusive, int k, int padded) {
    for (int p = 0; p < k; p++) {
      for (int j = fromInclusive; j < toExclusive; j++) {
        columns[p * padded + j] = b[j * k + p];
      }
    }
  }

  /**
   * c[m, n] = (c or 0) + a x b, where a's element (i, p) is at {@code i * rowStep + p * innerStep}
   * and b's row p begins at {@code p * rowB}; a rowB that is a multiple of the vector's width says
   * that whole vectors can be read, whatever n is.
   */
  private static void product(
      float[] a,
      int rowStep,
      int innerStep,
      float[] b,
      int rowB,
      float[] c,
      int m,
      int k,
      int n,
      boolean accumulate) {
    if (!accumulate) {
      Arrays.fill(c, 0, m * n, 0f);
    }
    int j = 0;
    for (; j + 2 * WIDTH <= n; j += 2 * WIDTH) {
      twoVectors(a, rowStep, innerStep, b, j, rowB, c, j, n, m, k);
    }
    for (; j + WIDTH <= n; j += WIDTH) {
      oneVector(a, rowStep, innerStep, b, j, rowB, c, j, n, m, k);
    }
    int left = n - j;
    if (left > 0) {
      float[] tile = Scratch.take(Scratch.TILE, m * WIDTH); // (m, WIDTH)
      for (int i = 0; i < m; i++) {
        System.arraycopy(c, i * n + j, tile, i * WIDTH, left);
      }
      if (rowB % WIDTH == 0) {
        oneVector(a, rowStep, innerStep, b, j, rowB, tile, 0, WIDTH, m, k);
      } else {
        float[] panel = Scratch.take(Scratch.PANEL, k * WIDTH); // (k, WIDTH)
        for (int p = 0; p < k; p++) {
          System.arraycopy(b, p * rowB + j, panel, p * WIDTH, left);
        }
        oneVector(a, rowStep, innerStep, panel, 0, WIDTH, tile, 0, WIDTH, m, k);
      }
      for (int i = 0; i < m; i++) {
        System.arraycopy(tile, i * WIDTH, c, i * n + j, left);
      }
    }
  }

  /** Adds to a strip of c that is two vectors wide. */
  private static void twoVectors(
      float[] a,
      int rowStep,
      int innerStep,
      float[] b,
      int fromB,
      int rowB,
      float[] c,
      int fromC,
      int rowC,
      int m,
      int k) {
    int i = 0;
    for (; i + 4 <= m; i += 4) {
      fourByTwo(a, i * rowStep, rowStep, innerStep, b, fromB, rowB, c, fromC + i * rowC, rowC, k);
    }
    for (; i < m; i++) {
      oneByTwo(a, i * rowStep, innerStep, b, fromB, rowB, c, fromC + i * rowC, k);
    }
  }

  private static void fourByTwo(
      float[] a,
      int fromA,
      int rowStep,
      int innerStep,
      float[] b,
      int fromB,
      int rowB,
      float[] c,
      int c0,
      int rowC,
      int k) {
    int c1 = c0 + rowC;
    int c2 = c1 + rowC;
    int c3 = c2 + rowC;
    FloatVector x0 = FloatVector.fromArray(FLOATS, c, c0);
    FloatVector y0 = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
    FloatVector x1 = FloatVector.fromArray(FLOATS, c, c1);
    FloatVector y1 = FloatVector.fromArray(FLOATS, c, c1 + WIDTH);
    FloatVector x2 = FloatVector.fromArray(FLOATS, c, c2);
    FloatVector y2 = FloatVector.fromArray(FLOATS, c, c2 + WIDTH);
    FloatVector x3 = FloatVector.fromArray(FLOATS, c, c3);
    FloatVector y3 = FloatVector.fromArray(FLOATS, c, c3 + WIDTH);
    int at = fromA;
    int row = fromB;
    for (int p = 0; p < k; p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, row);
      FloatVector by = FloatVector.fromArray(FLOATS, b, row + WIDTH);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[at]);
      x0 = a0.fma(bx, x0);
      y0 = a0.fma(by, y0);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[at + rowStep]);
      x1 = a1.fma(bx, x1);
      y1 = a1.fma(by, y1);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[at + 2 * rowStep]);
      x2 = a2.fma(bx, x2);
      y2 = a2.fma(by, y2);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[at + 3 * rowStep]);
      x3 = a3.fma(bx, x3);
      y3 = a3.fma(by, y3);
      at += innerStep;
      row += rowB;
    }
    x0.intoArray(c, c0);
    y0.intoArray(c, c0 + WIDTH);
    x1.intoArray(c, c1);
    y1.intoArray(c, c1 + WIDTH);
    x2.intoArray(c, c2);
    y2.intoArray(c, c2 + WIDTH);
    x3.intoArray(c, c3);
    y3.intoArray(c, c3 + WIDTH);
  }

  private static void oneByTwo(
      float[] a,
      int fromA,
      int innerStep,
      float[] b,
      int fromB,
      int rowB,
      float[] c,
      int c0,
      int k) {
    FloatVector x = FloatVector.fromArray(FLOATS, c, c0);
    FloatVector y = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
    int at = fromA;
    int row = fromB;
    for (int p = 0; p < k; p++) {
      FloatVector broadcast = FloatVector.broadcast(FLOATS, a[at]);
      x = broadcast.fma(FloatVector.fromArray(FLOATS, b, row), x);
      y = broadcast.fma(FloatVector.fromArray(FLOATS, b, row + WIDTH), y);
      at += innerStep;
      row += rowB;
    }
    x.intoArray(c, c0);
    y.intoArray(c, c0 + WIDTH);
  }

  /** Adds to a strip of c that is one vector wide. */
  private static void oneVector(
      float[] a,
      int rowStep,
      int innerStep,
      float[] b,
      int fromB,
      int rowB,
      float[] c,
      int fromC,
      int rowC,
      int m,
      int k) {
    int i = 0;
    for (; i + 8 <= m; i += 8) {
      eightByOne(a, i * rowStep, rowStep, innerStep, b, fromB, rowB, c, fromC + i * rowC, rowC, k);
    }
    for (; i < m; i++) {
      oneByOne(a, i * rowStep, innerStep, b, fromB, rowB, c, fromC + i * rowC, k);
    }
  }

  private static void eightByOne(
      float[] a,
      int fromA,
      int rowStep,
      int innerStep,
      float[] b,
      int fromB,
      int rowB,
      float[] c,
      int c0,
      int rowC,
      int k) {
    FloatVector x0 = FloatVector.fromArray(FLOATS, c, c0);
    FloatVector x1 = FloatVector.fromArray(FLOATS, c, c0 + rowC);
    FloatVector x2 = FloatVector.fromArray(FLOATS, c, c0 + 2 * rowC);
    FloatVector x3 = FloatVector.fromArray(FLOATS, c, c0 + 3 * rowC);
    FloatVector x4 = FloatVector.fromArray(FLOATS, c, c0 + 4 * rowC);
    FloatVector x5 = FloatVector.fromArray(FLOATS, c, c0 + 5 * rowC);
    FloatVector x6 = FloatVector.fromArray(FLOATS, c, c0 + 6 * rowC);
    FloatVector x7 = FloatVector.fromArray(FLOATS, c, c0 + 7 * rowC);
    int at = fromA;
    int row = fromB;
    for (int p = 0; p < k; p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, row);
      x0 = bx.fma(FloatVector.broadcast(FLOATS, a[at]), x0);
      x1 = bx.fma(FloatVector.broadcast(FLOATS, a[at + rowStep]), x1);
      x2 = bx.fma(FloatVector.broadcast(FLOATS, a[at + 2 * rowStep]), x2);
      x3 = bx.fma(FloatVector.broadcast(FLOATS, a[at + 3 * rowStep]), x3);
      x4 = bx.fma(FloatVector.broadcast(FLOATS, a[at + 4 * rowStep]), x4);
      x5 = bx.fma(FloatVector.broadcast(FLOATS, a[at + 5 * rowStep]), x5);
      x6 = bx.fma(FloatVector.broadcast(FLOATS, a[at + 6 * rowStep]), x6);
      x7 = bx.fma(FloatVector.broadcast(FLOATS, a[at + 7 * rowStep]), x7);
      at += innerStep;
      row += rowB;
    }
    x0.intoArray(c, c0);
    x1.intoArray(c, c0 + rowC);
    x2.intoArray(c, c0 + 2 * rowC);
    x3.intoArray(c, c0 + 3 * rowC);
    x4.intoArray(c, c0 + 4 * rowC);
    x5.intoArray(c, c0 + 5 * rowC);
    x6.intoArray(c, c0 + 6 * rowC);
    x7.intoArray(c, c0 + 7 * rowC);
  }

  private static void oneByOne(
      float[] a,
      int fromA,
      int innerStep,
      float[] b,
      int fromB,
      int rowB,
      float[] c,
      int c0,
      int k) {
    FloatVector x = FloatVector.fromArray(FLOATS, c, c0);
    int at = fromA;
    int row = fromB;
    for (int p = 0; p < k; p++) {
      x = FloatVector.broadcast(FLOATS, a[at]).fma(FloatVector.fromArray(FLOATS, b, row), x);
      at += innerStep;
      row += rowB;
    }
    x.intoArray(c, c0);
  }

  @Override
  public float sum(float[] values, int position, int n) {
    if (SUM_LANES % WIDTH != 0 || SUM_LANES / WIDTH > 2 || n < SUM_LANES) {
      return plain.sum(values, position, n);
    }
    float[] lanes = Scratch.take(Scratch.LANES, SUM_LANES);
    int i = SUM_LANES;
    FloatVector low = FloatVector.fromArray(FLOATS, values, position).add(0f);
    if (WIDTH == SUM_LANES) {
      for (; i + SUM_LANES <= n; i += SUM_LANES) {
        low = low.add(FloatVector.fromArray(FLOATS, values, position + i));
      }
    } else {
      FloatVector high = FloatVector.fromArray(FLOATS, values, position + WIDTH).add(0f);
      for (; i + SUM_LANES <= n; i += SUM_LANES) {
        low = low.add(FloatVector.fromArray(FLOATS, values, position + i));
        high = high.add(FloatVector.fromArray(FLOATS, values, position + i + WIDTH));
      }
      high.intoArray(lanes, WIDTH);
    }
    low.intoArray(lanes, 0);
    for (; i < n; i++) {
      lanes[i % SUM_LANES] += values[position + i];
    }
    return PlainKernels.fold(lanes);
  }

  @Override
  public void exp(float[] src, int srcPosition, float[] dst, int dstPosition, int n, float shift) {
    int whole = FLOATS.loopBound(n);
    for (int i = 0; i < whole; i += WIDTH) {
      exp(FloatVector.fromArray(FLOATS, src, srcPosition + i).sub(shift))
          .intoArray(dst, dstPosition + i);
    }
    plain.exp(src, srcPosition + whole, dst, dstPosition + whole, n - whole, shift);
  }

  /** {@link FloatMath#exp}, step by step. */
  private static FloatVector exp(FloatVector x) {
    FloatVector clamped = x.min(FloatMath.EXP_MAX).max(FloatMath.EXP_MIN);
    FloatVector shifted = clamped.fma(all(FloatMath.LOG2_E), all(FloatMath.ROUNDER));
    FloatVector n = shifted.sub(FloatMath.ROUNDER);
    FloatVector r = n.fma(all(-FloatMath.LN2_LOW), n.fma(all(-FloatMath.LN2_HIGH), clamped));
    FloatVector p = all(FloatMath.E7).fma(r, all(FloatMath.E6));
    p = p.fma(r, all(FloatMath.E5));
    p = p.fma(r, all(FloatMath.E4));
    p = p.fma(r, all(FloatMath.E3));
    p = p.fma(r, all(FloatMath.E2));
    p = p.fma(r.mul(r), r).add(1f);
    IntVector power = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(FloatMath.ROUNDER));
    IntVector half = power.lanewise(VectorOperators.ASHR, 1);
    return p.mul(powerOfTwo(half)).mul(powerOfTwo(power.sub(half)));
  }

  private static FloatVector powerOfTwo(IntVector power) {
    return power.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  @Override
  public void log(float[] src, int srcPosition, float[] dst, int dstPosition, int n) {
    int whole = FLOATS.loopBound(n);
    for (int i = 0; i < whole; i += WIDTH) {
      log(FloatVector.fromArray(FLOATS, src, srcPosition + i)).intoArray(dst, dstPosition + i);
    }
    plain.log(src, srcPosition + whole, dst, dstPosition + whole, n - whole);
  }

  /** {@link FloatMath#log}, step by step. */
  private static FloatVector log(FloatVector x) {
    VectorMask<Float> subnormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
    FloatVector normal = x.blend(x.mul(0x1p23f), subnormal);
    int sqrtHalf = Float.floatToRawIntBits(FloatMath.SQRT_HALF);
    IntVector bits = normal.reinterpretAsInts().sub(sqrtHalf);
    FloatVector power =
        (FloatVector) bits.lanewise(VectorOperators.ASHR, 23).convert(VectorOperators.I2F, 0);
    FloatVector f =
        bits.lanewise(VectorOperators.AND, 0x7fffff).add(sqrtHalf).reinterpretAsFloats().sub(1f);
    FloatVector n = power.sub(all(0f).blend(23f, subnormal));
    FloatVector z = f.mul(f);
    FloatVector p = all(FloatMath.L0).fma(f, all(FloatMath.L1));
    p = p.fma(f, all(FloatMath.L2));
    p = p.fma(f, all(FloatMath.L3));
    p = p.fma(f, all(FloatMath.L4));
    p = p.fma(f, all(FloatMath.L5));
    p = p.fma(f, all(FloatMath.L6));
    p = p.fma(f, all(FloatMath.L7));
    p = p.fma(f, all(FloatMath.L8));
    FloatVector tail = n.fma(all(FloatMath.LN2_LOW), p.mul(f).mul(z));
    tail = z.fma(all(-0.5f), tail);
    FloatVector result = n.fma(all(FloatMath.LN2_HIGH), f.add(tail));
    result = result.blend(x, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
    result = result.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
    return all(Float.NaN).blend(result, x.compare(VectorOperators.GE, 0f));
  }

  @Override
  public void tanh(float[] src, int srcPosition, float[] dst, int dstPosition, int n) {
    int whole = FLOATS.loopBound(n);
    for (int i = 0; i < whole; i += WIDTH) {
      tanh(FloatVector.fromArray(FLOATS, src, srcPosition + i)).intoArray(dst, dstPosition + i);
    }
    plain.tanh(src, srcPosition + whole, dst, dstPosition + whole, n - whole);
  }

  /** {@link FloatMath#tanh}, step by step. */
  private static FloatVector tanh(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector z = x.mul(x);
    FloatVector p = all(FloatMath.T0).fma(z, all(FloatMath.T1));
    p = p.fma(z, all(FloatMath.T2));
    p = p.fma(z, all(FloatMath.T3));
    p = p.fma(z, all(FloatMath.T4));
    FloatVector small = p.mul(z).fma(a, a);
    FloatVector large = all(1f).sub(all(2f).div(exp(a.add(a)).add(1f)));
    FloatVector size = large.blend(small, a.compare(VectorOperators.LT, FloatMath.TANH_SMALL));
    IntVector sign = x.reinterpretAsInts().lanewise(VectorOperators.AND, 0x80000000);
    return size.reinterpretAsInts().lanewise(VectorOperators.OR, sign).reinterpretAsFloats();
  }

  @Override
  public void sigmoid(float[] src, int srcPosition, float[] dst, int dstPosition, int n) {
    int whole = FLOATS.loopBound(n);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector x = FloatVector.fromArray(FLOATS, src, srcPosition + i);
      all(1f).div(exp(x.neg()).add(1f)).intoArray(dst, dstPosition + i);
    }
    plain.sigmoid(src, srcPosition + whole, dst, dstPosition + whole, n - whole);
  }

  @Override
  public void bytesToFloats(
      byte[] src, int srcPosition, float[] dst, int dstPosition, int n, float shift, float scale) {
    // The last vector of bytes may be longer than one of floats.
    int whole = Math.max(0, FLOATS.loopBound(n - (BYTES.length() - WIDTH)));
    for (int i = 0; i < whole; i += WIDTH) {
      IntVector unsigned =
          ((IntVector)
                  ByteVector.fromArray(BYTES, src, srcPosition + i)
                      .convertShape(VectorOperators.B2I, INTS, 0))
              .lanewise(VectorOperators.AND, 0xff);
      ((FloatVector) unsigned.convert(VectorOperators.I2F, 0))
          .sub(shift)
          .div(scale)
          .intoArray(dst, dstPosition + i);
    }
    plain.bytesToFloats(
        src, srcPosition + whole, dst, dstPosition + whole, n - whole, shift, scale);
  }

  @Override
  public void scaleFloats(
      float[] src, int srcPosition, float[] dst, int dstPosition, int n, float shift, float scale) {
    int whole = FLOATS.loopBound(n);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector.fromArray(FLOATS, src, srcPosition + i)
          .sub(shift)
          .div(scale)
          .intoArray(dst, dstPosition + i);
    }
    plain.scaleFloats(src, srcPosition + whole, dst, dstPosition + whole, n - whole, shift, scale);
  }
}
