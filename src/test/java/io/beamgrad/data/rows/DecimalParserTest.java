package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;
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
        "1767261600100",
        "-1767261600100",
        "9007199254740993",
        "-9007199254740993",
        "9007199254740993.0",
        "9223372036854775807",
        "-9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "1767261600000000001",
        "1e11",
        "1e30",
        "0.123456789012",
        "5630000.125",
        "5630000.001",
        "16777216.5",
        "1e-50",
        "1e-130",
        "-1e-300",
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
  void itGivesTheNumberThatIsKept(String text) {
    assertSame(text);
  }

  @Test
  void itGivesTheNumbersThatAreKeptForManyRandomTexts() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      int decimals = random.nextInt(20);
      long digits = random.nextLong() >> random.nextInt(64);
      assertSame(BigDecimal.valueOf(digits, decimals).toPlainString());
    }
  }

  /** Where rounding to double first, then to float, would go wrong. */
  @Test
  void itGivesTheNumbersThatAreKeptNearTheMiddleOfTwoFloats() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 20_000; i++) {
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
    assertFalse(parser.parse(text.getBytes(UTF_8), 0, text.getBytes(UTF_8).length));
  }

  @Test
  void onlyTheRangeIsRead() {
    assertTrue(parser.parse("x12.5y".getBytes(UTF_8), 1, 5));
    assertEquals(12.5f, parser.value());
  }

  @Test
  void wholeNumbersOf64BitsAreExact() {
    for (long whole : new long[] {16_777_217, -9_007_199_254_740_993L, Long.MAX_VALUE - 1}) {
      String text = Long.toString(whole);
      assertTrue(parser.parse(text.getBytes(UTF_8), 0, text.getBytes(UTF_8).length));
      assertEquals(whole, NumberPrecision.whole(parser.value(), parser.rest()));
      assertEquals(
          new BigDecimal(whole),
          new BigDecimal(parser.value()).add(BigDecimal.valueOf(parser.rest())));
    }
  }

  private void assertSame(String text) {
    assertTrue(parser.parse(text.getBytes(UTF_8), 0, text.getBytes(UTF_8).length), text);
    BigDecimal number = new BigDecimal(text);
    if (text.matches("[+-]?\\d{15,19}")
        && number.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
      BigDecimal found = new BigDecimal(parser.value()).add(BigDecimal.valueOf(parser.rest()));
      assertEquals(0, number.compareTo(found), text);
      return;
    }
    assertEquals(0, parser.rest(), text);
    assertEquals(
        Double.doubleToRawLongBits(NumberPrecisionTest.expected(Double.parseDouble(text))),
        Double.doubleToRawLongBits(parser.value()),
        text);
  }
}
