package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldParserTest {
  private final RowFault fault = new RowFault();
  private final ColumnBlock row =
      new ColumnBlock(
          List.of(
              new Column(
                  "until",
                  ColumnType.LONGS,
                  List.of(),
                  ColumnRole.FEATURE,
                  ValueKind.DATE,
                  null,
                  true)),
          1);
  private final FieldParser date =
      new FieldParser(row.column(0), fault, NumberStyle.of(null), MissingWords.of(null));

  @Test
  void aDateIsKeptInMilliseconds() {
    date.take(LocalDate.of(1969, 12, 31));
    assertEquals(-86_400_000L, ((LongsColumn) row.column(0)).value(0));
    date.take(Instant.ofEpochSecond(-1, 5_000_000));
    assertEquals(-995L, ((LongsColumn) row.column(0)).value(0));
    assertFalse(fault.isSet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "+"})
  void aSignAloneIsNoNumberAlsoAtTheEndOfAnArray(String sign) {
    ColumnBlock number = block(ColumnType.FLOATS, ValueKind.NUMBER);
    new FieldParser(number.column(0), fault, NumberStyle.of(null), MissingWords.of(null))
        .take(sign.getBytes(UTF_8));
    assertEquals("expected a number, found '" + sign + "'", fault.reason());
  }

  @ParameterizedTest
  @CsvSource({
    "07:05, 25500",
    "7:05, 25500",
    "10:00:00, 36000",
    "00:00:00.000001, 0.000001",
    "10:00+02, 28800",
    "01:00:00+02:00, 82800",
    "10:00:00Z, 36000",
    "23:59:59.999999999, 86400"
  })
  void aTimeOfDayIsItsSecondsAsANumberAndAValueOfItsOwnAsADate(String text, float seconds) {
    ColumnBlock number = block(ColumnType.FLOATS, ValueKind.NUMBER);
    new FieldParser(number.column(0), fault, NumberStyle.of(null), MissingWords.of(null))
        .take(text);
    assertEquals(seconds, (float) number.column(0).number(0));
    date.take(text);
    long value = ((LongsColumn) row.column(0)).value(0);
    assertTrue(LongsColumn.isTimeOfDay(value));
    assertEquals((long) (Math.min(seconds, 86_399.999) * 1000), value - LongsColumn.ofTimeOfDay(0));
    assertFalse(fault.isSet());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"24:00", "7:5", "10:60", "10:00:60", "10:00:00.", "10", "10:", "10:00+", "007:05"})
  void whatIsNearlyATimeOfDayIsAFault(String text) {
    date.take(text);
    assertEquals("expected a date or time, found '" + text + "'", fault.reason());
  }

  @Test
  void aTimeOfDayByAPatternIsOneToo() {
    ColumnBlock block =
        new ColumnBlock(
            List.of(
                new Column(
                    "at",
                    ColumnType.LONGS,
                    List.of(),
                    ColumnRole.FEATURE,
                    ValueKind.DATE,
                    "h:mm a",
                    true)),
            1);
    new FieldParser(block.column(0), fault, NumberStyle.of(null), MissingWords.of(null))
        .take("7:05 PM");
    assertEquals("19:05", block.column(0).text(0));
    new FieldParser(block.column(0), fault, NumberStyle.of(null), MissingWords.of(null))
        .take(LocalTime.of(7, 5));
    assertEquals("07:05", block.column(0).text(0));
  }

  @Test
  void timesOfDayAndUuidsHaveATextOfTheirOwn() {
    ColumnBlock text = block(ColumnType.STRINGS, ValueKind.TEXT);
    FieldParser parser =
        new FieldParser(text.column(0), fault, NumberStyle.of(null), MissingWords.of(null));
    parser.take(LocalTime.of(7, 5, 0, 500_000));
    assertEquals("07:05:00.0005", text.column(0).text(0));
    parser.take("7:05");
    assertEquals("7:05", text.column(0).text(0));
    parser.take(new UUID(0xABL << 56, 15));
    assertEquals("ab000000-0000-0000-0000-00000000000f", text.column(0).text(0));
  }

  private static ColumnBlock block(ColumnType type, ValueKind kind) {
    return new ColumnBlock(
        List.of(new Column("c", type, List.of(), ColumnRole.FEATURE, kind, null, true)), 1);
  }

  /** Some write "for ever" so. */
  @Test
  void aDateThatMillisecondsDoNotReachIsAFault() {
    for (Object far :
        List.of(LocalDate.MAX, LocalDate.MIN, LocalDateTime.MAX, Instant.MAX, Instant.MIN)) {
      fault.clear();
      date.take(far);
      assertEquals(
          "expected a date or time, found one over 292 million years from 1970",
          fault.reason(),
          "" + far);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"+999999999-12-31", "-999999999-01-01"})
  void soItIsAsText(String text) {
    date.take(text);
    assertEquals("expected a date or time, found '%s'".formatted(text), fault.reason());
  }
}
