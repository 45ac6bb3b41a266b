package io.beamgrad.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.WrongInputException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTimesTest {
  private static final String BERLIN = "Europe/Berlin"; // 2026-03-29 02:00 +1 h, 10-25 03:00 -1 h
  private static final String NEW_YORK = "America/New_York"; // 03-08 02:00 +1 h, 11-01 02:00 -1 h

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 3 * * *        | 2026-11-24T03:00, 2026-11-25T03:00, 2026-11-26T03:00
          */20 8-9 * * *   | 2026-11-24T08:00, 2026-11-24T08:20, 2026-11-24T08:40
          0 0 1 * *        | 2026-12-01T00:00, 2027-01-01T00:00, 2027-02-01T00:00
          0 0 29 2 *       | 2028-02-29T00:00, 2032-02-29T00:00, 2036-02-29T00:00
          15 6,18 * * 1-5  | 2026-11-23T18:15, 2026-11-24T06:15, 2026-11-24T18:15
          0 4 * * MON      | 2026-11-30T04:00, 2026-12-07T04:00, 2026-12-14T04:00
          0 4 * * 0        | 2026-11-29T04:00, 2026-12-06T04:00, 2026-12-13T04:00
          0 4 * * 7        | 2026-11-29T04:00, 2026-12-06T04:00, 2026-12-13T04:00
          0 4 * JAN *      | 2027-01-01T04:00, 2027-01-02T04:00, 2027-01-03T04:00
          0 4 * * SUN-TUE  | 2026-11-24T04:00, 2026-11-29T04:00, 2026-11-30T04:00
          0 4 * * 0-2      | 2026-11-24T04:00, 2026-11-29T04:00, 2026-11-30T04:00
          0 4 * * sat-SUN  | 2026-11-28T04:00, 2026-11-29T04:00, 2026-12-05T04:00
          0 4 * * 6-7      | 2026-11-28T04:00, 2026-11-29T04:00, 2026-12-05T04:00
          0 4 * * FRI-SUN/2 | 2026-11-27T04:00, 2026-11-29T04:00, 2026-12-04T04:00
          0 4 * * WED,SUN-MON | 2026-11-25T04:00, 2026-11-29T04:00, 2026-11-30T04:00
          @daily           | 2026-11-24T00:00, 2026-11-25T00:00, 2026-11-26T00:00
          @weekly          | 2026-11-29T00:00, 2026-12-06T00:00, 2026-12-13T00:00
          @hourly          | 2026-11-23T13:00, 2026-11-23T14:00, 2026-11-23T15:00
          @monthly         | 2026-12-01T00:00, 2027-01-01T00:00, 2027-02-01T00:00
          @yearly          | 2027-01-01T00:00, 2028-01-01T00:00, 2029-01-01T00:00
          0 0 29 2 */7     | 2032-02-29T00:00, 2060-02-29T00:00, 2088-02-29T00:00
          0 0 13 * 5       | 2026-11-27T00:00, 2026-12-04T00:00, 2026-12-11T00:00
          """)
  void timesAreThoseOfCron(String expression, String expected) {
    assertEquals(
        List.of(expected.split(", ")),
        after(expression, "UTC", "2026-11-23T12:30", 3).stream()
            .map(time -> time.toLocalDateTime().toString())
            .toList());
  }

  /** As cron(8): where one of the two days begins with a star, steps or not, both must fit. */
  @Test
  void aDayThatBeginsWithAStarIsOnlyASieveForTheOther() {
    assertEquals(
        List.of("2026-12-07T03:00Z[UTC]", "2026-12-21T03:00Z[UTC]", "2027-01-11T03:00Z[UTC]"),
        after("0 3 */2 * 1", "UTC", "2026-12-01T00:00", 3).stream()
            .map(ZonedDateTime::toString)
            .toList());
  }

  /** As cron(8): where both days are restricted, either will do. */
  @Test
  void aDayOfTheMonthOrOfTheWeekIsEnough() {
    assertEquals(
        List.of("2026-12-11T00:00Z[UTC]", "2026-12-13T00:00Z[UTC]", "2026-12-18T00:00Z[UTC]"),
        after("0 0 13 * 5", "UTC", "2026-12-05T00:00", 3).stream()
            .map(ZonedDateTime::toString)
            .toList());
  }

  @ParameterizedTest
  @CsvSource({
    BERLIN + ", 2026-03-27T12:00, +01:00, 2026-03-29, +02:00",
    NEW_YORK + ", 2026-03-06T12:00, -05:00, 2026-03-08, -04:00"
  })
  void aTimeInTheHourLeftOutComesOnceWhenItIsOver(
      String zone, String from, String winter, String day, String summer) {
    List<ZonedDateTime> times = after("30 2 * * *", zone, from, 3);

    assertEquals(winter, times.get(0).getOffset().toString());
    assertEquals("%sT03:00%s[%s]".formatted(day, summer, zone), times.get(1).toString());
    assertEquals(2, times.get(2).getHour());
    assertEquals(summer, times.get(2).getOffset().toString());
  }

  @ParameterizedTest
  @CsvSource({
    BERLIN + ", 2026-10-24T12:00, 30 2, 2026-10-25T02:30, +02:00, 2026-10-26T02:30, +01:00",
    NEW_YORK + ", 2026-10-31T12:00, 30 1, 2026-11-01T01:30, -04:00, 2026-11-02T01:30, -05:00"
  })
  void aTimeInTheRepeatedHourComesOnce(
      String zone,
      String from,
      String time,
      String first,
      String summer,
      String second,
      String winter) {
    assertEquals(
        List.of(
            "%s%s[%s]".formatted(first, summer, zone), "%s%s[%s]".formatted(second, winter, zone)),
        after(time + " * * *", zone, from, 2).stream().map(ZonedDateTime::toString).toList());
  }

  @Test
  void severalTimesInTheHourLeftOutAreOne() {
    assertEquals(
        List.of("2026-03-29T01:45+01:00", "2026-03-29T03:00+02:00", "2026-03-29T03:15+02:00"),
        shown(after("*/15 0-5 * * *", BERLIN, "2026-03-29T01:30", 3)));
  }

  @Test
  void everyHourFollowsTheClocks() {
    assertEquals(
        List.of("2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00", "2026-03-29T04:30+02:00"),
        shown(after("30 * * * *", BERLIN, "2026-03-29T01:00", 3)));
    assertEquals(
        List.of(
            "2026-10-25T02:00+02:00",
            "2026-10-25T02:30+02:00",
            "2026-10-25T02:00+01:00",
            "2026-10-25T02:30+01:00",
            "2026-10-25T03:00+01:00"),
        shown(after("*/30 * * * *", BERLIN, "2026-10-25T01:30", 5)));
    assertEquals(
        List.of("2026-11-01T01:59-04:00", "2026-11-01T01:00-05:00"),
        shown(after("* * * * *", NEW_YORK, "2026-11-01T01:58", 2)));
  }

  /** As cron(8): a minute that begins with a star is as good as an hour that does. */
  @Test
  void stepsOfTheMinuteFollowTheClocksToo() {
    assertEquals(
        List.of("2026-03-28T02:40+01:00", "2026-03-30T02:00+02:00", "2026-03-30T02:20+02:00"),
        shown(after("*/20 2 * * *", BERLIN, "2026-03-28T02:30", 3)));
    assertEquals(
        List.of("2026-10-25T02:40+02:00", "2026-10-25T02:00+01:00"),
        shown(after("*/20 2 * * *", BERLIN, "2026-10-25T02:30", 2)));
  }

  /** Lord Howe's clocks change by half an hour, Cairo's and Santiago's at midnight. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        BERLIN,
        NEW_YORK,
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "America/Santiago",
        "Africa/Casablanca"
      })
  void aDailyTimeComesOnEachDayOnce(String zone) {
    for (String time : List.of("0 0", "15 2", "59 23")) {
      ZonedDateTime day = LocalDateTime.of(2024, 1, 1, 23, 59, 30).atZone(ZoneId.of(zone));
      CronTimes times = CronTimes.of(time + " * * *", day.getZone());
      Instant last = day.toInstant();
      for (int i = 0; i < 2 * 365; i++) {
        last = times.next(last);
        day = day.plusDays(1);
        assertEquals(day.toLocalDate(), last.atZone(day.getZone()).toLocalDate(), time);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          61 * * * *  | the minute must be in [0, 59], was 61
          0 3 * *     | expected five fields (minute, hour, day of the month, month, day of the week), found 4
          0 3 * * * * | expected five fields (minute, hour, day of the month, month, day of the week), found 6
          a b c d e   | the minute must be in [0, 59], was a
          0 3 , * *   | the day of the month must be in [1, 31], was empty
          0 3 30 2 *  | there is no such date
          0 3 31 4,6 * | there is no such date
          @often      | expected @hourly, @daily, @midnight, @weekly, @monthly, @yearly or @annually, found @often
          0 3 * * 8   | the day of the week must be in [0, 7] or a name such as mon, was 8
          0 3 * JANUAR * | the month must be in [1, 12] or a name such as feb, was JANUAR
          */0 * * * * | a step must be a whole number of at least 1, was 0
          5/20 * * * * | a step needs a range, such as 5-59/20, was 5/20
          5-1 * * * * | the range 5-1 of the minute goes backwards
          0 3 * * 7-2 | the range 7-2 of the day of the week goes backwards
          30 3 L * *  | the day of the month must be in [1, 31], was L
          30 3 * * 1#2 | the day of the week must be in [0, 7] or a name such as mon, was 1#2
          30 3 ? * 1  | the day of the month must be in [1, 31], was ?
          """)
  void whatIsNoExpressionIsSaid(String expression, String reason) {
    var e =
        assertThrows(WrongInputException.class, () -> CronTimes.of(expression, ZoneId.of("UTC")));
    assertEquals("--cron '%s': %s".formatted(expression, reason), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0|30 3 * * 1", "0 3||4 * * 1", "0 3 * * 1|2"})
  void severalExpressionsInOneAreRefused(String expression) {
    var e =
        assertThrows(WrongInputException.class, () -> CronTimes.of(expression, ZoneId.of("UTC")));
    assertEquals(
        "--cron '%s': expected five fields, found a |; a list has commas, such as 0,30"
            .formatted(expression),
        e.getMessage());
  }

  private static List<String> shown(List<ZonedDateTime> times) {
    return times.stream().map(time -> time.toOffsetDateTime().toString()).toList();
  }

  /** The times after one on the clocks of a zone, the first of two where there are. */
  private static List<ZonedDateTime> after(String expression, String zone, String from, int count) {
    ZoneId id = ZoneId.of(zone);
    CronTimes times = CronTimes.of(expression, id);
    List<ZonedDateTime> found = new ArrayList<>();
    Instant last = LocalDateTime.parse(from).atZone(id).toInstant();
    for (int i = 0; i < count; i++) {
      last = times.next(last);
      found.add(last.atZone(id));
    }
    return found;
  }
}
