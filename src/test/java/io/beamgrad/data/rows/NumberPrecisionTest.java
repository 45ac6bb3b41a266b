package io.beamgrad.data.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NumberPrecisionTest {
  /** The rule, by texts. */
  static double expected(double value) {
    float nearest = Float.parseFloat(DoubleToDecimal.toString(value));
    if ((float) value == value || Float.isInfinite((float) value) || Math.abs(value) < 0x1p-400) {
      return (float) value;
    }
    if (Math.abs(value) < 0x1p63 && new BigDecimal(value).stripTrailingZeros().scale() <= 0) {
      return value;
    }
    boolean isShortest =
        new BigDecimal(FloatToDecimal.toString(nearest))
                .compareTo(new BigDecimal(DoubleToDecimal.toString(value)))
            == 0;
    return isShortest ? nearest : value;
  }

  private static void assertKept(double value) {
    assertEquals(
        Double.doubleToRawLongBits(expected(value)),
        Double.doubleToRawLongBits(NumberPrecision.kept(value)),
        Double.toString(value));
  }

  @Test
  void aDecimalIsAFloatWhereItIsTheShortestOfOne() {
    assertEquals(0.1f, NumberPrecision.kept(0.1));
    assertEquals(12.75f, NumberPrecision.kept(12.75));
    assertEquals(1e30f, NumberPrecision.kept(1e30));
    assertEquals(5_630_000.001, NumberPrecision.kept(5_630_000.001));
    assertEquals(0.1234567891, NumberPrecision.kept(0.1234567891));
    assertEquals((double) 0.1f, NumberPrecision.kept(0.1f), "a float is itself");
  }

  @Test
  void wholeNumbersThatAFloatDoesNotHoldAreDoubles() {
    assertEquals(16_777_217.0, NumberPrecision.kept(16_777_217));
    assertEquals(1e11, NumberPrecision.kept(1e11));
    assertEquals(0x1p60, NumberPrecision.kept(0x1p60));
  }

  /** Of all lengths and sizes, also those written from floats. */
  @Test
  void theFastWayGivesWhatTheTextsGive() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 60_000; i++) {
      int digits = 1 + random.nextInt(11);
      long whole = random.nextLong((long) Math.pow(10, digits));
      int scale = random.nextInt(20) - (i % 50 == 0 ? 30 : 0) + (i % 40 == 0 ? 45 : 0);
      double value = BigDecimal.valueOf(whole, scale).doubleValue();
      assertKept(Float.isInfinite((float) value) ? 1 : value);
      float from = Float.intBitsToFloat(random.nextInt() & 0x7f7fffff);
      assertKept(Double.parseDouble(FloatToDecimal.toString(from)));
      assertKept(Double.parseDouble(FloatToDecimal.toString(-from)));
    }
    for (int exponent = -120; exponent < 127; exponent++) {
      float power = Math.scalb(1f, exponent);
      for (float near : new float[] {power, Math.nextUp(power), Math.nextDown(power)}) {
        assertKept(Double.parseDouble(FloatToDecimal.toString(near)));
      }
    }
  }

  @Test
  void aDoubleAndItsRestAreTheWholeNumber() {
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 100_000; i++) {
      long whole = i == 0 ? Long.MAX_VALUE : i == 1 ? Long.MIN_VALUE : random.nextLong();
      int rest = NumberPrecision.rest(whole);
      assertTrue(Math.abs(rest) <= 512);
      assertEquals(whole, NumberPrecision.whole((double) whole, rest));
      assertEquals(
          BigDecimal.valueOf(whole), new BigDecimal((double) whole).add(BigDecimal.valueOf(rest)));
    }
  }
}
