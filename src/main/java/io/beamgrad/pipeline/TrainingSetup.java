package io.beamgrad.pipeline;

import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.encoding.TextEncoder;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.learner.ColumnLearner;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.PlanFromSpec;
import io.beamgrad.spec.Preparations;
import io.beamgrad.transforms.ShuffleSettings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a spec and the columns of its rows decide of a training: the settings of each transform. It
 * is public for beamgrad's own commands; a program gives {@link Train} its {@link Spec}.
 *
 * @param shuffle how rows go into blocks
 * @param split how blocks are split
 * @param plan how the model is trained on them; of a sweep what its trials have in common
 * @param sweep the trials of which the best is the model; empty for a single training
 */
public record TrainingSetup(
    ShuffleSettings shuffle, SplitSettings split, TrainingPlan plan, Optional<SweepPlan> sweep) {

  /**
   * The setup of a spec.
   *
   * @param columns of the rows, as their source has them
   * @param dataBytes how much data there is, about: it decides how the work is cut, not the result
   * @param dataFingerprint tells one data set from the next, for who looks for its blocks later
   * @param workFolder where all that is not a result goes; <code>{window}</code> in it gives each
   *     window a folder of its own
   */
  public static TrainingSetup of(
      JobSpec spec,
      List<Column> columns,
      long dataBytes,
      String dataFingerprint,
      String workFolder) {
    int classes = PlanFromSpec.classes(spec);
    TrainingPlan plan = PlanFromSpec.plan(spec, columns, workFolder);
    return new TrainingSetup(
        ShuffleSettings.forBytes(
                columns,
                TextEncoder.usualBytes(plan.getPreparations()),
                PlanFromSpec.splitRule(spec),
                spec.split().seed(),
                dataBytes,
                workFolder + "/blocks")
            .withClasses(classes),
        new SplitSettings(
            dataFingerprint,
            columns,
            PlanFromSpec.splitRule(spec),
            BigDecimal.valueOf(spec.data().maxRejects()),
            classes),
        plan,
        Optional.empty());
  }

  /**
   * The same, for classes that are known before any row is read; none are learned from the rows.
   */
  public TrainingSetup withLabels(List<String> labels) {
    return new TrainingSetup(
        shuffle,
        new SplitSettings(
            split.fingerprint(),
            split.columns(),
            split.rule(),
            split.maxRejects(),
            split.classes(),
            labels),
        plan,
        sweep);
  }

  /** The same with another plan for the same rows. */
  public TrainingSetup withPlan(TrainingPlan other) {
    return new TrainingSetup(shuffle, split, other, sweep);
  }

  /** The same, but what is trained are the trials of a sweep. */
  public TrainingSetup withSweep(SweepPlan trials) {
    return new TrainingSetup(shuffle, split, plan, Optional.of(trials));
  }

  /**
   * The plan of the final model, or of each trial, and then those of its folds, each with a work
   * folder of its own.
   */
  List<TrainingPlan> plans() {
    List<TrainingPlan> plans = new ArrayList<>();
    for (TrainingPlan whole : sweep.map(SweepPlan::plans).orElse(List.of(plan))) {
      plans.add(whole);
      for (int fold = 0; fold < folds(); fold++) {
        plans.add(
            TrainingPlan.newBuilder(whole)
                .setFold(fold)
                .setWorkFolder(foldFolder(whole.getWorkFolder(), fold))
                .build());
      }
    }
    return plans;
  }

  /** The work folder of a fold in that of its training. */
  public static String foldFolder(String workFolder, int fold) {
    return "%s/folds/%s".formatted(workFolder, fold);
  }

  /** How many folds there are; a search for a learning rate has none. */
  private int folds() {
    return split.rule().folds() == null || plan.getFindLr() ? 0 : split.rule().folds().count();
  }

  /** True where there are folds. */
  boolean hasFolds() {
    return folds() > 0;
  }

  /**
   * Checks that model and columns fit, before anything is read.
   *
   * @param source where the spec is from, for messages
   * @throws WrongInputException where they do not fit; one line
   */
  public static void requireFit(String source, JobSpec spec, List<Column> columns) {
    ModelShapes.require(
        source,
        spec,
        columns,
        new ColumnLearner(columns, Preparations.of(spec, columns))
            .encoderBeforeRows(spec.data().crosses())
            .map(RowEncoder::inputShape));
  }
}
