package io.beamgrad.data.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
  private final FieldParser date = new FieldParser(row.column(0), fault);

  @Test
  void aDateIsKeptInMilliseconds() {
    date.take(LocalDate.of(1969, 12, 31));
    assertEquals(-86_400_000L, ((LongsColumn) row.column(0)).value(0));
    date.take(Instant.ofEpochSecond(-1, 5_000_000));
    assertEquals(-995L, ((LongsColumn) row.column(0)).value(0));
    assertFalse(fault.isSet());
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
