package io.beamgrad.cli;

import io.beamgrad.failure.Failure;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.retrain.RetrainNotice;
import io.beamgrad.retrain.RetrainOutcome;
import io.beamgrad.retrain.RunFailure;
import io.beamgrad.rundir.RunLog;
import io.beamgrad.schedule.CronTimes;
import io.beamgrad.schedule.RetrainProcess;
import io.beamgrad.schedule.ScheduleStatus;
import io.beamgrad.schedule.Scheduler;
import io.beamgrad.schedule.StatusServer;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.terminal.ShutdownHook;
import io.beamgrad.terminal.Terminal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Runs {@code beamgrad retrain} at the times of a cron expression, until it is stopped. */
@Command(
    name = "schedule",
    description = "Retrains at the times of a cron expression, for those with no scheduler.",
    customSynopsis =
        "beamgrad schedule SPEC.yaml --cron EXPRESSION --registry DIR [OPTIONS]"
            + " [-- OPTIONS OF RETRAIN]")
final class ScheduleCommand implements Callable<Integer> {
  private static final String LAUNCHER = "beamgrad.launcher";

  /** How long a run may take to end after it was asked to. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  @Parameters(index = "0", paramLabel = "SPEC.yaml", description = "The job; see beamgrad explain.")
  private Path spec;

  @Option(
      names = "--cron",
      required = true,
      paramLabel = "EXPRESSION",
      description =
          "Minute, hour, day of the month, month, day of the week, such as \"0 3 * * *\"; or"
              + " @hourly, @daily, @weekly, @monthly, @yearly.")
  private String cron;

  @Option(
      names = "--registry",
      required = true,
      paramLabel = "DIR",
      description = "The folder of the models in service and of their versions.")
  private Path registry;

  @Mixin private ZoneOption zone;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      defaultValue = "24h",
      converter = TimeLimit.class,
      description = "Ends a run that takes longer, such as 2h; none for no limit; default 24h.")
  private Duration timeLimit;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of /healthz and /metrics on the loopback address; default one that is free.")
  private int port;

  @Option(names = "--now", description = "Run at the start as well.")
  private boolean atOnce;

  @Option(
      names = "--pause",
      paramLabel = "TIME",
      defaultValue = "1m",
      converter = DurationText.class,
      description = "Before a run that makes good a missed one; default 1m.")
  private Duration pause;

  @Option(
      names = "--retry",
      paramLabel = "TIME",
      defaultValue = "1m",
      converter = DurationText.class,
      description = "From a failure (exit code 1) to the next attempt; doubles; default 1m.")
  private Duration retry;

  @Option(
      names = "--retry-max",
      paramLabel = "TIME",
      defaultValue = "1h",
      converter = DurationText.class,
      description = "The most that it doubles to; default 1h.")
  private Duration mostRetry;

  /** What retrain gets besides. */
  @Mixin private PassedOptions options;

  private final Terminal terminal;

  ScheduleCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    CronTimes times = CronTimes.of(cron, zone.get().orElseGet(ZoneId::systemDefault));
    Scheduler.Waits waits = new Scheduler.Waits(atOnce, pause, retry, mostRetry);
    Optional<Duration> limit = Optional.of(timeLimit).filter(time -> !time.equals(FOREVER));
    if (limit.filter(Duration::isZero).isPresent()) {
      throw new WrongInputException("--time-limit must be at least 1s, was 0s");
    }
    if (port < 0 || port > 65_535) {
      throw new WrongInputException("--port must be in [0, 65535], was " + port);
    }
    JobSpec job = JobSpec.loadToRetrain(spec, overrides());
    String launcher = launcher();

