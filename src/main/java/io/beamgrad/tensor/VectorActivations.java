package io.beamgrad.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Activation functions and their derivatives on the vector unit, each step that of {@link
 * FloatMath}. Bounds are by comparison, which takes half the instructions of a minimum that looks
 * after NaN and the sign of zeros, and keeps both all the same. The exponential is repeated in each
 * loop, or C2 could box its vectors.
 */
final class VectorActivations {

  private static final VectorSpecies<Float> FLOATS = VectorTiles.FLOATS;
  private static final int WIDTH = VectorTiles.WIDTH;
  private static final int ROUNDER_BITS = Float.floatToRawIntBits(FloatMath.ROUNDER);

  private VectorActivations() {}

  private static FloatVector all(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  /** Computes whole vectors from an element on; where slopes is null only the function. */
  static int selu(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive) {
    int i = fromInclusive;
    for (; i + WIDTH <= toExclusive; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, i);
      VectorMask<Float> positive = v.compare(VectorOperators.GT, 0f);
      FloatVector below = v.blend(0f, positive);
      FloatVector c =
          below.blend(FloatMath.SELU_MIN, below.compare(VectorOperators.LT, FloatMath.SELU_MIN));
      FloatVector shifted = c.fma(all(FloatMath.LOG2_E), all(FloatMath.ROUNDER));
      FloatVector n = shifted.sub(FloatMath.ROUNDER);
      FloatVector r = n.fma(all(-FloatMath.LN2_LOW), n.fma(all(-FloatMath.LN2_HIGH), c));
      FloatVector p = all(FloatMath.E7).fma(r, all(FloatMath.E6));
      p = p.fma(r, all(FloatMath.E5));
      p = p.fma(r, all(FloatMath.E4));
      p = p.fma(r, all(FloatMath.E3));
      p = p.fma(r, all(FloatMath.E2));
      p = p.fma(r.mul(r), r);
      FloatVector power =
          shifted
              .reinterpretAsInts()
              .add(127 - ROUNDER_BITS)
              .lanewise(VectorOperators.LSHL, 23)
              .reinterpretAsFloats();
      p.fma(power, power.sub(1f))
          .mul(FloatMath.SELU_SCALE_ALPHA)
          .blend(v.mul(FloatMath.SELU_SCALE), positive)
          .intoArray(y, i);
      if (slopes != null) {
        p.fma(power, power)
            .mul(FloatMath.SELU_SCALE_ALPHA)
            .blend(FloatMath.SELU_SCALE, positive)
            .intoArray(slopes, i);
      }
    }
    return i;
  }

  /** As {@link #selu}. */
  static int mish(float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive) {
    int i = fromInclusive;
    for (; i + WIDTH <= toExclusive; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, i);
      FloatVector below =
          v.blend(FloatMath.MISH_MAX, v.compare(VectorOperators.GT, FloatMath.MISH_MAX));
      FloatVector c =
          below.blend(FloatMath.EXP_MIN, below.compare(VectorOperators.LT, FloatMath.EXP_MIN));
      FloatVector shifted = c.fma(all(FloatMath.LOG2_E), all(FloatMath.ROUNDER));
      FloatVector n2 = shifted.sub(FloatMath.ROUNDER);
      FloatVector r2 = n2.fma(all(-FloatMath.LN2_LOW), n2.fma(all(-FloatMath.LN2_HIGH), c));
      FloatVector p = all(FloatMath.E7).fma(r2, all(FloatMath.E6));
      p = p.fma(r2, all(FloatMath.E5));
      p = p.fma(r2, all(FloatMath.E4));
      p = p.fma(r2, all(FloatMath.E3));
      p = p.fma(r2, all(FloatMath.E2));
      p = p.fma(r2.mul(r2), r2).add(1f);
      IntVector power = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
      IntVector half = power.lanewise(VectorOperators.ASHR, 1);
      FloatVector scale = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector rest =
          power.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector e = p.mul(scale).mul(rest);
      FloatVector n = e.fma(e, e.add(e));
      FloatVector r = all(1f).div(n.add(2f));
      v.mul(n.mul(r)).intoArray(y, i);
      if (slopes != null) {
        c.mul(4f).mul(e.mul(e.add(1f))).fma(r, n).mul(r).intoArray(slopes, i);
      }
    }
    return i;
  }
}
