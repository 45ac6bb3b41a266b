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
  void activationsAreWithinSixUlp() {
    assertWithin(6, FloatMath::selu, FloatMathTest::selu);
    assertWithin(6, x -> x < -80 ? 0 : FloatMath.mish(x), x -> x < -80 ? 0 : mish(x));
    assertWithin(6, x -> x < -80 ? 0 : FloatMath.silu(x), x -> x < -80 ? 0 : silu(x));
  }

  private static double selu(double x) {
    return x > 0
        ? 1.0507009873554805 * x
        : 1.0507009873554805 * 1.6732632423543772 * StrictMath.expm1(x);
  }

  private static double mish(double x) {
    return x * StrictMath.tanh(StrictMath.log1p(StrictMath.exp(x)));
  }

  private static double silu(double x) {
    return x / (1 + StrictMath.exp(-x));
  }

  private static void assertWithin(double ulp, FloatFunction function, DoubleUnaryOperator exact) {
    double worst = worst(function, exact);
    assertTrue(worst <= ulp, () -> "was " + worst);
  }

  /** GELU is x times a probability, which has 6 digits also where it is a small one. */
  @Test
  void geluHasTheProbabilitiesOfTheNormalDistribution() {
    for (float x = -9; x < 9; x += 1 / 64f) {
      double wanted = x * normal(x);
      assertEquals(wanted, FloatMath.gelu(x), 2e-6 * Math.abs(wanted) + 1e-30, "at " + x);
    }
  }

  /** The probability of less than x, by its series near 0 and its continued fraction elsewhere. */
  private static double normal(double x) {
    double density = StrictMath.exp(-x * x / 2) / StrictMath.sqrt(2 * Math.PI);
    if (Math.abs(x) < 3) {
      double term = x;
      double sum = x;
      for (int k = 1; k < 100; k++) {
        term *= x * x / (2 * k + 1);
        sum += term;
      }
      return 0.5 + density * sum;
    }
    double fraction = Math.abs(x);
    for (int k = 200; k > 0; k--) {
      fraction = Math.abs(x) + k / fraction;
    }
    return x < 0 ? density / fraction : 1 - density / fraction;
  }

  @Test
  void slopesAreThoseOfTheFunctions() {
    for (float x = -30; x < 30; x += 1 / 64f) {
      assertSlope(FloatMath.seluSlope(x), FloatMathTest::selu, x);
      assertSlope(FloatMath.mishSlope(x), FloatMathTest::mish, x);
      assertSlope(FloatMath.siluSlope(x), FloatMathTest::silu, x);
      assertSlope(FloatMath.geluSlope(x), y -> y * normal(y), x);
      assertSlope(FloatMath.geluTanhSlope(x), FloatMathTest::geluTanh, x);
    }
  }

  private static double geluTanh(double x) {
    double inner = StrictMath.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
    return x / 2 * (1 + StrictMath.tanh(inner));
  }

  private static void assertSlope(float slope, DoubleUnaryOperator function, double x) {
    double step = 1e-5;
    if (Math.abs(x) > step) { // SELU has a corner at 0
      double rise = function.applyAsDouble(x + step) - function.applyAsDouble(x - step);
      assertEquals(rise / (2 * step), slope, 1e-6, "at " + x);
    }
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
