package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CanonicalNumberTest {
  private final RowFault fault = new RowFault();
  private final Column column =
      new Column(
          "store", ColumnType.STRINGS, List.of(), ColumnRole.FEATURE, ValueKind.TEXT, null, true);
  private final ColumnBlock row = new ColumnBlock(List.of(column), 1);
  private final FieldParser parser =
      new FieldParser(row.column(0), fault, NumberStyle.of(null), MissingWords.of(null));

  private String taken(Object value) {
    parser.clear();
    parser.take(value);
    assertFalse(fault.isSet(), fault.reason());
    return row.column(0).text(0);
  }

  private String takenOfJson(String number) {
    parser.clear();
    parser.takeNumber(number.getBytes(US_ASCII), 0, number.length());
    return row.column(0).text(0);
  }

  @Test
  void aNumberIsOneTextWhateverItsTypeIs() {
    for (Object one : List.of(1, 1L, (short) 1, 1f, 1.0, new BigDecimal("1.00"), BigInteger.ONE)) {
      assertEquals("1", taken(one), one.getClass().getSimpleName());
    }
    assertEquals("1", takenOfJson("1.0"));
    assertEquals("1000", takenOfJson("1e3"));
    assertEquals("1000", taken(1e3));
    assertEquals("1000", taken(new BigDecimal("1E+3")));
  }

  @Test
  void fractionsSignsAndLargeNumbersAreWrittenInOneWay() {
    assertEquals("0.5", taken(0.5));
    assertEquals("0.5", taken(0.5f));
    assertEquals("0.1", taken(0.1f));
    assertEquals("0.5", taken(new BigDecimal("0.500")));
    assertEquals("0.5", takenOfJson("5e-1"));
    assertEquals("0", taken(-0.0));
    assertEquals("0", taken(-0f));
    assertEquals("0", takenOfJson("-0"));
    assertEquals("0", takenOfJson("-0.00"));
    assertEquals("-7", taken(-7.0));
    assertEquals("0.0001", taken(0.0001));
    assertEquals("12345678.5", taken(12345678.5));
    assertEquals("100000000000000000000", taken(1e20));
    assertEquals("100000000000000000000", taken(BigInteger.TEN.pow(20)));
    assertEquals("100000000000000000000", takenOfJson("1E20"));
    assertEquals("9223372036854775807", taken(Long.MAX_VALUE));
    assertEquals("1E+300", taken(1e300));
    assertEquals("1E+300", takenOfJson("1e300"));
    assertEquals("1E+300", takenOfJson("10.0e299"));
    assertEquals("4.9E-324", taken(Double.MIN_VALUE));
    assertEquals("Infinity", taken(Double.POSITIVE_INFINITY));
    assertNull(taken(Double.NaN));
  }

  @Test
  void aTextIsNeverChanged() {
    for (String text : List.of("00037", "1.10", "1.0", "1e3", "-0", " 1.0", "1.", ".5", "1E20")) {
      assertEquals(text, taken(text));
    }
  }

  @Test
  void aJsonNumberBeyondAllDecimalsStaysAsItIsWritten() {
    assertEquals("1e99999999999", takenOfJson("1e99999999999"));
    assertEquals("1E+999999999", takenOfJson("1e999999999"));
  }

  @Test
  void doublesAndTheirDecimalsHaveTheSameText() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (i % 2 == 0) {
        value = random.nextInt(100_000) / 8.0;
      }
      if (Double.isFinite(value)) {
        String text = CanonicalNumber.of(value);
        assertEquals(value + 0.0, Double.parseDouble(text));
        assertEquals(text, CanonicalNumber.of(DoubleToDecimal.toString(value)));
        assertEquals(text, CanonicalNumber.of(text));
        assertTrue(CanonicalNumber.isJavaDouble(CanonicalNumber.asJavaDouble(text)));
      }
    }
  }
}
