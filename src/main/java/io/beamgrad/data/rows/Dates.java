package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Parses dates and times to milliseconds since 1970 in UTC. Without a pattern a text is a date or a
 * date-time of ISO 8601, such as {@code 2026-11-23}, {@code 2026-11-23T10:15} or {@code 2026-11-23
 * 10:15:30.5+01:00}; fractions below a millisecond are cut. A text without a zone is in UTC, a text
 * without a time is at midnight. A time of day alone, such as {@code 10:15}, is understood too. The
 * words {@code epochSeconds}, {@code epochMillis}, {@code epochMicros} and {@code epochNanos} are
 * patterns of numbers of such units since 1970 in UTC.
 */
public final class Dates {
  private static final long MILLIS_PER_DAY = 86_400_000;
  private static final BigDecimal MOST_MILLIS = BigDecimal.valueOf(Long.MAX_VALUE - 1000);
  private static final int[] DAYS_BEFORE_MONTH = {
    0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365
  };

  /** The words for numbers since 1970, and the power of ten of a unit in milliseconds. */
  private static final Map<String, Integer> EPOCHS =
      Map.of("epochSeconds", 3, "epochMillis", 0, "epochMicros", -3, "epochNanos", -6);

  private static final int MOST_EPOCH_CHARS = 40;

  private final @Nullable Integer epochPower; // null where the pattern is no word
  private final @Nullable DatePattern pattern;

  private byte[] text;
  private int at;
  private int end;
  private long millis;

  /**
   * @param pattern a word for numbers, or a pattern as {@link DatePattern} has it; null for ISO
   *     8601
   * @throws IllegalArgumentException where the pattern is not valid
   */
  public Dates(@Nullable String pattern) {
    this.epochPower = pattern == null ? null : EPOCHS.get(pattern);
    this.pattern = pattern == null || epochPower != null ? null : new DatePattern(pattern);
  }

  /** Parses a text in UTF-8; true where they are a date or date-time. */
  public boolean parse(byte[] utf8, int fromInclusive, int toExclusive) {
    if (epochPower != null) {
      return toExclusive - fromInclusive <= MOST_EPOCH_CHARS
          && parseEpoch(
              new String(utf8, fromInclusive, toExclusive - fromInclusive, UTF_8), epochPower);
    }
    if (pattern != null) {
      return parseByPattern(new String(utf8, fromInclusive, toExclusive - fromInclusive, UTF_8));
    }
    text = utf8;
    at = fromInclusive;
    end = toExclusive;
    return parseDate()
        ? at == end || (parseTime() && parseZone() && at == end)
        : parseTimeOfDay(utf8, fromInclusive, toExclusive);
  }

  private boolean parseTimeOfDay(byte[] utf8, int fromInclusive, int toExclusive) {
    long nanos = TimeOfDay.parse(utf8, fromInclusive, toExclusive);
    millis = LongsColumn.ofTimeOfDay(nanos / 1_000_000);
    return nanos >= 0;
  }

  /** The result of the last {@link #parse} that gave true, as a {@link LongsColumn} keeps it. */
  public long millis() {
    return millis;
  }

  private boolean parseDate() {
    int year = digits(4);
    boolean dashes = year >= 0 && skip('-');
    int month = dashes ? digits(2) : -1;
    dashes = dashes && skip('-');
    int day = dashes ? digits(2) : -1;
    if (month < 1 || month > 12 || day < 1) {
      return false;
    }
    boolean isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    int days = DAYS_BEFORE_MONTH[month] - DAYS_BEFORE_MONTH[month - 1];
    if (day > days + (month == 2 && isLeap ? 1 : 0)) {
      return false;
    }
    // Leap days of the years before this one; 1970 is 719,528 days after the first of year 0.
    long years = year;
    long before = 365 * years + (years + 3) / 4 - (years + 99) / 100 + (years + 399) / 400;
    int dayOfYear = DAYS_BEFORE_MONTH[month - 1] + (month > 2 && isLeap ? 1 : 0) + day - 1;
    millis = (before + dayOfYear - 719_528) * MILLIS_PER_DAY;
    return true;
  }

