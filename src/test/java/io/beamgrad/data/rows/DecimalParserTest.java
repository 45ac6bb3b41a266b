package io.beamgrad.data.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalParserTest {
  private final DecimalParser parser = new DecimalParser();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "+0.0",
        ".5",
        "5.",
        "-73.25",
        "0.1",
        "16777217",
        "16777219",
        "33554435",
        "1e3",
        "1E-3",
        "1.5e+2",
        "3.4028235e38",
        "3.4028236e38",
        "1e39",
        "-1e39",
        "1e-46",
        "1.4e-45",
        "0.000000000000000000000000000000000000000000001",
        "0.00000000000000000000012",
        "123456789012345678901234567890",
        "999999999999999",
        "0000000000000000000000000012.5",
        "1.00000005960464477539",
        "1.000000059604645",
        "0.000000000000000",
        "00.0000000000000000000000000000"
      })
  void itGivesTheBitsOfParseFloat(String text) {
    assertSame(text);
  }

  @Test
  void itGivesTheBitsOfParseFloatForAMillionRandomNumbers() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1_000_000; i++) {
      int decimals = random.nextInt(20);
      long digits = random.nextLong() >> random.nextInt(64);
      assertSame(BigDecimal.valueOf(digits, decimals).toPlainString());
    }
  }

  /** Where rounding to double first, then to float, would go wrong. */
  @Test
  void itGivesTheBitsOfParseFloatNearTheMiddleOfTwoFloats() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 100_000; i++) {
      float low = Float.intBitsToFloat(random.nextInt(0x3F000000, 0x4B000000));
      BigDecimal middle =
          new BigDecimal(low).add(new BigDecimal(Math.nextUp(low))).divide(BigDecimal.valueOf(2));
      assertSame(middle.toPlainString());
      BigDecimal rounded = middle.round(new MathContext(15));
      assertSame(rounded.toPlainString());
      assertSame(rounded.add(rounded.ulp()).toPlainString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        ".",
        "+.",
        "1f",
        "1d",
        "0x10",
        "0x1p3",
        "1e",
        "1e+",
        "e5",
        "1.2.3",
        "1,5",
        " 1",
        "1 ",
        "NaN",
        "Infinity",
        "\u0661",
        "--1",
        "1_000"
      })
  void whatIsNoDecimalNumberIsRefused(String text) {
    assertFalse(parser.parse(text.toCharArray(), 0, text.length()));
  }

  @Test
  void onlyTheRangeIsRead() {
    assertTrue(parser.parse("x12.5y".toCharArray(), 1, 5));
    assertEquals(12.5f, parser.value());
  }

  private void assertSame(String text) {
    assertTrue(parser.parse(text.toCharArray(), 0, text.length()), text);
    assertEquals(
        Float.floatToRawIntBits(Float.parseFloat(text)),
        Float.floatToRawIntBits(parser.value()),
        text);
  }
}
