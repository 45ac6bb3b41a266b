package io.beamgrad.schedule;

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
 * <p>Where the clocks change they are those of Debian's cron(8). Where the minute or the hour
 * begins with {@code *}, a time is one that the clocks show: the hour left out has none, the
 * repeated hour has them twice. With anything else, each time of a day comes once: those in the
 * hour left out come as one when that hour is over, one in the repeated hour comes the first time
 * only.
 */
public final class CronTimes {
  private final String text;
  private final ZoneId zone;
  private final CronExpression expression;

  private CronTimes(String text, ZoneId zone) {
    this.text = text;
    this.zone = zone;
    this.expression = CronExpression.of(text);
  }

  /**
   * Gives the times of an expression.
   *
   * @throws WrongInputException where it is none, or where no date is like that
   */
  public static CronTimes of(String expression, ZoneId zone) {
    return new CronTimes(expression, zone);
  }

  /** The first time after another. */
  Instant next(Instant after) {
    return expression.isWild() ? nextShown(after) : nextOfDay(after);
  }

  private Instant nextShown(Instant after) {
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
    return expression
        .next(after)
        .orElseThrow(() -> new IllegalStateException(text + " has no time after " + after));
  }

  public String expression() {
    return text;
  }

  public ZoneId zone() {
    return zone;
  }
}
