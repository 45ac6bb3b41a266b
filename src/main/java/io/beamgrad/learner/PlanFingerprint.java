package io.beamgrad.learner;

import io.beamgrad.data.files.CanonicalText;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.files.Storage;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.WarmStart;
import java.util.Set;

/**
 * The hex SHA-256 of all of a plan that decides the weights, as {@link CanonicalText} has it. Files
 * count by their content, not by their path; the number of epochs counts where the learning rate or
 * a refit depends on it, so that a training may go on for more epochs.
 */
final class PlanFingerprint {
  /** What does not decide the weights, or is added by itself. */
  private static final Set<String> APART =
      Set.of(
          "model",
          "workFolder",
          "cacheBytes",
          "keepCheckpoint",
          "csv",
          "epochs",
          "initialWeights",
          "warmStart",
          "fold"); // the data's checksum tells it

  private PlanFingerprint() {}

  /**
   * That of a plan, on whatever rows.
   *
   * @throws java.io.UncheckedIOException where a file that the training starts from cannot be read
   */
  static String of(TrainingPlan plan) {
    StringBuilder text = new StringBuilder("beamgrad training plan 1\n");
    text.append(CanonicalText.of(plan, APART));
    if (Networks.needsEpochs(plan.getSchedule()) || plan.getRefit()) {
      text.append("\nepochs=").append(plan.getEpochs());
    }
    WarmStart warm = plan.getWarmStart();
    if (warm != null) {
      text.append("\nwarm start=").append(content(warm.getModel()));
      if (warm.getCheckpoint() != null) {
        text.append(' ').append(content(warm.getCheckpoint()));
      }
    } else if (plan.getInitialWeights() != null) {
      text.append("\ninitial weights=").append(content(plan.getInitialWeights()));
    }
    return Sha256.hex(text.toString());
  }

  /**
   * That of one training: a plan of a model on rows in their order, which the seed of their shuffle
   * decides and the data's checksum does not tell.
   */
  static String ofTraining(TrainingInputs inputs) {
    TrainingPlan plan = inputs.plan();
    LearnedColumns learned = inputs.learned();
    return Sha256.hex(
        "%s %s %s %s %s"
            .formatted(
                plan.getModel(),
                of(plan),
                learned.getDataChecksum(),
                inputs.orderSeeds(),
                CanonicalText.of(learned.getLabels())));
  }

  private static String content(String path) {
    return Sha256.hex(Storage.sha256(path));
  }
}
