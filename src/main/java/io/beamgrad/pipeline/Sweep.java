package io.beamgrad.pipeline;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.TrialResult;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.transforms.TrainTrials;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Trains the trials of a {@link Spec} with a {@code sweep} in a pipeline of one's own, on one
 * reading of the rows. Its outputs are those of {@link Train} for the best trial, which {@link
 * WriteResults} writes, and {@link #TRIALS}. The same spec and rows give the same ranks and weights
 * on any runner, at any parallelism and after any restart; a trial has the weights that it has when
 * it is trained alone.
 *
 * <p>With {@code folds} the trials are ranked by the mean of their scores over the folds, the best
 * one is then trained on all rows, and its folds are {@link Folds#FOLDS}.
 */
public final class Sweep {

  /** Output: what came of each trial, with its rank; one for each trial and window. */
  public static final TupleTag<TrialResult> TRIALS = TrainTrials.RESULTS;

  private Sweep() {}

  /** Trains on the rows of a collection, which need not lie in files. */
  public static TrainRows rows(Spec spec) {
    return TrainRows.of(spec, Composite.SWEEP);
  }

  /** Trains on the files that the spec names. */
  public static TrainFiles files(Spec spec) {
    return new TrainFiles(spec, null, Composite.SWEEP);
  }

  /** The same setup with the trials of a spec. */
  static TrainingSetup setup(
      TrainingSetup setup,
      Spec spec,
      JobSpec job,
      List<Column> columns,
      String work,
      Function<JobSpec, List<Column>> columnsOf) {
    List<JobSpec> trials = SweepPlan.trials(job, columns, columnsOf);
    trials.forEach(trial -> TrainingSetup.requireFit(spec.source(), trial, columns));
    return setup.withSweep(SweepPlan.of(job, trials, columns, work, UnaryOperator.identity()));
  }
}
