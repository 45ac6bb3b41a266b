package io.beamgrad.learner;

import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.model.MemberParameters;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Ensemble;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.Module;
import io.beamgrad.optim.Schedule;
import io.beamgrad.schema.LearningRateSchedule;
import io.beamgrad.schema.MemberState;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.SchedulePer;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.DivergedException;
import io.beamgrad.train.EpochResult;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.EvaluationListener;
import io.beamgrad.train.Sampler;
import io.beamgrad.train.SequentialSampler;
import io.beamgrad.train.StepListener;
import io.beamgrad.train.TrainerGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The networks of a model in training, which take the same batches: one, or an ensemble. */
final class Members implements AutoCloseable {
  private final List<Member> members = new ArrayList<>();
  private final TrainerGroup group;
  private final Module network;

  /**
   * The networks at their start, as the plan has them.
   *
   * @param targets how outputs become predictions
   * @param stepsOfEpoch the batches of an epoch
   * @param rule of early stopping; null for none
   */
  Members(
      TrainingPlan plan,
      BlockDataset training,
      List<TargetEncoding> targets,
      long stepsOfEpoch,
      @Nullable StoppingRule rule)
      throws UnusableDataException {
    Loss loss = Networks.loss(plan.getLoss());
    List<Integer> numbers = numbers(plan);
    for (int number : numbers) {
      members.add(
          new Member(
              plan,
              number,
              members.size(),
              numbers.size(),
              training,
              targets,
              schedule(plan, stepsOfEpoch),
              rule));
    }
    this.group =
        new TrainerGroup(
            members.stream().map(Member::trainer).toList(), loss, plan.getBatchExamples());
    this.network =
        isSingle()
            ? members.get(0).network()
            : new Ensemble(loss.target(), members.stream().map(Member::network).toList());
  }

  /** The numbers of the members that are trained. */
  private static List<Integer> numbers(TrainingPlan plan) {
    if (plan.getEnsemble() == null) {
      return List.of(0);
    }
    Integer only = plan.getEnsemble().getOnly();
    return only == null
        ? IntStream.range(0, plan.getEnsemble().getMembers()).boxed().toList()
        : List.of(only);
  }

  /** The learning rate of a training of all epochs. */
  static Schedule schedule(TrainingPlan plan, long stepsOfEpoch) throws UnusableDataException {
    LearningRateSchedule schedule = plan.getSchedule();
    if (schedule == null) {
      return Schedule.constant();
    }
    boolean isPerStep = schedule.getPer() == SchedulePer.STEP;
    return Networks.schedule(schedule, plan.getEpochs() * (isPerStep ? stepsOfEpoch : 1L));
  }

  boolean isSingle() {
    return members.size() == 1;
  }

  List<Member> all() {
    return members;
  }

  Member get(int place) {
    return members.get(place);
  }

  /** What predicts: the network, or the ensemble of all of them. */
  Module network() {
    return network;
  }

  /** Copies of the weights as a model file has them. */
  Map<String, Tensor> weights() {
    return MemberParameters.join(
        members.stream().map(member -> member.network().stateDict()).toList());
  }

  /** The epochs of the member that was trained longest. */
  int epochs() {
    return members.stream().mapToInt(member -> member.trainer().epochs()).max().orElseThrow();
  }

  /** For each member the last epoch that was better than all before it. */
  List<Integer> betterEpochs() {
    return members.stream().map(member -> member.trainer().betterEpoch()).toList();
  }

  List<MemberState> states() {
    return members.stream().map(Member::state).toList();
  }

  void restore(List<MemberState> states) {
    for (int i = 0; i < members.size(); i++) {
      members.get(i).restore(states.get(i));
    }
  }

  /** Become what they were when their epochs were selected, by the states of a refit. */
  void restoreKept(List<MemberState> states) {
    for (int i = 0; i < members.size(); i++) {
      members.get(i).restoreKept(states.get(i).getEpoch(), states.get(i).getEarlyStopping());
    }
  }

