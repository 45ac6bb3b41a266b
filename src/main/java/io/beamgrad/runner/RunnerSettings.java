package io.beamgrad.runner;

import io.beamgrad.failure.WrongInputException;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Who runs a pipeline, and how.
 *
 * @param given the runner that was asked for; null for none, which is the direct runner
 * @param parallelism null is what suits the runner and the machine
 * @param flinkMaster {@code HOST:PORT} of a cluster's REST interface; null is Flink inside of this
 *     process, or the cluster that {@code flink run} names
 * @param slotSeconds how long to wait until the cluster has free slots
 * @param detach true does not wait for the job
 * @param beamOptions options for Beam and the runner, such as {@code --targetParallelism=2}
 */
public record RunnerSettings(
    @Nullable Runner given,
    @Nullable Integer parallelism,
    @Nullable String flinkMaster,
    int slotSeconds,
    boolean detach,
    List<String> beamOptions) {

  /** How long a job waits for a cluster's slots where nothing else is said. */
  public static final int SLOT_SECONDS = 60;

  public RunnerSettings {
    beamOptions = List.copyOf(beamOptions);
    if (slotSeconds < 1) {
      throw new WrongInputException("--slot-timeout must be at least 1, was " + slotSeconds);
    }
    if (parallelism != null && parallelism < 1) {
      throw new WrongInputException("--parallelism must be at least 1, was " + parallelism);
    }
    if (flinkMaster != null && given != Runner.FLINK) {
      throw new WrongInputException("--flink-master is for --runner flink");
    }
  }

  public Runner runner() {
    return given == null ? Runner.DIRECT : given;
  }

  /** True where a runner is asked for, or anything of it. */
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

  /** How many workers read at once. */
  public int workers(Optional<FlinkCluster> cluster) {
    return parallelism != null
        ? parallelism
        : cluster
            .map(FlinkCluster::defaultWorkers)
            .orElseGet(() -> RunnerOptions.defaultWorkers(runner()));
  }
}
