package io.beamgrad.cli;

import io.beamgrad.failure.Failure;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schedule.CronTimes;
import io.beamgrad.schedule.RetrainProcess;
import io.beamgrad.schedule.ScheduleStatus;
import io.beamgrad.schedule.Scheduler;
import io.beamgrad.schedule.StatusServer;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.Suggestion;
import io.beamgrad.terminal.ShutdownHook;
import io.beamgrad.terminal.Terminal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Whose clocks the times are of, such as Europe/Berlin; default this machine's.")
  private String zone;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      converter = DurationText.class,
      description = "Ends a run that takes longer, such as 2h; default none.")
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
    CronTimes times = CronTimes.of(cron, zone());
    Scheduler.Waits waits = new Scheduler.Waits(atOnce, pause, retry, mostRetry);
    Optional<Duration> limit = Optional.ofNullable(timeLimit);
    if (limit.filter(Duration::isZero).isPresent()) {
      throw new WrongInputException("--time-limit must be at least 1s, was 0s");
    }
    if (port < 0 || port > 65_535) {
      throw new WrongInputException("--port must be in [0, 65535], was " + port);
    }
    String model = JobSpec.loadToRetrain(spec, List.of()).name();
    List<String> command = command();

    Clock clock = Clock.systemUTC();
    Consumer<String> log =
        line -> terminal.line(Scheduler.shown(clock.instant().atZone(times.zone())) + "  " + line);
    ScheduleStatus status =
        new ScheduleStatus(
            model, times.zone(), limit.map(GRACE.multipliedBy(2)::plus), clock.instant());
    Scheduler scheduler =
        new Scheduler(
            times,
            waits,
            clock,
            time -> Thread.sleep(Math.max(1, time.toMillis())),
            new RetrainProcess(command, limit, GRACE, log),
            status,
            log);
    try (StatusServer server = StatusServer.start(port, status, clock)) {
      log.accept(
          "schedules %s at '%s' in %s; %s/healthz and /metrics"
              .formatted(model, times.expression(), times.zone(), server.address()));
      return run(scheduler, log);
    }
  }

  /**
   * Runs the schedule until it is stopped. The exit code is 0 then, as stopping is how a schedule
   * ends.
   */
  private static int run(Scheduler scheduler, Consumer<String> log) {
    ShutdownHook hook = ShutdownHook.interrupting(FOREVER, 0);
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

  private ZoneId zone() {
    if (zone == null) {
      return ZoneId.systemDefault();
    }
    try {
      return ZoneId.of(zone);
    } catch (DateTimeException e) {
      String hint =
          Suggestion.of(zone, ZoneId.getAvailableZoneIds())
              .map("; did you mean %s?"::formatted)
              .orElse("");
      throw new WrongInputException("--zone %s is not a time zone%s".formatted(zone, hint), e);
    }
  }

  private List<String> command() {
    String launcher = System.getProperty(LAUNCHER);
    if (launcher == null) {
      throw new WrongInputException("schedule has to be started by scripts/beamgrad");
    }
    List<String> command =
        new ArrayList<>(
            List.of(launcher, "retrain", spec.toString(), "--registry", registry.toString()));
    command.addAll(options.list());
    return command;
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
