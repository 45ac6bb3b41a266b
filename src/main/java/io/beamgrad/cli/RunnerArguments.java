package io.beamgrad.cli;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.runner.Runner;
import io.beamgrad.runner.RunnerSettings;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The arguments that choose the runner of a pipeline, for every command that runs one. */
final class RunnerArguments {
  @Option(
      names = "--runner",
      paramLabel = "RUNNER",
      converter = RunnerName.class,
      description = "direct (the default) or flink.")
  private Runner runner;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "How many workers read at once; the result does not depend on it.")
  private Integer parallelism;

  @Option(
      names = "--flink-master",
      paramLabel = "HOST:PORT",
      description = "The REST address of a Flink cluster; without it Flink runs in this process.")
  private String flinkMaster;

  @Option(
      names = "--slot-timeout",
      paramLabel = "SECONDS",
      defaultValue = "" + RunnerSettings.SLOT_SECONDS,
      description = "How long to wait until the cluster has free slots; default 60.")
  private int slotSeconds;

  @Mixin private PassedOptions beamOptions;

  /**
   * The settings of the runner.
   *
   * @throws WrongInputException where a number is too small, or a cluster is named for a runner
   *     other than Flink
   */
  RunnerSettings settings(boolean detach) {
    return new RunnerSettings(
        runner, parallelism, flinkMaster, slotSeconds, detach, beamOptions.list());
  }

  private static final class RunnerName implements ITypeConverter<Runner> {
    @Override
    public Runner convert(String name) {
      return switch (name.toLowerCase(Locale.ROOT)) {
        case "direct" -> Runner.DIRECT;
        case "flink" -> Runner.FLINK;
        default -> throw new TypeConversionException("must be direct or flink, was " + name);
      };
    }
  }
}
