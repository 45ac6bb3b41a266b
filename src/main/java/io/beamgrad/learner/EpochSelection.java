package io.beamgrad.learner;

import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.metrics.MetricRecords;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.train.EpochResult;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.EvaluationListener;
import io.beamgrad.train.Sampler;
import io.beamgrad.train.Trainer;
import io.beamgrad.train.TrainerGroup;
import io.beamgrad.train.Weights;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The training on the training rows, with an evaluation on the validation rows after each epoch. It
 * ends after the last epoch, or for each network where early stopping says so, and leaves each with
 * the weights of its best epoch.
 *
 * <p>Of an ensemble the validation rows are measured by the mean prediction of what its members are
 * after the epoch; one that has stopped is its best epoch from the next epoch on. What is measured
 * after the last epoch is the best of all of them. A training's loss and accuracy are the means of
 * those of the members that were trained in the epoch.
 */
final class EpochSelection {
  private final TrainingPlan plan;
  private final Members members;
  private final TrainingLog log;
  private final Checkpoints checkpoints;
  private final String fingerprint;
  private final TrainingProgress progress;
  private final KeptStates keptStates;
  private final int lastEpoch;

  /**
   * @param lastEpoch after which it ends, in a stage of a training that goes on later; else that of
   *     the plan
   */
  EpochSelection(
      TrainingPlan plan,
      int lastEpoch,
      Members members,
      TrainingLog log,
      Checkpoints checkpoints,
      String fingerprint,
      KeptStates keptStates,
      TrainingProgress progress) {
    this.plan = plan;
    this.lastEpoch = lastEpoch;
    this.members = members;
    this.log = log;
    this.checkpoints = checkpoints;
    this.fingerprint = fingerprint;
    this.progress = progress;
    this.keptStates = keptStates;
  }

  /**
   * Measures the networks before their first epoch.
   *
   * @return what the validation rows gave; empty without some
   */
  Optional<Evaluation> begin(BlockDataset training, BlockDataset validation)
      throws InterruptedException, UnusableDataException {
    measure(0, Split.TRAIN, training);
    Optional<Evaluation> validated =
        validation.size() > 0
            ? Optional.of(measure(0, Split.VALIDATION, validation).together())
            : Optional.empty();
    log.addHash(Weights.sha256(members.weights()));
    save(0);
    return validated;
  }

  /** Trains the epochs that are left. */
  void run(BlockDataset training, BlockDataset validation, Sampler sampler)
      throws InterruptedException, UnusableDataException {
    for (List<Integer> active = active(); !active.isEmpty(); active = active()) {
      progress.report(log.rows(), members.epochs());
      loadBestOfThoseThatStopped();
      int epoch = members.epochs() + 1;
      EpochResult trained = members.trainEpoch(epoch, active, training, sampler, progress);
      log.add(MetricRecords.of(plan.getModel(), trained, plan.getLoss(), members.lr(active)));
      if (validation.size() > 0) {
        List<Evaluation> own = measure(epoch, Split.VALIDATION, validation).members();
        for (int place : active) {
          if (members.get(place).trainer().endEpoch(own.get(place))) {
            keptStates.keep(members, place); // it will be gone when it is known to be the best
          }
        }
      }
      log.addHash(Weights.sha256(members.weights()));
      if (checkpoints.isDue(epoch) || active().isEmpty()) {
        save(epoch);
      }
    }
    if (lastEpoch == plan.getEpochs()) {
      finish(validation);
    }
    progress.report(log.rows(), members.epochs());
  }

  private List<Integer> active() {
    return IntStream.range(0, members.all().size()).filter(this::isActive).boxed().toList();
  }

  private boolean isActive(int place) {
    Trainer trainer = members.get(place).trainer();
    return trainer.epochs() < lastEpoch && !trainer.shouldStop();
  }

  private void loadBestOfThoseThatStopped() {
    members.all().stream()
        .filter(member -> member.trainer().shouldStop())
        .forEach(Member::loadKept);
  }

  /** All have ended: what is measured last is what is kept. */
  private void finish(BlockDataset validation) throws InterruptedException, UnusableDataException {
    if (plan.getEarlyStopping() == null) {
      return;
    }
    members.all().forEach(Member::loadKept);
    if (!members.isSingle()) {
      int epoch = members.epochs();
      long start = System.nanoTime();
      Evaluation found =
          members.evaluate(epoch, Split.VALIDATION, validation, EvaluationListener.NONE).together();
      log.replace(row(epoch, Split.VALIDATION, found, start));
    }
  }

  private TrainerGroup.Evaluations measure(int epoch, Split split, BlockDataset rows)
      throws InterruptedException, UnusableDataException {
    long start = System.nanoTime();
    TrainerGroup.Evaluations found = members.evaluate(epoch, split, rows, EvaluationListener.NONE);
    log.add(row(epoch, split, found.together(), start));
    return found;
  }

  private MetricRow row(int epoch, Split split, Evaluation found, long start) {
    return MetricRecords.of(plan.getModel(), epoch, split, found, System.nanoTime() - start);
  }

  private void save(int epoch) {
    keptStates.write(); // as a training that goes on from here may not train those epochs again
    Checkpoint checkpoint =
        new TrainingState(epoch, members.states(), 0).toCheckpoint(fingerprint, log);
    checkpoints.write(checkpoint);
  }
}
