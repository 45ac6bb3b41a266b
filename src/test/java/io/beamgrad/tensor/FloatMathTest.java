package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Errors in units of the last place against {@link StrictMath}, over the floats' whole range. */
class FloatMathTest {

  private interface FloatFunction {
    float of(float x);
  }

  @Test
  void expIsWithinTwoUlp() {
    assertTrue(worst(FloatMath::exp, StrictMath::exp) <= 2);
  }

  @Test
  void logIsWithinTwoUlp() {
    assertTrue(worst(FloatMath::log, StrictMath::log) <= 2);
  }

  @Test
  void tanhIsWithinTwoUlp() {
    assertTrue(worst(FloatMath::tanh, StrictMath::tanh) <= 2);
  }

  @Test
  void sigmoidIsWithinThreeUlpWhereItsExpIsFinite() {
    double worst =
        worst(
            x -> x < -88f ? 0f : FloatMath.sigmoid(x),
            x -> x < -88 ? 0 : 1 / (1 + StrictMath.exp(-x)));
    assertTrue(worst <= 3, () -> "was " + worst);
  }

  @Test
  void specialValuesAreThoseOfStrictMath() {
    for (float x :
        new float[] {
          Float.NaN, 0f, -0f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -1f, 1000f, -1000f
        }) {
      assertEquals((float) StrictMath.exp(x), FloatMath.exp(x));
      assertEquals((float) StrictMath.log(x), FloatMath.log(x));
      assertEquals((float) StrictMath.tanh(x), FloatMath.tanh(x));
    }
  }

  /** The largest error over every 611th bit pattern, NaNs left out: 7 million floats. */
  private static double worst(FloatFunction function, DoubleUnaryOperator exact) {
    double worst = 0;
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += 611) {
      float x = Float.intBitsToFloat((int) bits);
      double wanted = exact.applyAsDouble(x);
      float given = function.of(x);
      if (Double.isNaN(wanted) || (float) wanted == given) {
        continue;
      }
      worst = Math.max(worst, Math.abs(given - wanted) / Math.ulp((float) wanted));
    }
    return worst;
  }
}
