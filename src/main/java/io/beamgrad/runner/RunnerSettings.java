package io.beamgrad.runner;

import io.beamgrad.failure.WrongInputException;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The runner of a pipeline and its settings.
 *
 * @param given the runner that was asked for; null for the direct runner
 * @param parallelism how many workers run at once; null for as many as suit the runner and the
 *     machine
 * @param flinkMaster {@code HOST:PORT} of a cluster's REST interface; null for Flink inside of this
 *     process, or the cluster that {@code flink run} names
 * @param slotSeconds how long to wait until the cluster has free slots
 * @param detach whether to return while the job runs
 * @param beamOptions options for Beam and the runner, such as {@code --targetParallelism=2}
 */
public record RunnerSettings(
    @Nullable Runner given,
    @Nullable Integer parallelism,
    @Nullable String flinkMaster,
    int slotSeconds,
    boolean detach,
    List<String> beamOptions) {

  /** How long a job waits for a cluster's slots by default. */
  public static final int SLOT_SECONDS = 60;

  /** The most that Flink has (its upper bound of the maximum parallelism). */
  public static final int MOST_WORKERS = 1 << 15;

  public RunnerSettings {
    beamOptions = List.copyOf(beamOptions);
    if (slotSeconds < 1) {
      throw new WrongInputException("--slot-timeout must be at least 1, was " + slotSeconds);
    }
    if (parallelism != null && (parallelism < 1 || parallelism > MOST_WORKERS)) {
      throw new WrongInputException(
          "--parallelism must be in [1, %s], was %s".formatted(MOST_WORKERS, parallelism));
    }
    if (flinkMaster != null && given != Runner.FLINK) {
      throw new WrongInputException("--flink-master is for --runner flink");
    }
  }

  public Runner runner() {
    return given == null ? Runner.DIRECT : given;
  }

  /** Whether a runner or one of its settings was asked for. */
  public boolean isGiven() {
    return given != null || parallelism != null || flinkMaster != null || !beamOptions.isEmpty();
  }

  /**
   * The Flink cluster to run on; empty where the pipeline runs inside of this process.
   *
   * @throws WrongInputException where the cluster cannot be used
   */
  public Optional<FlinkCluster> cluster() throws InterruptedException {
    return runner() == Runner.FLINK ? FlinkCluster.of(flinkMaster) : Optional.empty();
  }

  /** How many workers run at once. */
  public int workers(Optional<FlinkCluster> cluster) {
    return parallelism != null
        ? parallelism
        : cluster
            .map(FlinkCluster::defaultWorkers)
            .orElseGet(() -> RunnerOptions.defaultWorkers(runner()));
  }
}
