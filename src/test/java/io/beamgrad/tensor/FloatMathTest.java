package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Errors in units of the last place against {@link StrictMath}, over the floats' whole range;
 * {@link KernelsTest} holds the vectors to the bits of these.
 */
class FloatMathTest {

  private interface FloatFunction {
    double of(float x);
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
  void softplusIsWithinThreeUlp() {
    double worst =
        worst(
            FloatMath::softplus,
            x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x))));
    assertTrue(worst <= 3, () -> "was " + worst);
    assertEquals(Float.POSITIVE_INFINITY, FloatMath.softplus(Float.POSITIVE_INFINITY));
    assertEquals(0, FloatMath.softplus(Float.NEGATIVE_INFINITY));
    assertTrue(Double.isNaN(FloatMath.softplus(Float.NaN)));
  }

  @Test
  void specialValuesAreThoseOfStrictMath() {
    for (float x :
        new float[] {
          Float.NaN,
          0f,
          -0f,
          1f,
          -1f,
          1000f,
          -1000f,
          Float.POSITIVE_INFINITY,
          Float.NEGATIVE_INFINITY,
          Float.MAX_VALUE,
          -Float.MAX_VALUE,
          Float.MIN_VALUE,
          -Float.MIN_VALUE
        }) {
      assertEquals((float) StrictMath.exp(x), FloatMath.exp(x));
      assertEquals((float) StrictMath.log(x), FloatMath.log(x));
      assertEquals((float) StrictMath.tanh(x), FloatMath.tanh(x));
      assertEquals((float) (1 / (1 + StrictMath.exp(-x))), FloatMath.sigmoid(x));
    }
  }

  /** The largest error over every 611th bit pattern: 7 million floats, NaNs among them. */
  private static double worst(FloatFunction function, DoubleUnaryOperator exact) {
    double worst = 0;
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += 611) {
      float x = Float.intBitsToFloat((int) bits);
      double wanted = exact.applyAsDouble(x);
      double given = function.of(x);
      if (Double.isNaN(wanted) != Double.isNaN(given)) {
        return Double.POSITIVE_INFINITY;
      }
      if (Double.isNaN(wanted) || (float) wanted == (float) given) {
        continue;
      }
      worst = Math.max(worst, Math.abs(given - wanted) / Math.ulp((float) wanted));
    }
    return worst;
  }
}
