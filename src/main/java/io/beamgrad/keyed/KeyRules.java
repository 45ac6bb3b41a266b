package io.beamgrad.keyed;

import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.metrics.KeptEpoch;
import io.beamgrad.metrics.Metric;
import io.beamgrad.model.Networks;
import io.beamgrad.optim.Schedule;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.SchedulePer;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.WarmUp;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.Trainer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What a plan says of the training of one key, whoever trains it. */
final class KeyRules {
  private KeyRules() {}

  /**
   * The plan's rule of early stopping, by the loss where the rows are too few to have its metric.
   *
   * @param pooledValidation what the pooled model gives on the validation rows; null without any
   * @return null where the last epoch is kept
   */
  static @Nullable StoppingRule stopping(TrainingPlan plan, @Nullable Evaluation pooledValidation) {
    StoppingRule rule = plan.getEarlyStopping();
    if (rule == null || pooledValidation == null) {
      return null;
    }
    return Double.isNaN(KeptEpoch.metric(rule).score(pooledValidation))
        ? StoppingRule.newBuilder(rule).setMetric(null).build()
        : rule;
  }

  /** What counts up for the schedule. */
  static Trainer.Count count(TrainingPlan plan) {
    return isPerStep(plan) ? Trainer.Count.STEPS : Trainer.Count.EPOCHS;
  }

  private static boolean isPerStep(TrainingPlan plan) {
    return plan.getSchedule() != null && plan.getSchedule().getPer() == SchedulePer.STEP;
  }

  /**
   * The schedule of a training of so many rows, which ends in the warm-up where that is longer;
   * empty where the rate stays.
   */
  static Optional<Schedule> schedule(TrainingPlan plan, long rows) throws UnusableDataException {
    if (plan.getSchedule() == null) {
      return Optional.empty();
    }
    long steps = (rows + plan.getBatchExamples() - 1) / plan.getBatchExamples();
    long counts = plan.getEpochs() * (isPerStep(plan) ? steps : 1L);
    WarmUp warmUp = plan.getSchedule().getWarmUp();
    return Optional.of(
        warmUp != null && counts <= warmUp.getLength()
            ? Schedule.linearWarmUp(warmUp.getStart(), warmUp.getLength())
            : Networks.schedule(plan.getSchedule(), counts));
  }

  /**
   * What came of a training that went to its end, before its test.
   *
   * @param rule by which its epoch was kept; null by the loss
   * @param own what the kept weights give on the validation rows; null without any
   * @param weights that were kept
   */
  static KeyTrainer.Trained judged(
      int epochs,
      int keptEpoch,
      @Nullable StoppingRule rule,
      @Nullable Evaluation own,
      @Nullable Evaluation pooled,
      ByteBuffer weights) {
    if (!areFinite(weights) || (own != null && !Double.isFinite(own.meanLossPerExample()))) {
      return KeyTrainer.Trained.diverged(epochs);
    }
    boolean isBetter = own == null || isBetter(rule, own, pooled);
    return new KeyTrainer.Trained(
        isBetter ? KeyEnd.OWN : KeyEnd.POOLED_IS_BETTER,
        epochs,
        keptEpoch,
        own,
        null,
        isBetter ? weights : null);
  }

  private static boolean isBetter(@Nullable StoppingRule rule, Evaluation own, Evaluation pooled) {
    Metric metric = rule == null ? Metric.LOSS : KeptEpoch.metric(rule);
    double ownScore = metric.score(own);
    double pooledScore = metric.score(pooled);
    return metric.isHigherBetter() ? ownScore > pooledScore : ownScore < pooledScore;
  }

  private static boolean areFinite(ByteBuffer weights) {
    ByteBuffer numbers = weights.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    while (numbers.hasRemaining()) {
      if (!Float.isFinite(numbers.getFloat())) {
        return false;
      }
    }
    return true;
  }
}
