package io.beamgrad.data.split;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.data.rows.NumberStyle;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.TimeOfDay;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A time to split rows by, as a number that sorts alike: the milliseconds since 1970 of a date or
 * time, in UTC where it names no zone, or of a time of day as a {@link LongsColumn} keeps it; or
 * the bits of a number, made to sort.
 *
 * @param isDate false for a number
 */
record TimeKey(long order, boolean isDate) {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  private static final int DATE_CHARS = 10;

  /**
   * The time that the first row of a column has.
   *
   * @param numbers how numbers are written
   * @return null where a text is neither an ISO date or time, nor a finite number
   */
  static @Nullable TimeKey of(RawColumn key, NumberStyle numbers) {
    return key instanceof LongsColumn millis
        ? new TimeKey(millis.value(0), true)
        : of(key.text(0), numbers);
  }

  static @Nullable TimeKey of(String value, NumberStyle numbers) {
    String text = value.strip();
    String plain = numbers.plain(text);
    if (plain != null && NUMBER.matcher(plain).matches()) {
      double number = Double.parseDouble(plain);
      return Double.isFinite(number) ? new TimeKey(order(number), false) : null;
    }
    byte[] utf8 = text.getBytes(UTF_8);
    long nanosOfDay = TimeOfDay.parse(utf8, 0, utf8.length);
    if (nanosOfDay >= 0) {
      return new TimeKey(LongsColumn.ofTimeOfDay(nanosOfDay / 1_000_000), true);
    }
    try {
      Instant time =
          text.length() <= DATE_CHARS
              ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
              : instant(text);
      return new TimeKey(time.toEpochMilli(), true);
    } catch (DateTimeParseException | ArithmeticException e) {
      return null;
    }
  }

  /** A date and a time with {@code T} or a space between, with or without a zone. */
  private static Instant instant(String text) {
    String iso = text.charAt(DATE_CHARS) == ' ' ? text.replaceFirst(" ", "T") : text;
    TemporalAccessor time =
        DateTimeFormatter.ISO_DATE_TIME.parseBest(iso, ZonedDateTime::from, LocalDateTime::from);
    return time instanceof ZonedDateTime zoned
        ? zoned.toInstant()
        : ((LocalDateTime) time).toInstant(ZoneOffset.UTC);
  }

  /** Negative numbers have their bits in reverse. */
  private static long order(double number) {
    long bits = Double.doubleToLongBits(number + 0.0); // of the two zeros one
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }
}
