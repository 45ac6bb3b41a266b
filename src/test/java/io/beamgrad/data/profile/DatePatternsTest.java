package io.beamgrad.data.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.NumberStyle;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatePatternsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "2025-01-02; 2025-12-31T10:00       | ''               | none",
        "31.12.2025; 01.02.2025             | dd.MM.yyyy       | none",
        "31.1.2025; 1.2.2025                | d.M.yyyy         | none",
        "12/31/2025; 01/02/2025             | MM/dd/yyyy       | none",
        "31/12/2025; 01/02/2025             | dd/MM/yyyy       | none",
        "03/12/2025; 01/02/2025             | MM/dd/yyyy       | dd/MM/yyyy",
        "02/02/2025; 03/03/2025             | MM/dd/yyyy       | none",
        "12/31/99; 01/02/00                 | MM/dd/yy         | none",
        "Jun 12 1998; jun 3 1999            | MMM d yyyy       | none",
        "June 12, 1998; Sept. 3, 1999       | MMM d, yyyy      | none",
        "12 June 1998; 5 May 1999           | d MMM yyyy       | none",
        "5-Jan-00; 28-DEC-99                | d-MMM-yy         | none",
        "12JUN1998; 03MAY1999               | dMMMyyyy         | none",
        "12JUN1998:10:00:00; 03MAY1999:01:02:03 | dMMMyyyy:HH:mm:ss | none",
        "12/Jun/1998:10:00:00 +0200; 13/Jun/1998:10:00:00 -0500 | d/MMM/yyyy:HH:mm:ss Z | none",
        "6/12/2025 1:30 PM; 6/13/2025 11:30 AM | M/d/yyyy h:mm a | none",
        "Fri Jun 12 13:30:05 1998; Sat Jun 13 13:30:05 1998 | EEE MMM d HH:mm:ss yyyy | none",
        "Fri, 12 Jun 1998 13:30:05 GMT; Sat, 13 Jun 1998 13:30:05 GMT | EEE, d MMM yyyy HH:mm:ss 'GMT' | none",
        "19980612; 19990101                 | yyyyMMdd         | none",
        "19980612101500; 19990101000000     | yyyyMMddHHmmss   | none",
        "19980612; 19981301                 | none             | none",
        "19980612; 12345678                 | none             | none",
        "31.12.2025; x                      | none             | none",
        "31.12.2025; 20251231               | none             | none",
        "1998; 1999                         | none             | none",
        "x; y                               | none             | none",
      })
  void thePatternFitsAllValues(String values, String pattern, String other) {
    ColumnProfile column = profile("x", values.split("; "));
    assertEquals(pattern, column.datePattern().orElse(null));
    assertEquals(other, column.otherDatePattern());
  }

  @Test
  void timesSince1970AreDatesByNameOrByTheirSpacing() {
    long start = 1_767_261_600;
    assertEquals("epochSeconds", pattern("created_at", start, 86_407, 5));
    assertEquals("epochMillis", pattern("eventTime", start * 1000, 86_400_123, 5));
    assertEquals("epochSeconds", pattern("x", start, 3600, 50));
    assertEquals("epochNanos", pattern("ts", start * 1_000_000_000, 86_400_000_000_123L, 5));
    assertNull(pattern("x", start, 3601, 50), "no name, no spacing");
    assertNull(pattern("x", start, 3600, 5), "too few for a spacing");
    assertNull(pattern("ts", start * 1000, 100, 500), "within a day");
    assertNull(pattern("time", 1000, 60, 500), "long ago");
    assertNull(pattern("population", 1_400_000_000, 12_345, 30));
  }

  @Test
  void datesHaveATimeWhereSomeIsNotMidnight() {
    assertFalse(profile("at", "1767225600", "1767312000").hasTime());
    assertTrue(profile("at", "1767225601", "1767312000").hasTime());
    assertFalse(profile("day", "20250101", "20250102").hasTime());
    assertTrue(profile("day", "01.01.2025 10:00").hasTime());
  }

  private static String pattern(String name, long start, long step, int values) {
    return profile(
            name,
            LongStream.range(0, values)
                .mapToObj(i -> Long.toString(start + i * step))
                .toArray(String[]::new))
        .datePattern()
        .orElse(null);
  }

  private static ColumnProfile profile(String name, String... values) {
    ColumnProfile column = new ColumnProfile(name, NumberStyle.of(null));
    for (String value : values) {
      column.add(value);
    }
    return column;
  }
}
