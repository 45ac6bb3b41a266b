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
 * @param keepWork true keeps the work folder of a run that succeeded
 * @param beamOptions options for Beam and the runner, such as {@code --targetParallelism=2}
 */
public record TrainRequest(
    Path spec,
    List<String> overrides,
    Runner runner,
    @Nullable Integer parallelism,
    @Nullable Path out,
    boolean keepWork,
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

  public TrainRequest {
    overrides = List.copyOf(overrides);
    beamOptions = List.copyOf(beamOptions);
    if (parallelism != null && parallelism < 1) {
      throw new WrongInputException("--parallelism must be at least 1, was " + parallelism);
    }
  }
}