    Clock clock = Clock.systemUTC();
    Consumer<String> log =
        line -> terminal.line(Scheduler.shown(clock.instant().atZone(times.zone())) + "  " + line);
    ScheduleStatus status =
        new ScheduleStatus(
            job.name(), times.zone(), limit.map(longestEnd(job)::plus), clock.instant());
    Scheduler scheduler =
        new Scheduler(
            times,
            waits,
            clock,
            time -> Thread.sleep(Math.max(1, time.toMillis())),
            new RetrainProcess(
                day -> command(launcher, day),
                limit,
                GRACE,
                log,
                (end, exitCode, message) ->
                    tell(job.name(), end, exitCode, message, status, clock).forEach(log)),
            status,
            log);
    try (StatusServer server = StatusServer.start(port, status, clock)) {
      log.accept(
          "schedules %s at '%s' in %s; %s/healthz and /metrics"
              .formatted(job.name(), times.expression(), times.zone(), server.address()));
      return run(scheduler, log);
    }
  }

  /**
   * Runs the schedule until it is stopped. The exit code is 0 then, as stopping is how a schedule
   * ends.
   */
  private static int run(Scheduler scheduler, Consumer<String> log) {
    ShutdownHook hook = ShutdownHook.interrupting(FOREVER, () -> 0);
    try {
      scheduler.run();
      return Failure.WRONG_INPUT;
    } catch (InterruptedException e) {
      log.accept("stopped");
      return 0;
    } finally {
      hook.close(); // after the line is written, as the process may end now
    }
  }

  /** How long a run may take to end at its limit, and those to be told to hear of it. */
  private static Duration longestEnd(JobSpec job) {
    long telling = job.retrain().notification().timeoutSeconds();
    return GRACE.multipliedBy(2).plusSeconds(2 * telling);
  }

  /** Tells those whom the spec names now of a failure that the run has not told of. */
  private List<String> tell(
      String model,
      RetrainOutcome end,
      @Nullable Integer exitCode,
      String message,
      ScheduleStatus status,
      Clock clock)
      throws InterruptedException {
    Instant now = clock.instant();
    double seconds = status.runningFor(now).toMillis() / 1e3;
    try {
      return RetrainNotice.ofFailure(
          JobSpec.loadToRetrain(spec, overrides()).retrain().notification(),
          new RunFailure(model, end, exitCode, message, now, seconds));
    } catch (RuntimeException e) {
      return List.of("nobody could be told: " + Failure.of(e, RunLog.path()).line());
    }
  }

  /** What the options of retrain set in the spec. */
  private List<String> overrides() {
    List<String> found = new ArrayList<>();
    List<String> all = options.list();
    for (int i = 0; i < all.size() && !all.get(i).equals("--"); i++) {
      if (all.get(i).startsWith("--set=")) {
        found.add(all.get(i).substring("--set=".length()));
      } else if (all.get(i).equals("--set") && i + 1 < all.size()) {
        found.add(all.get(i + 1));
      }
    }
    return found;
  }

  private static String launcher() {
    String launcher = System.getProperty(LAUNCHER);
    if (launcher == null) {
      throw new WrongInputException("schedule has to be started by scripts/beamgrad");
    }
    return launcher;
  }

  private List<String> command(String launcher, List<String> day) {
    List<String> command =
        new ArrayList<>(
            List.of(launcher, "retrain", spec.toString(), "--registry", registry.toString()));
    boolean hasDay = options.list().stream().anyMatch(option -> option.matches("--date(=.*)?"));
    command.addAll(hasDay ? List.of() : day);
    command.addAll(options.list());
    return command;
  }

  /** Reads a duration, or {@code none}. */
  private static final class TimeLimit implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return text.equals("none") ? FOREVER : new DurationText().convert(text);
    }
  }

  /** Reads {@code 90s}, {@code 30m}, {@code 2h} and {@code 7d}. */
  private static final class DurationText implements ITypeConverter<Duration> {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})([smhd])");

    @Override
    public Duration convert(String text) {
      Matcher parts = TEXT.matcher(text);
      if (!parts.matches()) {
        throw new TypeConversionException("must be like 90s, 30m, 2h or 7d, was " + text);
      }
      long count = Long.parseLong(parts.group(1));
      return switch (parts.group(2)) {
        case "s" -> Duration.ofSeconds(count);
        case "m" -> Duration.ofMinutes(count);
        case "h" -> Duration.ofHours(count);
        default -> Duration.ofDays(count);
      };
    }
  }
}
