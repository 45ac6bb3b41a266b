package io.beamgrad.data.rows;

import java.time.LocalTime;
import java.time.format.DateTimeFormatter;

/**
 * Times of day in nanoseconds since midnight. As text they are {@code HH:mm} or {@code HH:mm:ss},
 * with a fraction after a point or comma, of which the first nine digits count; the hour may have
 * one digit. A time with {@code Z} or an offset such as {@code +02} is the time of day in UTC.
 */
public final class TimeOfDay {
  static final long NANOS_PER_DAY = 86_400_000_000_000L;
  private static final int FRACTION_DIGITS = 9;
  private static final int MAX_OFFSET_HOURS = 18;

  private final byte[] text;
  private final int end;
  private int at;

  private TimeOfDay(byte[] text, int at, int end) {
    this.text = text;
    this.at = at;
    this.end = end;
  }

  /** Parses a text in UTF-8 to nanoseconds of the day; -1 where they are no time of day. */
  public static long parse(byte[] text, int fromInclusive, int toExclusive) {
    return new TimeOfDay(text, fromInclusive, toExclusive).parse();
  }

  /** A time of day as text: {@code HH:mm:ss}, and a fraction where it has one. */
  static String text(long nanosOfDay) {
    return DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(nanosOfDay));
  }

  private long parse() {
    boolean isShort = end - at > 1 && text[at + 1] == ':';
    int hour = number(isShort ? 1 : 2, 23);
    int minute = hour >= 0 && skip(':') ? number(2, 59) : -1;
    boolean hasSecond = minute >= 0 && skip(':');
    int second = hasSecond ? number(2, 59) : 0;
    if (minute < 0 || second < 0) {
      return -1;
    }
    long fraction = hasSecond && (skip('.') || skip(',')) ? fraction() : 0;
    long offset = fraction < 0 ? -1 : offsetSeconds();
    if (fraction < 0 || at < end) {
      return -1;
    }
    return Math.floorMod((hour * 60L + minute) * 60 + second - offset, 86_400L) * 1_000_000_000
        + fraction;
  }

  /** Reads digits after the point as nanoseconds; -1 where there is none. */
  private long fraction() {
    long nanos = 0;
    int count = 0;
    for (; at < end && text[at] >= '0' && text[at] <= '9'; at++, count++) {
      nanos = count < FRACTION_DIGITS ? nanos * 10 + (text[at] - '0') : nanos;
    }
    for (int i = count; i < FRACTION_DIGITS; i++) {
      nanos *= 10;
    }
    return count == 0 ? -1 : nanos;
  }

  /** Reads an offset where there is one; leaves what is none unread. */
  private long offsetSeconds() {
    if (skip('Z') || skip('z')) {
      return 0;
    }
    int start = at;
    int sign = skip('+') ? 1 : skip('-') ? -1 : 0;
    int hours = sign == 0 ? -1 : number(2, MAX_OFFSET_HOURS);
    int minutes = hours >= 0 && at < end ? minutesOfOffset() : 0;
    if (hours < 0 || minutes < 0) {
      at = start;
      return 0;
    }
    return sign * (hours * 60L + minutes) * 60;
  }

  private int minutesOfOffset() {
    skip(':');
    return number(2, 59);
  }

  private boolean skip(char c) {
    boolean isThere = at < end && text[at] == c;
    at += isThere ? 1 : 0;
    return isThere;
  }

  /** Reads a number of so many digits; -1 where there are fewer, or it is larger. */
  private int number(int digits, int most) {
    int number = 0;
    for (int i = at; i < at + digits; i++) {
      int digit = i < end ? text[i] - '0' : -1;
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    at += digits;
    return number <= most ? number : -1;
  }
}