  private boolean parseTime() {
    if (!skip('T') && !skip('t') && !skip(' ')) {
      return false;
    }
    int hour = digits(2);
    int minute = hour >= 0 && skip(':') ? digits(2) : -1;
    int second = 0;
    if (hour > 23 || minute < 0 || minute > 59) {
      return false;
    }
    int fraction = 0;
    if (skip(':')) {
      second = digits(2);
      if (second < 0 || second > 59) {
        return false;
      }
      if (skip('.') || skip(',')) {
        fraction = fractionMillis();
      }
    }
    millis += ((hour * 60L + minute) * 60 + second) * 1000 + fraction;
    return fraction >= 0;
  }

  /** Reads a fraction of a second to the millisecond; -1 where it has no digit. */
  private int fractionMillis() {
    int found = 0;
    int count = 0;
    for (; at < end && text[at] >= '0' && text[at] <= '9'; at++, count++) {
      if (count < 3) {
        found = found * 10 + (text[at] - '0');
      }
    }
    return count == 0 ? -1 : count == 1 ? found * 100 : count == 2 ? found * 10 : found;
  }

  private boolean parseZone() {
    if (at == end || skip('Z') || skip('z')) {
      return true;
    }
    int sign = skip('+') ? 1 : skip('-') ? -1 : 0;
    int hours = sign == 0 ? -1 : digits(2);
    int minutes = 0;
    if (at < end) {
      skip(':');
      minutes = digits(2);
    }
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
      return false;
    }
    millis -= sign * (hours * 60L + minutes) * 60_000;
    return true;
  }

  private boolean skip(char c) {
    boolean there = at < end && text[at] == c;
    at += there ? 1 : 0;
    return there;
  }

  /** Reads a number of so many digits; -1 where there are fewer. */
  private int digits(int count) {
    if (end - at < count) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < count; i++) {
      int digit = text[at + i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    at += count;
    return number;
  }

  private boolean parseEpoch(String text, int power) {
    try {
      BigDecimal exact = new BigDecimal(text).scaleByPowerOfTen(power);
      if (exact.abs().compareTo(MOST_MILLIS) > 0) {
        return false;
      }
      millis = exact.setScale(0, RoundingMode.FLOOR).longValueExact();
      return true;
    } catch (NumberFormatException | ArithmeticException e) {
      return false;
    }
  }

  private boolean parseByPattern(String text) {
    try {
      TemporalAccessor parsed = pattern.formatter().parse(pattern.cleaned(text));
      if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
        millis =
            Math.addExact(
                Math.multiplyExact(parsed.getLong(ChronoField.INSTANT_SECONDS), 1000L),
                parsed.isSupported(ChronoField.MILLI_OF_SECOND)
                    ? parsed.get(ChronoField.MILLI_OF_SECOND)
                    : 0);
        return true;
      }
      LocalDate date = parsed.query(TemporalQueries.localDate());
      LocalTime time = parsed.query(TemporalQueries.localTime());
      boolean hasYear =
          parsed.isSupported(ChronoField.YEAR) || parsed.isSupported(ChronoField.YEAR_OF_ERA);
      if (date == null && !hasYear && time != null) {
        millis = LongsColumn.ofTimeOfDay(time.toNanoOfDay() / 1_000_000);
        return true;
      }
      if (date == null) {
        int month =
            parsed.isSupported(ChronoField.MONTH_OF_YEAR)
                ? parsed.get(ChronoField.MONTH_OF_YEAR)
                : 1;
        date = LocalDate.of(year(parsed), month, 1);
      }
      ZoneId zone = parsed.query(TemporalQueries.zone());
      millis =
          LocalDateTime.of(date, time == null ? LocalTime.MIDNIGHT : time)
              .atZone(zone == null ? ZoneOffset.UTC : zone)
              .toInstant()
              .toEpochMilli();
      return true;
    } catch (DateTimeException | ArithmeticException e) {
      return false;
    }
  }

  private static int year(TemporalAccessor parsed) {
    return parsed.get(
        parsed.isSupported(ChronoField.YEAR) ? ChronoField.YEAR : ChronoField.YEAR_OF_ERA);
  }
}