  /**
   * Trains some members for one epoch.
   *
   * @param active their places, ascending
   * @return their mean loss and accuracy
   * @throws DivergedException where a loss or a weight is no longer finite
   */
  EpochResult trainEpoch(
      int epoch, List<Integer> active, BlockDataset rows, Sampler sampler, StepListener listener)
      throws InterruptedException {
    long start = System.nanoTime();
    List<EpochResult> trained = group.trainEpoch(epoch, active, rows, sampler, listener);
    for (int i = 0; i < active.size(); i++) {
      int place = active.get(i);
      double loss = trained.get(i).meanLossPerExample();
      named(place, () -> members.get(place).requireFinite(epoch, loss));
    }
    EpochResult first = trained.get(0);
    return isSingle()
        ? first
        : new EpochResult(
            epoch,
            trained.stream().mapToDouble(EpochResult::meanLossPerExample).average().orElseThrow(),
            first.accuracy() == null
                ? null
                : trained.stream().mapToDouble(EpochResult::accuracy).average().orElseThrow(),
            first.rows(),
            System.nanoTime() - start,
            first.rowWeight());
  }

  /** The learning rate of the last step of some members. */
  double lr(List<Integer> active) {
    return members.get(active.get(0)).lr();
  }

  /** Evaluates without looking at what is found. */
  Evaluation look(BlockDataset rows, long count, EvaluationListener listener)
      throws InterruptedException {
    return group.evaluate(rows, new SequentialSampler(count), listener).together();
  }

  /**
   * Evaluates all rows of a split.
   *
   * @throws UnusableDataException where no row counts
   * @throws DivergedException where a loss is not finite
   */
  TrainerGroup.Evaluations evaluate(
      int epoch, Split split, BlockDataset rows, EvaluationListener listener)
      throws InterruptedException, UnusableDataException {
    TrainerGroup.Evaluations found =
        group.evaluate(rows, new SequentialSampler(rows.size()), listener);
    requireRows(split, rows, found.together());
    for (int i = 0; i < members.size(); i++) {
      Evaluation own = found.members().get(i);
      named(i, () -> requireFinite(epoch, split, own));
    }
    return found;
  }

  /**
   * Checks an evaluation of all rows of a split by a network made of theirs.
   *
   * @throws UnusableDataException where no row counts
   * @throws DivergedException where the loss is not finite
   */
  static void check(int epoch, Split split, BlockDataset rows, Evaluation found)
      throws UnusableDataException {
    requireRows(split, rows, found);
    requireFinite(epoch, split, found);
  }

  private static void requireRows(Split split, BlockDataset rows, Evaluation found)
      throws UnusableDataException {
    if (found.examples() > 0 && found.known() == 0) {
      throw new UnusableDataException(
          OutcomeStatus.BAD_INPUT,
          String.format(
              Locale.ROOT,
              "none of the %,d %s rows is of a class that the training rows have",
              rows.size(),
              split.name().toLowerCase(Locale.ROOT)));
    }
    if (rows.isWeighted() && found.weightSum() == 0) {
      throw new UnusableDataException(
          OutcomeStatus.BAD_INPUT,
          "the weights of all %s %s rows%s are 0"
              .formatted(
                  found.known(),
                  split.name().toLowerCase(Locale.ROOT),
                  found.known() < rows.size() ? " of known classes" : ""));
    }
  }

  private static void requireFinite(int epoch, Split split, Evaluation found) {
    if (!Double.isFinite(found.meanLossPerExample())) {
      throw new DivergedException(
          "%s loss is %s after epoch %s"
              .formatted(
                  split.name().toLowerCase(Locale.ROOT),
                  Double.isNaN(found.meanLossPerExample()) ? "NaN" : "infinite",
                  epoch));
    }
  }

  /** Says which member diverged, where there are several. */
  private void named(int place, Runnable check) {
    try {
      check.run();
    } catch (DivergedException e) {
      throw isSingle() ? e : new DivergedException("member " + place + ": " + e.getMessage());
    }
  }

  @Override
  public void close() {
    group.close();
  }
}
