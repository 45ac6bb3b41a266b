package io.beamgrad.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.field.expression.Always;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.beamgrad.failure.WrongInputException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * The times of a cron expression of five fields (or {@code @daily} and the like) on the clocks of a
 * time zone.
 *
 * <p>Where the clocks change they are those of Debian's cron(8). With {@code *} for the hour, a
 * time is one that the clocks show: the hour left out has none, the repeated hour has them twice.
 * With anything else, each time of a day comes once: one in the hour left out comes when that hour
 * is over, one in the repeated hour comes the first time only.
 *
 * <p>The library knows expressions and calendars; it is asked about clocks that never change, as in
 * a zone it has had times before those it was asked about (its issues 253, 446 and 623).
 */
public final class CronTimes {
  private static final CronDefinition DEFINITION =
      CronDefinitionBuilder.defineCron()
          .withMinutes()
          .withStrictRange()
          .and()
          .withHours()
          .withStrictRange()
          .and()
          .withDayOfMonth()
          .withStrictRange()
          .and()
          .withMonth()
          .withStrictRange()
          .and()
          .withDayOfWeek()
          .withValidRange(0, 7)
          .withMondayDoWValue(1)
          .withIntMapping(7, 0)
          .withStrictRange()
          .and()
          .withSupportedNicknameYearly()
          .withSupportedNicknameAnnually()
          .withSupportedNicknameMonthly()
          .withSupportedNicknameWeekly()
          .withSupportedNicknameDaily()
          .withSupportedNicknameMidnight()
          .withSupportedNicknameHourly()
          .instance();

  private final String expression;
  private final ZoneId zone;
  private final ExecutionTime times;
  private final boolean isEveryHour;

  private CronTimes(String expression, ZoneId zone, Cron cron) {
    this.expression = expression;
    this.zone = zone;
    this.times = ExecutionTime.forCron(cron);
    this.isEveryHour = cron.retrieve(CronFieldName.HOUR).getExpression() instanceof Always;
  }

  /**
   * Gives the times of an expression.
   *
   * @throws WrongInputException where it is none, or where no date is like that
   */
  public static CronTimes of(String expression, ZoneId zone) {
    if (expression.indexOf('|') >= 0) {
      throw new WrongInputException(
          "--cron '%s': expected five fields, found a |; a list has commas, such as 0,30"
              .formatted(expression));
    }
    Cron cron;
    try {
      cron = new CronParser(DEFINITION).parse(sundayFirst(expression)).validate();
    } catch (IllegalArgumentException e) {
      throw new WrongInputException("--cron '%s': %s".formatted(expression, reason(e)), e);
    }
    CronTimes times = new CronTimes(expression, zone, cron);
    LocalDateTime leapYear = LocalDateTime.of(2024, 1, 1, 0, 0);
    if (times.times.nextExecution(leapYear.atZone(ZoneOffset.UTC)).isEmpty()) {
      throw new WrongInputException("--cron '%s': there is no such date".formatted(expression));
    }
    return times;
  }

  /**
   * A range that begins with Sunday begins the week; the library has it at the week's end alone.
   */
  private static String sundayFirst(String expression) {
    return expression.replaceAll("(?i)\\bsun-(?=\\S+$)", "0-");
  }

  private static String reason(IllegalArgumentException thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null && cause.getCause().getMessage() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).strip().lines().findFirst().orElse("not understood");
  }

  /** The first time after another. */
  Instant next(Instant after) {
    return isEveryHour ? nextEveryHour(after) : nextOfDay(after);
  }

  private Instant nextEveryHour(Instant after) {
    ZoneRules rules = zone.getRules();
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime local = LocalDateTime.ofInstant(after, offset);
    Instant from = after;
    while (true) {
      Instant found = nextOnClock(local).toInstant(offset);
      ZoneOffsetTransition change = rules.nextTransition(from);
      if (change == null || found.isBefore(change.getInstant())) {
        return found;
      }
      // The clocks change before, and go on from another time, which may be one itself.
      from = change.getInstant();
      offset = change.getOffsetAfter();
      local = change.getDateTimeAfter().minusSeconds(1);
    }
  }

  private Instant nextOfDay(Instant after) {
    ZoneRules rules = zone.getRules();
    LocalDateTime local = LocalDateTime.ofInstant(after, zone);
    while (true) {
      local = nextOnClock(local);
      ZoneOffsetTransition change = rules.getTransition(local);
      Instant found =
          change != null && change.isGap()
              ? change.getInstant()
              // The first of the two in a repeated hour.
              : local.toInstant(rules.getValidOffsets(local).get(0));
      if (found.isAfter(after)) {
        return found;
      }
    }
  }

  /** The first time after another on a clock that never changes. */
  private LocalDateTime nextOnClock(LocalDateTime after) {
    return times
        .nextExecution(after.atZone(ZoneOffset.UTC))
        .orElseThrow(() -> new IllegalStateException(expression + " has no time after " + after))
        .toLocalDateTime();
  }

  public String expression() {
    return expression;
  }

  public ZoneId zone() {
    return zone;
  }
}
