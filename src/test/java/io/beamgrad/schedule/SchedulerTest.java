package io.beamgrad.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.retrain.RetrainOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Years of a schedule, on a clock that jumps from one event to the next. */
class SchedulerTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  private final List<String> starts = new ArrayList<>();
  private final List<String> days = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final Deque<Run> script = new ArrayDeque<>();
  private final Deque<Jump> jumps = new ArrayDeque<>();
  private ZoneId zone = BERLIN;
  private boolean atOnce;
  private int most = Integer.MAX_VALUE; // starts
  private Instant now;
  private Instant stop;
  private ScheduleStatus status;
  private boolean isRunning;

  /** How long a run takes and how it ends. */
  private record Run(Duration time, RetrainOutcome end) {}

  /** At a time the clock is another: the machine slept, or somebody set it. */
  private record Jump(Instant at, Instant to) {}

  private static Instant at(String time) {
    return LocalDateTime.parse(time).atZone(BERLIN).toInstant();
  }

  private String shown(Instant time) {
    return time.atZone(BERLIN).toLocalDateTime().toString();
  }

  /** True where the schedule ended by itself. */
  private boolean run(String cron, String from, String to) {
    now = at(from);
    stop = at(to);
    status = new ScheduleStatus("digits", BERLIN, Optional.empty(), now);
    Clock clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return BERLIN;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Instant instant() {
            return now;
          }
        };
    Scheduler scheduler =
        new Scheduler(
            CronTimes.of(cron, zone),
            new Scheduler.Waits(
                atOnce, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofHours(1)),
            clock,
            this::pass,
            this::retrain,
            status,
            log::add);
    try {
      scheduler.run();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void pass(Duration time) throws InterruptedException {
    assertTrue(time.compareTo(Scheduler.LONGEST_SLEEP) <= 0 || isRunning);
    now = now.plus(time);
    if (!jumps.isEmpty() && !now.isBefore(jumps.peek().at())) {
      now = jumps.poll().to();
    }
    if (!now.isBefore(stop)) {
      throw new InterruptedException();
    }
  }

  private RetrainOutcome retrain(LocalDate day) throws InterruptedException {
    assertFalse(isRunning);
    isRunning = true;
    starts.add(shown(now));
    days.add(day.toString());
    if (starts.size() == most) {
      throw new InterruptedException();
    }
    Run run = script.isEmpty() ? new Run(TEN_MINUTES, RetrainOutcome.PUBLISHED) : script.poll();
    pass(run.time());
    isRunning = false;
    return run.end();
  }

  @Test
  void twoYearsOfNightsAreOneRunEach() {
    run("30 2 * * *", "2026-01-01T12:00", "2028-01-01T12:00");

    assertEquals(730, starts.size());
    assertEquals(730, starts.stream().map(start -> start.substring(0, 10)).distinct().count());
    assertTrue(starts.contains("2026-03-29T03:00")); // 02:30 was left out
    assertTrue(
        starts.stream()
            .filter(start -> !start.contains("-03-"))
            .allMatch(start -> start.endsWith("T02:30")));
  }

  @Test
  void theFirstRunMayBeAtTheStart() {
    atOnce = true;
    run("0 3 * * *", "2026-11-23T12:00", "2026-11-24T12:00");

    assertEquals(List.of("2026-11-23T12:00", "2026-11-24T03:00"), starts);
  }

  @Test
  void whatAMachineSleptThroughIsDoneOnceAfterAPause() {
    jumps.add(new Jump(at("2026-11-24T20:00"), at("2026-11-27T08:00")));
    run("0 3 * * *", "2026-11-23T12:00", "2026-11-28T12:00");

    assertEquals(List.of("2026-11-24T03:00", "2026-11-27T08:01", "2026-11-28T03:00"), starts);
    assertEquals(List.of("2026-11-24", "2026-11-27", "2026-11-28"), days);
    assertTrue(
        log.contains(
            "the run of 2026-11-25 03:00:00 +01:00 was missed; it is made good at 2026-11-27"
                + " 08:01:00 +01:00"),
        log.toString());
  }

  @Test
  void theDayOfARunIsThatOfItsTimeInTheZoneOfTheSchedule() {
    zone = ZoneId.of("America/New_York");
    run("30 22 * * *", "2026-11-23T12:00", "2026-11-25T12:00");

    assertEquals(List.of("2026-11-24T04:30", "2026-11-25T04:30"), starts);
    assertEquals(List.of("2026-11-23", "2026-11-24"), days);
  }

  @Test
  void theDayOfARunAtTheStartIsTodayInTheZone() {
    zone = ZoneId.of("Asia/Tokyo");
    atOnce = true;
    run("0 8 * * *", "2026-11-23T20:00", "2026-11-24T12:00");

    assertEquals(List.of("2026-11-23T20:00", "2026-11-24T00:00"), starts);
    assertEquals(List.of("2026-11-24", "2026-11-24"), days);
  }

  @Test
  void aRunAfterMidnightThatMakesGoodTheOneBeforeHasTheDayOfThatOne() {
    jumps.add(new Jump(at("2026-11-24T23:00"), at("2026-11-25T01:00")));
    script.add(new Run(TEN_MINUTES, RetrainOutcome.FAILED));
    run("30 23 * * *", "2026-11-24T12:00", "2026-11-26T12:00");

    assertEquals(List.of("2026-11-25T01:01", "2026-11-25T01:12", "2026-11-25T23:30"), starts);
    assertEquals(List.of("2026-11-24", "2026-11-24", "2026-11-25"), days);
  }

  @Test
  void aMachineThatSleepsAgainInThePauseLosesNothing() {
    jumps.add(new Jump(at("2026-11-24T02:00"), at("2026-11-24T08:00")));
    jumps.add(new Jump(at("2026-11-24T08:00:20"), at("2026-11-24T10:00")));
    run("0 3 * * *", "2026-11-23T12:00", "2026-11-25T12:00");

    assertEquals(List.of("2026-11-24T10:01", "2026-11-25T03:00"), starts);
  }

  @Test
  void whatPassesDuringALongRunIsDoneOnceAfterAPause() {
    script.add(new Run(Duration.ofMinutes(200), RetrainOutcome.PUBLISHED));
    run("0 * * * *", "2026-11-23T12:30", "2026-11-23T18:30");

    // 14:00, 15:00 and 16:00 in one.
    assertEquals(
        List.of("2026-11-23T13:00", "2026-11-23T16:21", "2026-11-23T17:00", "2026-11-23T18:00"),
        starts);
    assertTrue(
        log.contains(
            "the run of 2026-11-23 14:00:00 +01:00 was missed, as this one took so long; it is made"
                + " good at 2026-11-23 16:21:00 +01:00"),
        log.toString());
  }

  @Test
  void aFailureIsRepeatedEverLaterUpToAnHour() {
    for (int i = 0; i < 9; i++) {
      script.add(new Run(Duration.ofMinutes(1), RetrainOutcome.FAILED));
    }
    run("0 3 * * *", "2026-11-23T12:00", "2026-11-25T12:00");

    assertEquals(
        List.of(
            "2026-11-24T03:00",
            "2026-11-24T03:02", // after 1 minute
            "2026-11-24T03:05", // 2
            "2026-11-24T03:10", // 4
            "2026-11-24T03:19", // 8
            "2026-11-24T03:36", // 16
            "2026-11-24T04:09", // 32
            "2026-11-24T05:10", // an hour, from here on
            "2026-11-24T06:11",
            "2026-11-24T07:12",
            "2026-11-25T03:00"),
        starts);
  }

  @Test
  void theBackOffBeginsAnewAfterAnEndThatWasNoFailure() {
    script.add(new Run(TEN_MINUTES, RetrainOutcome.FAILED));
    script.add(new Run(TEN_MINUTES, RetrainOutcome.FAILED));
    script.add(new Run(TEN_MINUTES, RetrainOutcome.NOT_BETTER));
    script.add(new Run(TEN_MINUTES, RetrainOutcome.FAILED));
    run("0 3 * * *", "2026-11-23T12:00", "2026-11-25T12:00");

    assertEquals(
        List.of(
            "2026-11-24T03:00",
            "2026-11-24T03:11",
            "2026-11-24T03:23",
            "2026-11-25T03:00",
            "2026-11-25T03:11"),
        starts);
  }

  @Test
  void timesInABackOffArePartOfIt() {
    for (int i = 0; i < 6; i++) {
      script.add(new Run(Duration.ofSeconds(30), RetrainOutcome.FAILED));
    }
    run("*/5 * * * *", "2026-11-23T12:01", "2026-11-23T13:25");

    assertEquals(
        List.of(
            "2026-11-23T12:05",
            "2026-11-23T12:06:30",
            "2026-11-23T12:09",
            "2026-11-23T12:13:30",
            "2026-11-23T12:22",
            "2026-11-23T12:38:30",
            "2026-11-23T13:11",
            // What passed in the ten minutes of that run is missed.
            "2026-11-23T13:22"),
        starts);
  }

  @Test
  void whatWouldEndTheSameWayAgainWaitsForTheNextTime() {
    for (RetrainOutcome end :
        List.of(
            RetrainOutcome.PUBLISHED,
            RetrainOutcome.NOTHING_NEW,
            RetrainOutcome.NOT_BETTER,
            RetrainOutcome.LOCKED,
            RetrainOutcome.STOPPED,
            RetrainOutcome.WRONG_INPUT,
            RetrainOutcome.TIMED_OUT)) {
      script.add(new Run(TEN_MINUTES, end));
    }
    assertFalse(run("0 3 * * *", "2026-11-22T12:00", "2026-11-29T12:00"));

    assertEquals(7, starts.size());
    assertTrue(starts.stream().allMatch(start -> start.endsWith("T03:00")), starts.toString());
  }

  @Test
  void wrongInputOfTheFirstRunEndsTheSchedule() {
    script.add(new Run(Duration.ofSeconds(1), RetrainOutcome.WRONG_INPUT));
    assertTrue(run("0 3 * * *", "2026-11-23T12:00", "2026-11-25T12:00"));

    assertEquals(
        List.of(
            "next run at 2026-11-24 03:00:00 +01:00",
            "retrain starts",
            "retrain ended: wrong input, 1 s; it was the first run, so the schedule ends"),
        log);
  }

  @Test
  void aClockThatIsSetBackALittleRepeatsNothing() {
    jumps.add(new Jump(at("2026-11-24T04:00"), at("2026-11-24T02:00")));
    run("0 3 * * *", "2026-11-23T12:00", "2026-11-25T12:00");

    assertEquals(List.of("2026-11-24T03:00", "2026-11-25T03:00"), starts);
  }

  @Test
  void aClockThatWasYearsAheadDoesNotStopTheSchedule() {
    jumps.add(new Jump(at("2037-06-01T12:05"), at("2026-11-23T12:00")));
    most = 1;
    run("0 3 * * *", "2037-06-01T12:00", "2037-06-03T12:00");

    assertEquals(List.of("2026-11-24T03:00"), starts);
    assertTrue(
        log.contains(
            "the clock was set back from 2037-06-01 12:04:40 +02:00; next run at 2026-11-24"
                + " 03:00:00 +01:00"),
        log.toString());
  }

  @Test
  void aClockThatIsSetBackDuringARunDoesNotStopTheScheduleEither() {
    jumps.add(new Jump(at("2037-06-02T03:10"), at("2026-11-23T12:00")));
    most = 2;
    run("0 3 * * *", "2037-06-01T12:00", "2037-06-03T12:00");

    assertEquals(List.of("2037-06-02T03:00", "2026-11-24T03:00"), starts);
    assertEquals(List.of("2037-06-02", "2026-11-24"), days);
  }

  @Test
  void aStopDuringARunIsAStop() {
    script.add(new Run(Duration.ofDays(3), RetrainOutcome.PUBLISHED));
    assertFalse(run("0 3 * * *", "2026-11-23T12:00", "2026-11-25T12:00"));
    assertEquals(List.of("2026-11-24T03:00"), starts);
  }

  @Test
  void theMetricsTellWhatHappened() {
    script.add(new Run(TEN_MINUTES, RetrainOutcome.FAILED));
    script.add(new Run(TEN_MINUTES, RetrainOutcome.NOT_BETTER));
    script.add(new Run(Duration.ofMillis(90_500), RetrainOutcome.STOPPED));
    jumps.add(new Jump(at("2026-11-24T20:00"), at("2026-11-25T08:00")));
    run("0 3 * * *", "2026-11-23T12:00", "2026-11-25T12:00");

    assertEquals(
        """
        # HELP beamgrad_schedule_runs_total Runs that ended, by how.
        # TYPE beamgrad_schedule_runs_total counter
        beamgrad_schedule_runs_total{model="digits",end="published"} 0
        beamgrad_schedule_runs_total{model="digits",end="nothing_new"} 0
        beamgrad_schedule_runs_total{model="digits",end="not_better"} 1
        beamgrad_schedule_runs_total{model="digits",end="locked"} 0
        beamgrad_schedule_runs_total{model="digits",end="stopped"} 1
        beamgrad_schedule_runs_total{model="digits",end="failed"} 1
        beamgrad_schedule_runs_total{model="digits",end="wrong_input"} 0
        beamgrad_schedule_runs_total{model="digits",end="timed_out"} 0
        # HELP beamgrad_schedule_missed_total Times that passed without a run, made good by one later.
        # TYPE beamgrad_schedule_missed_total counter
        beamgrad_schedule_missed_total{model="digits"} 1
        # HELP beamgrad_schedule_running 1 while a run is at work.
        # TYPE beamgrad_schedule_running gauge
        beamgrad_schedule_running{model="digits"} 0
        # HELP beamgrad_schedule_bad_runs_in_a_row Runs since the last that ended well.
        # TYPE beamgrad_schedule_bad_runs_in_a_row gauge
        beamgrad_schedule_bad_runs_in_a_row{model="digits"} 1
        # HELP beamgrad_schedule_next_run_timestamp_seconds When the next run is due.
        # TYPE beamgrad_schedule_next_run_timestamp_seconds gauge
        beamgrad_schedule_next_run_timestamp_seconds{model="digits"} 1795658400
        # HELP beamgrad_schedule_last_run_timestamp_seconds When the last run started.
        # TYPE beamgrad_schedule_last_run_timestamp_seconds gauge
        beamgrad_schedule_last_run_timestamp_seconds{model="digits"} 1795590060
        # HELP beamgrad_schedule_last_good_timestamp_seconds When the last run ended well.
        # TYPE beamgrad_schedule_last_good_timestamp_seconds gauge
        beamgrad_schedule_last_good_timestamp_seconds{model="digits"} 1795486860
        # HELP beamgrad_schedule_last_run_seconds How long the last run that ended took.
        # TYPE beamgrad_schedule_last_run_seconds gauge
        beamgrad_schedule_last_run_seconds{model="digits"} 90.500
        """,
        status.metrics());
    assertEquals(
        "waiting for 2026-11-26 03:00:00 +01:00; last run stopped at 2026-11-25 08:02:30 +01:00",
        status.line(now));
  }

  @Test
  void aScheduleIsWellUnlessItHangs() {
    run("0 3 * * *", "2026-11-23T12:00", "2026-11-23T13:00");
    assertEquals(Optional.empty(), status.fault(now.plusSeconds(100)));
    assertEquals(
        Optional.of("nothing happened since 2026-11-23 12:59:40 +01:00"),
        status.fault(now.plusSeconds(200)));
  }

  @Test
  void aRunBeyondItsLimitIsAFaultOfTheSchedule() {
    Instant start = at("2026-11-23T12:00");
    var limited = new ScheduleStatus("digits", BERLIN, Optional.of(Duration.ofHours(2)), start);
    limited.starts(start, start.plusSeconds(86_400));
    assertEquals(Optional.empty(), limited.fault(start.plusSeconds(7200)));
    assertEquals(
        Optional.of("a run is at work since 2026-11-23 12:00:00 +01:00, beyond its time limit"),
        limited.fault(start.plusSeconds(7201)));
    assertEquals(
        "running since 2026-11-23 12:00:00 +01:00; no run yet",
        limited.line(start.plusSeconds(7201)));
  }

  @Test
  void aRunThatKeepsTheNextWaitingIsSaidToDoSo() {
    Instant start = at("2026-11-23T12:00");
    var hourly = new ScheduleStatus("digits", BERLIN, Optional.empty(), start);
    hourly.starts(start, start.plusSeconds(3600));
    assertEquals(
        "running since 2026-11-23 12:00:00 +01:00, so the run of 2026-11-23 13:00:00 +01:00 waits;"
            + " no run yet",
        hourly.line(start.plusSeconds(3600)));
  }

  @Test
  void waitsThatMakeNoSenseAreRefused() {
    Duration minute = Duration.ofMinutes(1);
    assertRefused("--retry must be at least 1s, was 0s", minute, Duration.ZERO, minute);
    assertRefused(
        "--retry-max must be at least that of --retry, was 59s",
        minute,
        minute,
        minute.minusSeconds(1));
  }

  private static void assertRefused(String message, Duration pause, Duration first, Duration most) {
    var e =
        assertThrows(
            WrongInputException.class, () -> new Scheduler.Waits(false, pause, first, most));
    assertEquals(message, e.getMessage());
  }
}
