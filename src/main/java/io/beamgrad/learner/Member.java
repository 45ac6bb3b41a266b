package io.beamgrad.learner;

import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.metrics.KeptEpoch;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.optim.Schedule;
import io.beamgrad.schema.MemberState;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.SchedulePer;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.StoppingState;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.DivergedException;
import io.beamgrad.train.EarlyStopping;
import io.beamgrad.train.Trainer;
import io.beamgrad.train.TrainerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/** One network in training: the only one of a model, or a member of an ensemble. */
final class Member {
  private final Sequential network;
  private final Optimizer optimizer;
  private final Trainer trainer;
  private final StartingWeights.Before before;

  /**
   * A network at its start, as the plan has it.
   *
   * @param number of the member, which decides initial weights and dropout
   * @param place among the networks that are trained, from 0
   * @param of how many these are
   * @param targets how outputs become predictions
   * @param rule of early stopping; null for none
   */
  Member(
      TrainingPlan plan,
      int number,
      int place,
      int of,
      BlockDataset training,
      List<TargetEncoding> targets,
      Schedule schedule,
      @Nullable StoppingRule rule)
      throws UnusableDataException {
    this.network = network(plan, training, targets, seed(plan, number));
    this.optimizer = Networks.optimizer(plan.getOptimizer(), network.namedParameters());
    Networks.setLrFactors(optimizer, network, plan.getLrFactors());
    this.before = StartingWeights.load(plan, place, of, network, optimizer);
    this.trainer =
        new Trainer(network, Networks.loss(plan.getLoss()), optimizer, plan.getBatchExamples());
    if (plan.getSchedule() != null) {
      trainer.setSchedule(
          schedule,
          plan.getSchedule().getPer() == SchedulePer.STEP
              ? Trainer.Count.STEPS
              : Trainer.Count.EPOCHS);
    }
    trainer.setPenalty(plan.getPenaltyL1(), plan.getPenaltyL2());
    if (plan.getClipGradNorm() != null) {
      trainer.setClipGradNorm(plan.getClipGradNorm());
    }
    if (rule != null) {
      trainer.setEarlyStopping(KeptEpoch.rule(rule));
    }
  }

  /** The first member has the job's seed, and so the weights of a single network. */
  private static long seed(TrainingPlan plan, int number) {
    return number == 0 ? plan.getSeed() : Generator.deriveSeed(plan.getSeed(), "member", number);
  }

  /** The shape of a row, by which weights may be too large, is known only now. */
  private static Sequential network(
      TrainingPlan plan, BlockDataset training, List<TargetEncoding> targets, long seed)
      throws UnusableDataException {
    try {
      return Networks.withTargets(
          Networks.build(plan.getLayers(), training.inputShape(), training.isSparse(), seed),
          targets);
    } catch (IllegalArgumentException e) {
      throw new UnusableDataException(OutcomeStatus.BAD_INPUT, "model: " + e.getMessage());
    }
  }

  Sequential network() {
    return network;
  }

  Trainer trainer() {
    return trainer;
  }

  /** The learning rate of its last step. */
  double lr() {
    return optimizer.lr();
  }

  /** What it had been trained before. */
  StartingWeights.Before before() {
    return before;
  }

  /**
   * Gives the network the weights that are kept of it: of the best epoch so far with early
   * stopping, else of the last.
   *
   * @return that epoch
   */
  int loadKept() {
    return trainer.loadBest();
  }

  /** Goes on from a state. */
  void restore(MemberState state) {
    trainer.restore(
        new TrainerState(
            state.getEpoch(),
            Networks.toTensors(state.getParameters()),
            Networks.toTensors(state.getOptimizerState()),
            state.getOptimizerSteps(),
            fromRecord(state.getEarlyStopping())));
  }

  /** All that continues its training. */
  MemberState state() {
    TrainerState state = trainer.snapshot();
    return new MemberState(
        state.epochs(),
        Networks.toRecords(state.parameters()),
        Networks.toRecords(state.optimizerState()),
        state.optimizerSteps(),
        toRecord(state.earlyStopping()));
  }

  /** What early stopping has seen, or without it what would be there had the last been the best. */
  StoppingState stopping() {
    MemberState state = state();
    return state.getEarlyStopping() == null
        ? new StoppingState(
            Double.NaN, state.getEpoch(), state.getEpoch(), state.getEpoch(), state.getParameters())
        : state.getEarlyStopping();
  }

  /**
   * Becomes what it was when its epoch was selected.
   *
   * @param epochs that it had been trained
   * @param stopping as {@link #stopping} gave it then
   */
  void restoreKept(int epochs, StoppingState stopping) {
    trainer.restore(
        new TrainerState(
            epochs,
            Networks.toTensors(stopping.getBestParameters()),
            optimizer.stateDict(),
            optimizer.steps(),
            fromRecord(stopping)));
  }

  private static @Nullable StoppingState toRecord(EarlyStopping.@Nullable State state) {
    return state == null
        ? null
        : new StoppingState(
            state.bestScore(),
            state.bestEpoch(),
            state.betterEpoch(),
            state.lastEpoch(),
            Networks.toRecords(state.bestParameters()));
  }

  private static EarlyStopping.@Nullable State fromRecord(@Nullable StoppingState state) {
    return state == null
        ? null
        : new EarlyStopping.State(
            state.getBestScore(),
            state.getBestEpoch(),
            state.getBetterEpoch() == null ? state.getBestEpoch() : state.getBetterEpoch(),
            state.getLastEpoch(),
            Networks.toTensors(state.getBestParameters()));
  }

  /**
   * The last step of an epoch is followed by no loss that would show that it went too far.
   *
   * @param lastLoss the mean loss of the epoch
   */
  void requireFinite(int epoch, double lastLoss) {
    List<Tensor> tensors = new ArrayList<>(network.parameters());
    tensors.addAll(network.namedBuffers().values());
    for (Tensor parameter : tensors) {
      if (areFinite(parameter.data())) {
        continue;
      }
      for (float weight : parameter.data()) {
        if (!Float.isFinite(weight)) {
          throw new DivergedException(
              String.format(
                  Locale.ROOT,
                  "a weight is %s after epoch %d (learning rate %s); mean loss of the epoch %.4g",
                  Float.isNaN(weight) ? "NaN" : "infinite",
                  epoch,
                  optimizer.lr(),
                  lastLoss));
        }
      }
    }
  }

  /** Without a branch for each number, so that many are looked at at once. */
  private static boolean areFinite(float[] numbers) {
    int largest = 0;
    for (float number : numbers) {
      largest = Math.max(largest, Float.floatToRawIntBits(Math.abs(number)));
    }
    return largest < Float.floatToRawIntBits(Float.POSITIVE_INFINITY); // as all of NaN are above
  }
}
