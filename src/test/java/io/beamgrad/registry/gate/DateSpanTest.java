package io.beamgrad.registry.gate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.profile.DateCycle;
import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.registry.Profiles;
import io.beamgrad.schema.Distribution;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DateSpanTest {
  private static final ZoneId UTC = ZoneId.of("UTC");

  private static Distribution dates(String... dates) {
    return Profiles.numbers(
        "at", Stream.of(dates).mapToDouble(date -> Instant.parse(date).toEpochMilli()).toArray());
  }

  private static long[] times(DateCycle cycle, ZoneId zone, String first, String last) {
    return DateSpan.of(dates(first, last)).orElseThrow().times(cycle, zone);
  }

  @Test
  void aDayHasEachHourOnceAndOneWeekday() {
    String first = "2026-11-02T00:03:00Z"; // a Monday
    String last = "2026-11-02T23:58:00Z";
    long[] hours = new long[24];
    Arrays.fill(hours, 1);
    assertArrayEquals(hours, times(DateCycle.HOUR_OF_DAY, UTC, first, last));
    assertArrayEquals(new long[] {1, 0, 0, 0, 0, 0, 0}, times(DateCycle.WEEKDAY, UTC, first, last));
    assertArrayEquals(
        new long[] {1, 1, 0, 0, 0, 0, 0},
        times(DateCycle.WEEKDAY, ZoneId.of("Europe/Berlin"), first, last));
  }

  @Test
  void tenDaysHaveThreeWeekdaysTwice() {
    assertArrayEquals(
        new long[] {2, 1, 1, 1, 1, 2, 2},
        times(DateCycle.WEEKDAY, UTC, "2026-11-07T00:00:00Z", "2026-11-16T00:00:00Z"));
  }

  @Test
  void fourteenMonthsHaveTwoTwice() {
    assertArrayEquals(
        new long[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2},
        times(DateCycle.MONTH, UTC, "2025-11-01T00:00:00Z", "2026-12-01T00:00:00Z"));
  }

  @Test
  void fewDatesFarOffDoNotCount() {
    String[] dates = new String[400];
    Arrays.fill(dates, "2026-11-02T00:00:00Z");
    dates[0] = "1900-01-01T00:00:00Z";
    dates[399] = "2999-12-31T00:00:00Z";
    DateSpan span = DateSpan.of(dates(dates)).orElseThrow();
    assertEquals(span.first(), span.last());
  }

  @Test
  void aSpanThatIsTooCoarseToTellIsNone() {
    assertEquals(
        Optional.empty(),
        DateSpan.of(Distribution.newBuilder(dates("1970-01-01T00:00:00Z")).setShift(30).build()));
    assertEquals(Optional.empty(), DateSpan.of(dates()));
  }

  @Test
  void timesOfDayAreOfNoDate() {
    double morning = LongsColumn.ofTimeOfDay(8 * 3_600_000);
    assertTrue(DateSpan.isTimeOfDay(Profiles.numbers("at", morning, morning + 1000)));
    assertFalse(DateSpan.isTimeOfDay(Profiles.numbers("at", morning, 0)));
    assertFalse(DateSpan.isTimeOfDay(dates("1970-01-01T00:00:00Z")));
    assertFalse(DateSpan.isTimeOfDay(dates()));
  }
}
