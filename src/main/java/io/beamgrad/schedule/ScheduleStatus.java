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
 * What a schedule does and did, for who asks: the {@link Scheduler} tells it, {@link StatusServer}
 * reads it. Safe for use by several threads.
 */
public final class ScheduleStatus {
  /** Without a glance at the clock for so long, the schedule hangs. */
  private static final Duration HANGS = Scheduler.GLANCE.multipliedBy(6);

  private final String model;
  private final ZoneId zone;
  private final Optional<Duration> limit; // of a run, with what its end may take
  private final Map<RetrainOutcome, Long> ends = new EnumMap<>(RetrainOutcome.class);

  private Instant seen;
  private Instant runningSince; // null where none is at work
  private Instant due; // null where one is at work
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
    this.seen = now;
    for (RetrainOutcome end : RetrainOutcome.values()) {
      ends.put(end, 0L);
    }
  }

  synchronized void waits(Instant now, Instant due) {
    seen = now;
    this.due = due;
    runningSince = null;
  }

  synchronized void starts(Instant now) {
    seen = now;
    due = null;
    runningSince = now;
    lastStarted = now;
  }

  synchronized void ends(Instant started, Instant ended, RetrainOutcome end) {
    seen = ended;
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
   * Empty where the schedule works, else what is wrong with it. A run that failed is no fault of
   * the schedule: starting it anew, as who asks may do, would not help.
   */
  synchronized Optional<String> fault(Instant now) {
    if (runningSince != null) {
      return limit
          .filter(most -> runningSince.plus(most).isBefore(now))
          .map(most -> "a run is at work since " + shown(runningSince) + ", beyond its time limit");
    }
    return seen.plus(HANGS).isBefore(now)
        ? Optional.of("nothing happened since " + shown(seen))
        : Optional.empty();
  }

  /** Of one line. */
  synchronized String line() {
    String now =
        runningSince != null
            ? "running since " + shown(runningSince)
            : due == null ? "starting" : "waiting for " + shown(due);
    return lastEnd == null
        ? now + "; no run yet"
        : "%s; last run %s at %s".formatted(now, lastEnd.words(), shown(lastEnded));
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
    time(text, "next_run_timestamp_seconds", "When the next run is due.", due);
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

  private String shown(Instant time) {
    return Scheduler.shown(time.atZone(zone));
  }
}
