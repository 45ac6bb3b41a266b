package io.beamgrad.schedule;

import io.beamgrad.failure.WrongInputException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A cron expression of five fields, or a word such as {@code @daily}, with the rules of Debian's
 * cron (3.0pl1-162, its entry.c and cron.c). Where the day of the month and that of the week are
 * both given, either will do; where one of the two begins with {@code *}, as in {@code *}{@code
 * /2}, a day needs both.
 *
 * <p>What that cron takes without a word though it cannot be meant is refused: characters after a
 * field's end, a range that goes backwards, a sixth field. But a range of days may end with Sunday.
 */
final class CronExpression {
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  private static final Field MINUTE = new Field("the minute", 0, 59, List.of());
  private static final Field HOUR = new Field("the hour", 0, 23, List.of());
  private static final Field DAY_OF_MONTH = new Field("the day of the month", 1, 31, List.of());
  private static final Field MONTH = new Field("the month", 1, 12, MONTHS);
  private static final Field DAY_OF_WEEK = new Field("the day of the week", 0, 7, DAYS);

  private static final Map<String, String> WORDS =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  private static final int MINUTES_OF_DAY = 24 * 60;

  /** After so many days the calendar repeats. */
  private static final int DAYS_OF_CALENDAR = 146_097;

  private final Values minute;
  private final Values hour;
  private final Values dayOfMonth;
  private final Values month;
  private final Values dayOfWeek;

  private CronExpression(String[] fields) {
    minute = MINUTE.parse(fields[0]);
    hour = HOUR.parse(fields[1]);
    dayOfMonth = DAY_OF_MONTH.parse(fields[2]);
    month = MONTH.parse(fields[3]);
    dayOfWeek = DAY_OF_WEEK.parse(fields[4]);
  }

  /**
   * Gives the expression of a text.
   *
   * @throws WrongInputException that says what is wrong, where it is none or no date is like that
   */
  static CronExpression of(String text) {
    try {
      return parsed(text.strip());
    } catch (WrongInputException e) {
      throw new WrongInputException("--cron '%s': %s".formatted(text, e.getMessage()), e);
    }
  }

  private static CronExpression parsed(String text) {
    if (text.indexOf('|') >= 0) {
      throw new WrongInputException(
          "expected five fields, found a |; a list has commas, such as 0,30");
    }
    if (text.startsWith("@") && !WORDS.containsKey(text)) {
      throw new WrongInputException(
          "expected @hourly, @daily, @midnight, @weekly, @monthly, @yearly or @annually, found "
              + text);
    }
    String[] fields = WORDS.getOrDefault(text, text).split("[ \t]+");
    if (fields.length != 5) {
      throw new WrongInputException(
          "expected five fields (minute, hour, day of the month, month, day of the week), found "
              + (text.isEmpty() ? 0 : fields.length));
    }
    CronExpression expression = new CronExpression(fields);
    if (expression.next(LocalDateTime.of(2024, 1, 1, 0, 0)).isEmpty()) {
      throw new WrongInputException("there is no such date");
    }
    return expression;
  }

  /** Whether the minute or the hour begins with {@code *}. */
  boolean isWild() {
    return minute.isWild() || hour.isWild();
  }

  /** The first time after another on a clock that never changes; empty where no date is so. */
  Optional<LocalDateTime> next(LocalDateTime after) {
    LocalDateTime from = after.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
    LocalDate day = from.toLocalDate();
    int minuteOfDay = from.getHour() * 60 + from.getMinute();
    for (int days = 0; days <= DAYS_OF_CALENDAR; days++) {
      for (; has(day) && minuteOfDay < MINUTES_OF_DAY; minuteOfDay++) {
        if (hour.has(minuteOfDay / 60) && minute.has(minuteOfDay % 60)) {
          return Optional.of(day.atTime(minuteOfDay / 60, minuteOfDay % 60));
        }
      }
      day = day.plusDays(1);
      minuteOfDay = 0;
    }
    return Optional.empty();
  }

  private boolean has(LocalDate day) {
    if (!month.has(day.getMonthValue())) {
      return false;
    }
    boolean isOfMonth = dayOfMonth.has(day.getDayOfMonth());
    int weekday = day.getDayOfWeek().getValue();
    boolean isOfWeek = dayOfWeek.has(weekday) || (weekday == 7 && dayOfWeek.has(0));
    boolean needsBoth = dayOfMonth.isWild() || dayOfWeek.isWild();
    return needsBoth ? isOfMonth && isOfWeek : isOfMonth || isOfWeek;
  }

  /**
   * What a field allows.
   *
   * @param bits the bit of each value that it has
   * @param isWild whether it begins with {@code *}
   */
  private record Values(long bits, boolean isWild) {
    boolean has(int value) {
      return (bits & (1L << value)) != 0;
    }
  }

  /**
   * One of the five.
   *
   * @param names of its values, from the least on; empty where they are numbers alone
   */
  private record Field(String name, int least, int most, List<String> names) {
    Values parse(String text) {
      long bits = 0;
      for (String part : text.split(",", -1)) {
        bits |= range(part);
      }
      return new Values(bits, text.startsWith("*"));
    }

    private long range(String text) {
      int slash = text.indexOf('/');
      String range = slash < 0 ? text : text.substring(0, slash);
      int dash = range.indexOf('-');
      boolean isAll = range.equals("*");
      if (slash >= 0 && dash < 0 && !isAll) {
        throw new WrongInputException(
            "a step needs a range, such as %s-%s%s, was %s"
                .formatted(range, most, text.substring(slash), text));
      }
      int step = slash < 0 ? 1 : number(text.substring(slash + 1));
      if (step < 1) {
        throw new WrongInputException(
            "a step must be a whole number of at least 1, was " + text.substring(slash + 1));
      }
      int from = isAll ? least : value(dash < 0 ? range : range.substring(0, dash));
      int to = isAll ? most : dash < 0 ? from : value(range.substring(dash + 1));
      if (to == 0 && to < from && equals(DAY_OF_WEEK)) {
        to = 7; // a range that ends with Sunday ends the week
      }
      if (to < from) {
        throw new WrongInputException("the range %s of %s goes backwards".formatted(range, name));
      }
      long bits = 0;
      for (int value = from; value <= to; value += step) {
        bits |= 1L << value;
      }
      return bits;
    }

    private int value(String text) {
      int named = names.indexOf(text.toLowerCase(Locale.ROOT));
      int value = named >= 0 ? least + named : number(text);
      if (value < least || value > most) {
        throw new WrongInputException(
            "%s must be in [%s, %s]%s, was %s"
                .formatted(
                    name,
                    least,
                    most,
                    names.isEmpty() ? "" : " or a name such as " + names.get(1),
                    text.isEmpty() ? "empty" : text));
      }
      return value;
    }

    /** A number of up to three digits; -1 of anything else, such as one with a sign. */
    private static int number(String text) {
      return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }
  }
}
