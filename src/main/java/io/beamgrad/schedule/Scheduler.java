package io.beamgrad.schedule;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.retrain.RetrainOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Runs retrains at the times of a cron expression, one after the other.
 *
 * <ul>
 *   <li>Times that pass while the machine sleeps or a run is at work are made good by one run,
 *       after a pause.
 *   <li>A run that fails (exit code 1, a crash) is repeated after a back-off that doubles up to a
 *       limit; times that come meanwhile have no run of their own. After every other end the next
 *       time is awaited, as repeating would end the same way.
 *   <li>The day of a run is that of the time which it is for, on the clocks of the zone, also where
 *       it starts later; of one at the start it is today.
 *   <li>Wrong input on the very first run ends the schedule, as it has never worked.
 *   <li>Sleeps are short and the clock is read after each, as a sleep does not count the time that
 *       a machine is suspended. A clock that is set back by less than three hours changes nothing,
 *       as no time has two runs; where it is set back further, the next time is computed anew.
 * </ul>
 *
 * <p>It knows neither processes nor threads; an interrupt ends it. The caller gives the clock and
 * the sleep.
 */
public final class Scheduler {

  /** Starts a run and waits for it. */
  @FunctionalInterface
  interface Retrain {
    /**
     * @param day of the run
     * @throws InterruptedException where the thread was interrupted; the run has ended then too
     */
    public RetrainOutcome run(LocalDate day) throws InterruptedException;
  }

  /** {@link Thread#sleep}, or in a test something faster. */
  @FunctionalInterface
  public interface Sleep {
    void sleep(Duration time) throws InterruptedException;
  }

  /**
   * How long the schedule waits.
   *
   * @param atOnce true for a run at the start as well
   * @param pause before a run that makes good what was missed
   * @param firstBackOff after the first failure
   * @param mostBackOff after any
   */
  public record Waits(boolean atOnce, Duration pause, Duration firstBackOff, Duration mostBackOff) {
    public Waits {
      require(!pause.isNegative(), "--pause must be at least 0s", pause);
      require(firstBackOff.toMillis() > 0, "--retry must be at least 1s", firstBackOff);
      require(
          mostBackOff.compareTo(firstBackOff) >= 0,
          "--retry-max must be at least that of --retry",
          mostBackOff);
    }

    private static void require(boolean isRight, String rule, Duration was) {
      if (!isRight) {
        throw new WrongInputException("%s, was %ss".formatted(rule, was.toSeconds()));
      }
    }
  }

  /** The longest sleep before the clock is read again. */
  static final Duration LONGEST_SLEEP = Duration.ofSeconds(20);

  /** Starts later than this after their time count as missed. */
  private static final Duration LATE = Duration.ofMinutes(1);

  private static final Duration CLOCK_SET_BACK = Duration.ofHours(3);

  private final CronTimes times;
  private final Waits waits;
  private final Clock clock;
  private final Sleep sleep;
  private final Retrain retrain;
  private final ScheduleStatus status;
  private final Consumer<String> log;

  private Instant due; // when the next run starts
  private Instant planned; // the time that it is for
  private int failures; // in a row, of those that are repeated
  private boolean hasRun;

  public Scheduler(
      CronTimes times,
      Waits waits,
      Clock clock,
      Sleep sleep,
      Retrain retrain,
      ScheduleStatus status,
      Consumer<String> log) {
    this.times = times;
    this.waits = waits;
    this.clock = clock;
    this.sleep = sleep;
    this.retrain = retrain;
    this.status = status;
    this.log = log;
  }

  /**
   * Runs until it is interrupted; comes back only where the first run's input was wrong.
   *
   * @throws InterruptedException where the thread was interrupted; no run is at work then
   */
  public void run() throws InterruptedException {
    Instant now = clock.instant();
    plan(waits.atOnce() ? now : times.next(now));
    if (!waits.atOnce()) {
      log.accept("next run at " + format(due));
    }
    while (true) {
      awaitDue();
      while (due.plus(LATE).isBefore(clock.instant())) {
        makeGood("the run of %s was missed".formatted(format(due)));
      }
      if (!runOnce()) {
        return;
      }
    }
  }

  /** Puts the run off until a pause is over. */
  private void makeGood(String why) throws InterruptedException {
    status.missed();
    due = clock.instant().plus(waits.pause());
    log.accept("%s; it is made good at %s".formatted(why, format(due)));
    awaitDue();
  }

  private void awaitDue() throws InterruptedException {
    Instant before = clock.instant();
    Instant now = before;
    while (now.isBefore(due)) {
      status.waits(now, due);
      Duration left = Duration.between(now, due);
      sleep.sleep(left.compareTo(LONGEST_SLEEP) < 0 ? left : LONGEST_SLEEP);
      now = clock.instant();
      if (now.plus(CLOCK_SET_BACK).isBefore(before)) {
        plan(times.next(now));
        log.accept(
            "the clock was set back from %s; next run at %s"
                .formatted(format(before), format(due)));
      }
      before = now;
    }
  }

  /** Runs once; false where the schedule is to end. */
  private boolean runOnce() throws InterruptedException {
    Instant started = clock.instant();
    passTo(started);
    status.starts(started, times.next(started));
    log.accept("retrain starts");
    RetrainOutcome end = retrain.run(planned.atZone(times.zone()).toLocalDate());
    Instant ended = clock.instant();
    status.ends(started, ended, end);
    String line =
        "retrain ended: %s, %s s"
            .formatted(end.words(), Duration.between(started, ended).toSeconds());

    if (end == RetrainOutcome.WRONG_INPUT && !hasRun) {
      log.accept(line + "; it was the first run, so the schedule ends");
      return false;
    }
    hasRun = true;
    if (end == RetrainOutcome.FAILED) {
      due = ended.plus(backOff());
      failures++;
      log.accept("%s; again at %s".formatted(line, format(due)));
      return true;
    }
    failures = 0;
    boolean isSetBack = ended.plus(CLOCK_SET_BACK).isBefore(started);
    plan(times.next(isSetBack ? ended : started));
    if (due.isAfter(ended)) {
      log.accept("%s; next run at %s".formatted(line, format(due)));
      return true;
    }
    log.accept(line);
    makeGood("the run of %s was missed, as this one took so long".formatted(format(due)));
    return true;
  }

  private void plan(Instant time) {
    due = time;
    planned = time;
  }

  /** One run is for all times that have passed, and its day is that of the last. */
  private void passTo(Instant now) {
    if (planned.isAfter(now)) {
      planned = now; // the clock was set back
    }
    for (Instant next = times.next(planned); !next.isAfter(now); next = times.next(planned)) {
      planned = next;
    }
  }

  private Duration backOff() {
    Duration backOff = waits.firstBackOff();
    for (int i = 0; i < failures && backOff.compareTo(waits.mostBackOff()) < 0; i++) {
      backOff = backOff.multipliedBy(2);
    }
    return backOff.compareTo(waits.mostBackOff()) < 0 ? backOff : waits.mostBackOff();
  }

  private String format(Instant time) {
    return shown(time.atZone(times.zone()));
  }

  /** Such as {@code 2026-11-23 03:00:00 +01:00}, to the second and with the offset. */
  public static String shown(ZonedDateTime time) {
    ZonedDateTime whole = time.truncatedTo(ChronoUnit.SECONDS);
    return String.format(Locale.ROOT, "%tF %<tT %s", whole, whole.getOffset());
  }
}
