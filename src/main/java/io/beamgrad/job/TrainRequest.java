package io.beamgrad.job;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What {@code beamgrad train} was asked to do.
 *
 * @param spec the job's YAML file
 * @param overrides {@code KEY=VALUE} texts, in their order
 * @param parallelism null is what suits the runner and the machine
 * @param out the run's folder; null is a new one, {@code runs/NAME/TIME}
 * @param work the work folder, a path or an address; null is {@code work} in {@code out}, or the
 *     one that an unfinished run has
 * @param resume true takes up an unfinished run: the one in {@code out}, or else the newest
 * @param keepWork true keeps the work folder of a run that succeeded
 * @param flink which cluster, and how to be on it
 * @param beamOptions options for Beam and the runner, such as {@code --targetParallelism=2}
 */
public record TrainRequest(
    Path spec,
    List<String> overrides,
    Runner runner,
    @Nullable Integer parallelism,
    @Nullable Path out,
    @Nullable String work,
    boolean resume,
    boolean keepWork,
    OnFlink flink,
    List<String> beamOptions) {

  /** Who runs the pipeline. */
  public enum Runner {
    DIRECT,
    FLINK;

    /** As it is typed. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How to train on Flink.
   *
   * @param master {@code HOST:PORT} of a cluster's REST interface; null is Flink inside of this
   *     process, or the cluster that {@code flink run} names
   * @param slotSeconds how long to wait until the cluster has free slots
   * @param detach true does not wait for the job
   */
  public record OnFlink(@Nullable String master, int slotSeconds, boolean detach) {
    /** Flink inside of this process. */
    public static final OnFlink EMBEDDED = new OnFlink(null, 60, false);

    public OnFlink {
      if (slotSeconds < 1) {
        throw new WrongInputException("--slot-timeout must be at least 1, was " + slotSeconds);
      }
    }

    /** Checks what is asked of a runner. */
    void requireFor(Runner runner, @Nullable Integer parallelism) {
      if (parallelism != null && parallelism < 1) {
        throw new WrongInputException("--parallelism must be at least 1, was " + parallelism);
      }
      if (master != null && runner != Runner.FLINK) {
        throw new WrongInputException("--flink-master is for --runner flink");
      }
    }
  }

  public TrainRequest {
    overrides = List.copyOf(overrides);
    beamOptions = List.copyOf(beamOptions);
    flink.requireFor(runner, parallelism);
  }

  /** The same in a run's folder, which an unfinished run may have been left in. */
  TrainRequest in(Path folder) {
    return new TrainRequest(
        spec, overrides, runner, parallelism, folder, work, resume, keepWork, flink, beamOptions);
  }
}
