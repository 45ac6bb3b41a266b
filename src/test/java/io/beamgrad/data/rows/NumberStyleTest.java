package io.beamgrad.data.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberStyleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$5 | 5",
        "$ 1234.50 | 1234.50",
        "-$5 | -5",
        "$-5 | -5",
        "$5- | -5",
        "(5) | -5",
        "($5.25) | -5.25",
        "$(5.25) | -5.25",
        "5 \u20AC | 5",
        "5\u00A0\u20AC | 5",
        "EUR 5 | 5",
        "5 kr | 5",
        "US$5 | 5",
        "\u22125.5 | -5.5",
        "\u20135 | -5",
        "\uFF0D.5 | -.5",
        "12% | 12",
        "12.5 % | 12.5",
        "%5 | 5",
        "-3% | -3",
        "+5% | 5",
        "1.5e\u22123 | 1.5e-3",
        "5. | 5.",
      })
  void whatMeansOneThingIsUnderstoodInEveryFile(String text, String plain) {
    assertEquals(plain, NumberStyle.of(null).plain(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-", "$", "--5", "-5-", "(-5)", "(5", "5)", "5$%", "$5 EUR", "$$5", "5 kg", "1,234",
        "1 234", "1'234", "5 5", "1.2.3", "(", "5+", "x5"
      })
  void whatIsNoNumberIsNone(String text) {
    assertNull(NumberStyle.of(null).plain(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        ", | . | 1.234.567,89 | 1234567.89",
        ", | . | 1234,5 | 1234.5",
        ", | . | 1.234 | 1234",
        ", | . | -1.234,5 \u20AC | -1234.5",
        ", | . | 1,5E3 | 1.5E3",
        ". | , | 1,234.56 | 1234.56",
        ". | , | $1,234 | 1234",
        ". | , | 12,34,567.8 | 1234567.8",
        ". | , | .5 | .5",
        ". | ' | 1'234.5 | 1234.5",
        ". | ' | 1\u2019234.5 | 1234.5",
        ", | \" \" | 1 234,5 | 1234.5",
        ", | \" \" | 1\u202F234\u00A0567 | 1234567",
        ", | \u00A0 | 1 234,5 | 1234.5",
        ". | _ | 1_000 | 1000",
      })
  void theOptionsSayWhatIsBetweenDigits(char decimal, char thousands, String text, String plain) {
    assertEquals(plain, new NumberStyle(decimal, thousands).plain(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ", | . | 12.34",
        ", | . | 1.2345",
        ", | . | 0.123",
        ", | . | .123",
        ", | . | 1,234.5",
        ", | . | 1.2,5",
        ". | , | 1234,567",
        ". | , | 1,234,5",
        ". | , | 1,,234",
        ". | , | 0,123",
      })
  void groupsThatAreNoneMakeNoNumber(char decimal, char thousands, String text) {
    assertNull(new NumberStyle(decimal, thousands).plain(text));
  }

  @Test
  void inAListNumbersHaveNoGroups() {
    NumberStyle german = new NumberStyle(',', '.');
    assertFalse(german.rewrite("1.234".toCharArray(), 0, 5, true));
    assertTrue(german.rewrite("1,234".toCharArray(), 0, 5, true));
  }
}
