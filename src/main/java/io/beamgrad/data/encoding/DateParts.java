package io.beamgrad.data.encoding;

import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.schema.DatePart;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;

/** The parts of dates as numbers. */
public final class DateParts {
  private static final double MILLIS_PER_DAY = 86_400_000;

  private DateParts() {}

  /** Whether a part is cyclic; its value is then a share of the cycle. */
  public static boolean isCyclic(DatePart part) {
    return part != DatePart.YEAR && part != DatePart.EPOCH_DAYS;
  }

  /** Whether a value of a column of dates has a part; a time of day has its hour and minute. */
  public static boolean has(DatePart part, long value) {
    return part == DatePart.HOUR || part == DatePart.MINUTE || !LongsColumn.isTimeOfDay(value);
  }

  /**
   * The date of a value in the zone; a time of day is in no zone, and of a date without meaning.
   */
  public static ZonedDateTime at(long value, ZoneId zone) {
    return LongsColumn.isTimeOfDay(value)
        ? LongsColumn.timeOfDay(value).atDate(LocalDate.EPOCH).atZone(ZoneOffset.UTC)
        : Instant.ofEpochMilli(value).atZone(zone);
  }

  /**
   * The year, the days since 1970 in the date's zone, or for a cyclic part the share of the cycle
   * in [0, 1).
   */
  public static double value(DatePart part, ZonedDateTime date) {
    return switch (part) {
      case YEAR -> date.getYear();
      case MONTH -> (date.getMonthValue() - 1) / 12.0;
      case DAY -> (date.getDayOfMonth() - 1.0) / date.toLocalDate().lengthOfMonth();
      case WEEKDAY -> (date.getDayOfWeek().getValue() - 1) / 7.0;
      case HOUR -> date.get(ChronoField.MILLI_OF_DAY) / MILLIS_PER_DAY;
      case MINUTE -> date.getMinute() / 60.0;
      case DAY_OF_YEAR -> (date.getDayOfYear() - 1.0) / date.toLocalDate().lengthOfYear();
      case EPOCH_DAYS ->
          date.toLocalDate().toEpochDay() + date.get(ChronoField.MILLI_OF_DAY) / MILLIS_PER_DAY;
    };
  }
}
