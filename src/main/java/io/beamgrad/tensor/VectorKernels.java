package io.beamgrad.tensor;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link PlainKernels} on the machine's vector unit. Only classes whose names begin with Vector
 * know the incubator module; this one is loaded by name. The functions' bodies are repeated here
 * rather than shared in methods on vectors: where C2 does not inline such a method it boxes each
 * vector, at a thousand times the cost.
 */
final class VectorKernels implements Kernels {

  private static final VectorSpecies<Float> FLOATS = VectorTiles.FLOATS;
  private static final int WIDTH = VectorTiles.WIDTH;
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, WIDTH * 8)));

  private final PlainKernels plain;
  private final SplitProduct.Products products;
  private final Workers workers;
  private final long leastWork;

  VectorKernels(Workers workers, long leastWork) {
    if (WIDTH < 4) {
      throw new UnsupportedOperationException("vectors of " + WIDTH + " floats");
    }
    this.plain = new PlainKernels(workers, leastWork);
    this.products = new SplitProduct.Products(workers, leastWork, VectorProduct::product);
    this.workers = workers;
    this.leastWork = leastWork;
  }

  @Override
  public String toString() {
    return "vectors of " + WIDTH + " floats";
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

  @Override
  public void sparseProduct(
      int[] starts, int[] columns, float[] values, float[] w, float[] y, int batch, int n) {
    int whole = VectorSparse.whole(n);
    VectorSparse.addProduct(starts, columns, values, w, y, batch, n);
    if (whole < n) {
      SparseProduct.addProduct(starts, columns, values, w, y, batch, n, whole);
    }
  }

  @Override
  public void sparseGradient(
      int[] starts, int[] columns, float[] values, float[] g, float[] d, int batch, int n) {
    int whole = VectorSparse.whole(n);
    VectorSparse.addGradient(starts, columns, values, g, d, batch, n);
    if (whole < n) {
      SparseProduct.addGradient(starts, columns, values, g, d, batch, n, whole);
    }
  }

  @Override
  public void laneProduct(
      float[] x, int[] rows, int count, int in, float[] w, float[] bias, float[] y) {
    if (LANES % WIDTH != 0) {
      plain.laneProduct(x, rows, count, in, w, bias, y);
      return;
    }
    for (int lane = 0; lane < LANES; lane += WIDTH) {
      FloatVector start = FloatVector.fromArray(FLOATS, bias, lane);
      int r = 0;
      for (; r + 4 <= count; r += 4) { // four chains at once, as each waits for itself
        int x0 = rows[r] * in * LANES + lane;
        int x1 = rows[r + 1] * in * LANES + lane;
        int x2 = rows[r + 2] * in * LANES + lane;
        int x3 = rows[r + 3] * in * LANES + lane;
        FloatVector y0 = start;
        FloatVector y1 = start;
        FloatVector y2 = start;
        FloatVector y3 = start;
        for (int i = 0; i < in * LANES; i += LANES) {
          FloatVector weights = FloatVector.fromArray(FLOATS, w, i + lane);
          y0 = FloatVector.fromArray(FLOATS, x, x0 + i).fma(weights, y0);
          y1 = FloatVector.fromArray(FLOATS, x, x1 + i).fma(weights, y1);
          y2 = FloatVector.fromArray(FLOATS, x, x2 + i).fma(weights, y2);
          y3 = FloatVector.fromArray(FLOATS, x, x3 + i).fma(weights, y3);
        }
        y0.intoArray(y, r * LANES + lane);
        y1.intoArray(y, (r + 1) * LANES + lane);
        y2.intoArray(y, (r + 2) * LANES + lane);
        y3.intoArray(y, (r + 3) * LANES + lane);
      }
      for (; r < count; r++) {
        int row = rows[r] * in * LANES + lane;
        FloatVector sum = start;
        for (int i = 0; i < in * LANES; i += LANES) {
          sum =
              FloatVector.fromArray(FLOATS, x, row + i)
                  .fma(FloatVector.fromArray(FLOATS, w, i + lane), sum);
        }
        sum.intoArray(y, r * LANES + lane);
      }
    }
  }

  @Override
  public void laneGradient(float[] x, int[] rows, int count, int in, float[] g, float[] d) {
    if (LANES % WIDTH != 0) {
      plain.laneGradient(x, rows, count, in, g, d);
      return;
    }
    for (int lane = 0; lane < LANES; lane += WIDTH) {
      int i = 0;
      for (; i + 4 <= in; i += 4) {
        FloatVector d0 = FloatVector.zero(FLOATS);
        FloatVector d1 = d0;
        FloatVector d2 = d0;
        FloatVector d3 = d0;
        for (int r = 0; r < count; r++) {
          int at = (rows[r] * in + i) * LANES + lane;
          FloatVector slopes = FloatVector.fromArray(FLOATS, g, r * LANES + lane);
          d0 = FloatVector.fromArray(FLOATS, x, at).fma(slopes, d0);
          d1 = FloatVector.fromArray(FLOATS, x, at + LANES).fma(slopes, d1);
          d2 = FloatVector.fromArray(FLOATS, x, at + 2 * LANES).fma(slopes, d2);
          d3 = FloatVector.fromArray(FLOATS, x, at + 3 * LANES).fma(slopes, d3);
        }
        d0.intoArray(d, i * LANES + lane);
        d1.intoArray(d, (i + 1) * LANES + lane);
        d2.intoArray(d, (i + 2) * LANES + lane);
        d3.intoArray(d, (i + 3) * LANES + lane);
      }
      for (; i < in; i++) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int r = 0; r < count; r++) {
          sum =
              FloatVector.fromArray(FLOATS, x, (rows[r] * in + i) * LANES + lane)
                  .fma(FloatVector.fromArray(FLOATS, g, r * LANES + lane), sum);
        }
        sum.intoArray(d, i * LANES + lane);
      }
    }
  }

  @Override
  public void byteProduct(ByteRows x, float[] w, float[] y, int n) {
    VectorBytes.addProduct(workers, leastWork, x, w, y, n);
  }

  @Override
  public void byteGradient(ByteRows x, float[] g, float[] d, int n) {
    VectorBytes.addGradient(workers, leastWork, x, g, d, n);
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
  public void addRows(float[] values, float[] sums, int m, int n) {
    int whole = FLOATS.loopBound(n);
    for (int j = 0; j < whole; j += WIDTH) {
      FloatVector sum = FloatVector.fromArray(FLOATS, sums, j);
      for (int i = 0; i < m; i++) {
        sum = sum.add(FloatVector.fromArray(FLOATS, values, i * n + j));
      }
      sum.intoArray(sums, j);
    }
    PlainKernels.addRows(values, sums, m, n, whole);
  }

  @Override
  public void exp(float[] src, int srcPosition, float[] dst, int dstPosition, int n, float shift) {
    int whole = FLOATS.loopBound(n);
    for (int i = 0; i < whole; i += WIDTH) {
      // FloatMath.exp, step by step
      FloatVector x = FloatVector.fromArray(FLOATS, src, srcPosition + i).sub(shift);
      FloatVector clamped = x.min(FloatMath.EXP_MAX).max(FloatMath.EXP_MIN);
      FloatVector shifted = clamped.fma(all(FloatMath.LOG2_E), all(FloatMath.ROUNDER));
      FloatVector n2 = shifted.sub(FloatMath.ROUNDER);
      FloatVector r = n2.fma(all(-FloatMath.LN2_LOW), n2.fma(all(-FloatMath.LN2_HIGH), clamped));
      FloatVector p = all(FloatMath.E7).fma(r, all(FloatMath.E6));
      p = p.fma(r, all(FloatMath.E5));
      p = p.fma(r, all(FloatMath.E4));
      p = p.fma(r, all(FloatMath.E3));
      p = p.fma(r, all(FloatMath.E2));
      p = p.fma(r.mul(r), r).add(1f);
      IntVector power = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(FloatMath.ROUNDER));
      IntVector half = power.lanewise(VectorOperators.ASHR, 1);
      FloatVector scale = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector rest =
          power.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      p.mul(scale).mul(rest).intoArray(dst, dstPosition + i);
    }
    plain.exp(src, srcPosition + whole, dst, dstPosition + whole, n - whole, shift);
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  @Override
  public void log(float[] src, int srcPosition, float[] dst, int dstPosition, int n) {
    int whole = FLOATS.loopBound(n);
    for (int i = 0; i < whole; i += WIDTH) {
      // FloatMath.log, step by step
      FloatVector x = FloatVector.fromArray(FLOATS, src, srcPosition + i);
      VectorMask<Float> subnormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
      FloatVector normal = x.blend(x.mul(0x1p23f), subnormal);
      int sqrtHalf = Float.floatToRawIntBits(FloatMath.SQRT_HALF);
      IntVector bits = normal.reinterpretAsInts().sub(sqrtHalf);
      FloatVector power =
          (FloatVector) bits.lanewise(VectorOperators.ASHR, 23).convert(VectorOperators.I2F, 0);
      FloatVector f =
          bits.lanewise(VectorOperators.AND, 0x7fffff).add(sqrtHalf).reinterpretAsFloats().sub(1f);
      FloatVector n2 = power.sub(all(0f).blend(23f, subnormal));
      FloatVector z = f.mul(f);
      FloatVector p = all(FloatMath.L0).fma(f, all(FloatMath.L1));
      p = p.fma(f, all(FloatMath.L2));
      p = p.fma(f, all(FloatMath.L3));
      p = p.fma(f, all(FloatMath.L4));
      p = p.fma(f, all(FloatMath.L5));
      p = p.fma(f, all(FloatMath.L6));
      p = p.fma(f, all(FloatMath.L7));
      p = p.fma(f, all(FloatMath.L8));
      FloatVector tail = n2.fma(all(FloatMath.LN2_LOW), p.mul(f).mul(z));
      tail = z.fma(all(-0.5f), tail);
      FloatVector result = n2.fma(all(FloatMath.LN2_HIGH), f.add(tail));
      result = result.blend(x, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
      result = result.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
      all(Float.NaN)
          .blend(result, x.compare(VectorOperators.GE, 0f))
          .intoArray(dst, dstPosition + i);
    }
    plain.log(src, srcPosition + whole, dst, dstPosition + whole, n - whole);
  }

  @Override
  public void tanh(float[] src, int srcPosition, float[] dst, int dstPosition, int n) {
    int whole = FLOATS.loopBound(n);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector a = FloatVector.fromArray(FLOATS, src, srcPosition + i).abs();
      a.add(a).intoArray(dst, dstPosition + i);
    }
    exp(dst, dstPosition, dst, dstPosition, whole, 0f);
    for (int i = 0; i < whole; i += WIDTH) {
      // FloatMath.tanh, step by step
      FloatVector x = FloatVector.fromArray(FLOATS, src, srcPosition + i);
      FloatVector a = x.abs();
      FloatVector z = x.mul(x);
      FloatVector p = all(FloatMath.T0).fma(z, all(FloatMath.T1));
      p = p.fma(z, all(FloatMath.T2));
      p = p.fma(z, all(FloatMath.T3));
      p = p.fma(z, all(FloatMath.T4));
      FloatVector small = p.mul(z).fma(a, a);
      FloatVector exp = FloatVector.fromArray(FLOATS, dst, dstPosition + i);
      FloatVector large = all(1f).sub(all(2f).div(exp.add(1f)));
      FloatVector size = large.blend(small, a.compare(VectorOperators.LT, FloatMath.TANH_SMALL));
      IntVector sign = x.reinterpretAsInts().lanewise(VectorOperators.AND, 0x80000000);
      size.reinterpretAsInts()
          .lanewise(VectorOperators.OR, sign)
          .reinterpretAsFloats()
          .intoArray(dst, dstPosition + i);
    }
    plain.tanh(src, srcPosition + whole, dst, dstPosition + whole, n - whole);
  }

  @Override
  public void sigmoid(float[] src, int srcPosition, float[] dst, int dstPosition, int n) {
    int whole = FLOATS.loopBound(n);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector.fromArray(FLOATS, src, srcPosition + i).neg().intoArray(dst, dstPosition + i);
    }
    exp(dst, dstPosition, dst, dstPosition, whole, 0f);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector exp = FloatVector.fromArray(FLOATS, dst, dstPosition + i);
      all(1f).div(exp.add(1f)).intoArray(dst, dstPosition + i);
    }
    plain.sigmoid(src, srcPosition + whole, dst, dstPosition + whole, n - whole);
  }

  @Override
  public void reluGradient(float[] y, float[] g, float[] d, int n) {
    int whole = FLOATS.loopBound(n);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int i = 0; i < whole; i += WIDTH) {
      VectorMask<Float> passes =
          FloatVector.fromArray(FLOATS, y, i).compare(VectorOperators.GT, 0f);
      FloatVector.fromArray(FLOATS, d, i)
          .add(zero.blend(FloatVector.fromArray(FLOATS, g, i), passes))
          .intoArray(d, i);
    }
    for (int i = whole; i < n; i++) {
      d[i] += y[i] > 0f ? g[i] : 0f;
    }
  }

  @Override
  public void selu(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive) {
    int rest = VectorActivations.selu(x, y, slopes, fromInclusive, toExclusive);
    plain.selu(x, y, slopes, rest, toExclusive);
  }

  @Override
  public void mish(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive) {
    int rest = VectorActivations.mish(x, y, slopes, fromInclusive, toExclusive);
    plain.mish(x, y, slopes, rest, toExclusive);
  }

  @Override
  public void silu(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive) {
    plain.silu(x, y, slopes, fromInclusive, toExclusive);
  }

  @Override
  public void gelu(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive) {
    plain.gelu(x, y, slopes, fromInclusive, toExclusive);
  }

  @Override
  public void geluTanh(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive) {
    plain.geluTanh(x, y, slopes, fromInclusive, toExclusive);
  }

  @Override
  public void addProducts(float[] a, float[] b, float[] c, int fromInclusive, int toExclusive) {
    plain.addProducts(a, b, c, fromInclusive, toExclusive); // of which C2 makes vectors
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
