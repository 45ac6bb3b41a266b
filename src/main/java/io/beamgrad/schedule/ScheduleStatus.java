package io.beamgrad.schedule;

import io.beamgrad.retrain.RetrainOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The state and the counts of a schedule: {@link Scheduler} updates them, {@link StatusServer}
 * reads them. Safe for use by several threads.
 */
public final class ScheduleStatus {
  /** A schedule that has not read the clock for so long hangs. */
  private static final Duration HUNG_AFTER = Scheduler.LONGEST_SLEEP.multipliedBy(6);

  private final String model;
  private final ZoneId zone;
  private final Optional<Duration> limit; // of a run, with the grace in which it ends
  private final Map<RetrainOutcome, Long> ends = new EnumMap<>(RetrainOutcome.class);

  private Instant lastClockReading;
  private Instant runningSince; // null where none is at work
  private Instant due; // of the next; where one is at work, it waits for that
  private Instant lastStarted;
  private Instant lastEnded;
  private Instant lastGood;
  private RetrainOutcome lastEnd;
  private long missed;
  private long badInARow;

  /**
   * @param model the job's name, the label of all metrics
   * @param limit after which a run would have been ended
   */
  public ScheduleStatus(String model, ZoneId zone, Optional<Duration> limit, Instant now) {
    this.model = model;
    this.zone = zone;
    this.limit = limit;
    this.lastClockReading = now;
    for (RetrainOutcome end : RetrainOutcome.values()) {
      ends.put(end, 0L);
    }
  }

  synchronized void waits(Instant now, Instant due) {
    lastClockReading = now;
    this.due = due;
    runningSince = null;
  }

  synchronized void starts(Instant now, Instant next) {
    lastClockReading = now;
    due = next;
    runningSince = now;
    lastStarted = now;
  }

  /** For how long a run has been at work; zero where none is. */
  public synchronized Duration runningFor(Instant now) {
    return runningSince == null ? Duration.ZERO : Duration.between(runningSince, now);
  }

  synchronized void ends(Instant started, Instant ended, RetrainOutcome end) {
    lastClockReading = ended;
    runningSince = null;
    lastStarted = started;
    lastEnded = ended;
    lastEnd = end;
    ends.merge(end, 1L, Long::sum);
    badInARow = end.isGood() ? 0 : badInARow + 1;
    lastGood = end.isGood() ? ended : lastGood;
  }

  synchronized void missed() {
    missed++;
  }

  /**
   * What is wrong with the schedule; empty where it works. A failed run is no fault of the
   * schedule, as restarting the schedule would not help.
   */
  synchronized Optional<String> fault(Instant now) {
    if (runningSince != null) {
      return limit
          .filter(most -> runningSince.plus(most).isBefore(now))
          .map(
              most -> "a run is at work since " + format(runningSince) + ", beyond its time limit");
    }
    return lastClockReading.plus(HUNG_AFTER).isBefore(now)
        ? Optional.of("nothing happened since " + format(lastClockReading))
        : Optional.empty();
  }

  /** The state in one line. */
  synchronized String line(Instant now) {
    return lastEnd == null
        ? state(now) + "; no run yet"
        : "%s; last run %s at %s".formatted(state(now), lastEnd.words(), format(lastEnded));
  }

  private String state(Instant now) {
    if (runningSince == null) {
      return due == null ? "starting" : "waiting for " + format(due);
    }
    String running = "running since " + format(runningSince);
    return due.isAfter(now)
        ? running
        : "%s, so the run of %s waits".formatted(running, format(due));
  }

  /** Prometheus' text format, version 0.0.4. */
  synchronized String metrics() {
    StringBuilder text = new StringBuilder();
    head(text, "runs_total", "counter", "Runs that ended, by how.");
    ends.forEach((end, count) -> sample(text, "runs_total", ",end=\"" + end.label() + '"', count));
    head(
        text,
        "missed_total",
        "counter",
        "Times that passed without a run, made good by one later.");
    sample(text, "missed_total", "", (double) missed);
    head(text, "running", "gauge", "1 while a run is at work.");
    sample(text, "running", "", runningSince == null ? 0 : 1);
    head(text, "bad_runs_in_a_row", "gauge", "Runs since the last that ended well.");
    sample(text, "bad_runs_in_a_row", "", (double) badInARow);
    time(
        text,
        "next_run_timestamp_seconds",
        "When the next run is due.",
        runningSince == null ? due : null);
    time(text, "last_run_timestamp_seconds", "When the last run started.", lastStarted);
    time(text, "last_good_timestamp_seconds", "When the last run ended well.", lastGood);
    if (lastEnded != null) {
      head(text, "last_run_seconds", "gauge", "How long the last run that ended took.");
      Duration took = Duration.between(lastStarted, lastEnded);
      sample(text, "last_run_seconds", "", took.toMillis() / 1e3);
    }
    return text.toString();
  }

  private void time(StringBuilder text, String name, String help, Instant time) {
    if (time != null) {
      head(text, name, "gauge", help);
      sample(text, name, "", time.toEpochMilli() / 1e3);
    }
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append("# HELP beamgrad_schedule_%s %s\n".formatted(name, help));
    text.append("# TYPE beamgrad_schedule_%s %s\n".formatted(name, type));
  }

  private void sample(StringBuilder text, String name, String labels, double value) {
    String number =
        value == Math.rint(value)
            ? Long.toString((long) value)
            : String.format(Locale.ROOT, "%.3f", value);
    text.append(
        "beamgrad_schedule_%s{model=\"%s\"%s} %s\n"
            .formatted(name, escaped(model), labels, number));
  }

  private static String escaped(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private String format(Instant time) {
    return Scheduler.shown(time.atZone(zone));
  }
}
