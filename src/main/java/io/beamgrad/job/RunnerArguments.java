package io.beamgrad.job;

import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The arguments that say who runs a pipeline, the same for every command that has one. */
final class RunnerArguments {
  @Option(
      names = "--runner",
      paramLabel = "RUNNER",
      converter = RunnerName.class,
      description = "direct (the default) or flink.")
  private TrainRequest.Runner runner;

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
      defaultValue = "60",
      description = "How long to wait until the cluster has free slots; default 60.")
  private int slotSeconds;

  /** True where a runner is asked for, or anything of it. */
  boolean isGiven() {
    return runner != null || parallelism != null || flinkMaster != null;
  }

  TrainRequest.Runner runner() {
    return runner == null ? TrainRequest.Runner.DIRECT : runner;
  }

  /** Null is what suits the runner and the machine. */
  @Nullable Integer parallelism() {
    return parallelism;
  }

  /**
   * Which Flink.
   *
   * @throws WrongInputException where a number is too small, or a cluster is named for another
   *     runner
   */
  TrainRequest.OnFlink flink(boolean detach) {
    TrainRequest.OnFlink flink = new TrainRequest.OnFlink(flinkMaster, slotSeconds, detach);
    flink.requireFor(runner(), parallelism);
    return flink;
  }

  private static final class RunnerName implements ITypeConverter<TrainRequest.Runner> {
    @Override
    public TrainRequest.Runner convert(String name) {
      return switch (name.toLowerCase(Locale.ROOT)) {
        case "direct" -> TrainRequest.Runner.DIRECT;
        case "flink" -> TrainRequest.Runner.FLINK;
        default -> throw new TypeConversionException("must be direct or flink, was " + name);
      };
    }
  }
}
