package io.beamgrad.job;

import io.beamgrad.runner.RunnerSettings;
import java.nio.file.Path;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What {@code beamgrad train} was asked to do.
 *
 * @param spec the job's YAML file
 * @param overrides {@code KEY=VALUE} texts, in their order
 * @param on who runs the pipeline
 * @param out the run's folder; null is a new one, {@code runs/NAME/TIME}
 * @param work the work folder, a path or an address; null is {@code work} in {@code out}, or the
 *     one that an unfinished run has
 * @param resume true takes up an unfinished run: the one in {@code out}, or else the newest
 * @param keepWork true keeps the work folder of a run that succeeded
 */
public record TrainRequest(
    Path spec,
    List<String> overrides,
    RunnerSettings on,
    @Nullable Path out,
    @Nullable String work,
    boolean resume,
    boolean keepWork) {

  public TrainRequest {
    overrides = List.copyOf(overrides);
  }

  /** The same in a run's folder, which an unfinished run may have been left in. */
  public TrainRequest in(Path folder) {
    return new TrainRequest(spec, overrides, on, folder, work, resume, keepWork);
  }
}
