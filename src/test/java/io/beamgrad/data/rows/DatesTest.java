package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatesTest {
  private final Locale usual = Locale.getDefault();

  @AfterEach
  void resetLocale() {
    Locale.setDefault(usual);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MMM d yyyy            | Jun 12 1998            | 1998-06-12T00:00:00Z",
        "MMM d yyyy            | june 12 1998           | 1998-06-12T00:00:00Z",
        "MMM d yyyy            | Sept 5 2020            | 2020-09-05T00:00:00Z",
        "MMM d yyyy            | SEP  5 2020            | 2020-09-05T00:00:00Z",
        "MMM d, yyyy           | Sept. 5, 2020          | 2020-09-05T00:00:00Z",
        "MMMM d, yyyy          | May 5th, 2020          | 2020-05-05T00:00:00Z",
        "MMM. d, yyyy          | Jan. 5, 2020           | 2020-01-05T00:00:00Z",
        "d MMMM yyyy           | 12 June 1998           | 1998-06-12T00:00:00Z",
        "d-MMM-yy              | 5-Jan-00               | 2000-01-05T00:00:00Z",
        "d-MMM-yy              | 5-JAN-68               | 2068-01-05T00:00:00Z",
        "d-MMM-yy              | 28-Dec-69              | 1969-12-28T00:00:00Z",
        "dd/MM/yy              | 31/12/99               | 1999-12-31T00:00:00Z",
        "yyMMdd                | 990102                 | 1999-01-02T00:00:00Z",
        "yyyyMMdd              | 19980612               | 1998-06-12T00:00:00Z",
        "yyyyMMddHHmmss        | 19980612133005         | 1998-06-12T13:30:05Z",
        "dd.MM.yyyy HH:mm      | 12.06.1998 13:30       | 1998-06-12T13:30:00Z",
        "MM/dd/yyyy hh:mm a    | 06/12/1998 01:30 pm    | 1998-06-12T13:30:00Z",
        "EEE, d MMM yyyy       | friday, 12 Jun 1998    | 1998-06-12T00:00:00Z",
        "EEE MMM d HH:mm:ss yyyy | Fri Jun 12 13:30:05 1998 | 1998-06-12T13:30:05Z",
        "yyyy-MM-dd'T'HH:mmXXX | 1998-06-12T13:30+02:00 | 1998-06-12T11:30:00Z",
        "d 'of' MMMM, yyyy     | 12 of June, 1998       | 1998-06-12T00:00:00Z",
        "MMMM d'th', yyyy      | May 5th, 2020          | 2020-05-05T00:00:00Z",
        "MMM yyyy              | Jun 1998               | 1998-06-01T00:00:00Z",
        "yyyy                  | 1998                   | 1998-01-01T00:00:00Z",
        "d.M.yyyy[ HH:mm]      | 1.2.1998               | 1998-02-01T00:00:00Z",
        "d.M.yyyy[ HH:mm]      | 1.2.1998 10:00         | 1998-02-01T10:00:00Z",
        "dd.MM.yyyy HH         | 12.06.1998 13          | 1998-06-12T13:00:00Z",
        "epochSeconds          | 1767261600             | 2026-01-01T10:00:00Z",
        "epochSeconds          | 1767261600.25          | 2026-01-01T10:00:00.250Z",
        "epochSeconds          | 1.7672616E9            | 2026-01-01T10:00:00Z",
        "epochSeconds          | -0.001                 | 1969-12-31T23:59:59.999Z",
        "epochMillis           | 1767261600123          | 2026-01-01T10:00:00.123Z",
        "epochMicros           | 1767261600123456       | 2026-01-01T10:00:00.123Z",
        "epochNanos            | 1767261600123456789    | 2026-01-01T10:00:00.123Z",
      })
  void datesAreReadAsPeopleWriteThemInEveryLocale(String pattern, String text, Instant time) {
    for (Locale locale : new Locale[] {Locale.ENGLISH, Locale.GERMANY, new Locale("ar", "EG")}) {
      Locale.setDefault(locale);
      Dates dates = new Dates(pattern);
      assertTrue(
          dates.parse(text.getBytes(UTF_8), 0, text.getBytes(UTF_8).length), locale + " " + text);
      assertEquals(time, Instant.ofEpochMilli(dates.millis()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MMM d yyyy    | Juni 12 1998",
        "MMM d yyyy    | 12 1998",
        "MMM d yyyy    | Jun 31 1998",
        "dd.MM.yyyy    | 31.04.2026",
        "dd.MM.yyyy    | 29.02.2025",
        "dd.MM.yyyy    | 01.02.98",
        "dd.MM.yyyy HH:mm | 01.02.1998 24:00",
        "d-MMM-yy      | 5-Jan-1998",
        "yyyyMMdd      | 19981312",
        "yyyyMMdd      | 199812",
        "EEE d MMM yyyy | Mon 12 Jun 1998",
        "epochSeconds  | 2026-01-01",
        "epochSeconds  | 1e30",
        "epochSeconds  | 1e999999999",
        "epochMillis   | x",
      })
  void whatIsNoDateIsNone(String pattern, String text) {
    assertFalse(new Dates(pattern).parse(text.getBytes(UTF_8), 0, text.getBytes(UTF_8).length));
  }

  @Test
  void aPatternThatIsNoneIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Dates("dd.MM.jjjj"));
    assertThrows(IllegalArgumentException.class, () -> new Dates("epoch"));
    assertThrows(IllegalArgumentException.class, () -> new Dates("'open"));
  }
}
