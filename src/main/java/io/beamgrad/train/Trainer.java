package io.beamgrad.train;

import io.beamgrad.nn.Loss;
import io.beamgrad.nn.Module;
import io.beamgrad.optim.Gradients;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.optim.Schedule;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Trains a model by mini-batches. A plain class for one thread at a time.
 *
 * <p>A step has the bits of {@code loss.backward(); optimizer.step()}, in training mode whatever a
 * listener did in between. Where model and loss consist of this library's own classes it is {@link
 * #replaysSteps recorded and replayed}, which allocates nothing. A module or a loss of the user's
 * own runs in each step, as it is written.
 *
 * <p>Where the model ends with {@link io.beamgrad.nn.TargetScaling}, targets are scaled for what is
 * minimised; all losses that are told are in the targets' unit.
 *
 * <p>Where rows have weights the loss is {@link Loss#mean(Tensor, Tensor, Tensor)} by them. A batch
 * whose weights sum to 0 makes no step.
 *
 * <p>Of sparse rows a step takes time for their values, as far as everything else allows it: {@link
 * io.beamgrad.optim.SGD} without momentum and weight decay does, clipping too; any other optimiser,
 * and a penalty, changes every weight in every step.
 */
public final class Trainer {

  private final Module model;
  private final Loss loss;
  private final Optimizer optimizer;
  private final List<Tensor> parameters;
  private final double initialLr;
  private final int batchExamples;
  private final Deque<BatchFeed.Prepared> batchArrays = new ArrayDeque<>(); // between epochs
  private Dataset batchArraysOf;
  private final TrainingSteps steps;
  private final ModelEvaluator evaluations;
  private boolean prepareAhead = Runtime.getRuntime().availableProcessors() > 1;
  private Schedule schedule; // null for a rate that the optimiser's owner sets
  private Count scheduleCount = Count.EPOCHS;
  private long stepsBefore; // of trainings whose optimiser's state this one goes on with
  private double l1;
  private double l2;
  private double clipGradNorm = Double.POSITIVE_INFINITY;
  private List<float[]> anchors = List.of(); // of the parameters; none where nothing pulls them
  private double pull;
  private EarlyStopping earlyStopping; // null for none
  private int epochs;
  private double lastFiniteLoss = Double.NaN;

  /** What an epoch gave; validation is null where there were no rows for it. */
  public record Report(EpochResult training, Evaluation validation) {}

  /**
   * A trainer of a model.
   *
   * @throws IllegalStateException if a part of the model is not registered, see {@link
   *     Module#namedParameters}; looked at again after the first forward of each epoch
   */
  public Trainer(Module model, Loss loss, Optimizer optimizer, int batchExamples) {
    if (batchExamples < 1) {
      throw new IllegalArgumentException(
          "Trainer: batchExamples must be at least 1, was " + batchExamples);
    }
    this.model = model;
    this.loss = loss;
    this.optimizer = optimizer;
    this.parameters = model.parameters();
    this.initialLr = optimizer.lr();
    this.batchExamples = batchExamples;
    this.steps = new TrainingSteps(model, loss, parameters);
    this.evaluations = new ModelEvaluator(model, loss);
  }

  /**
   * Whether steps are recorded once and replayed: where {@link Module#isReplayable} and {@link
   * Loss#isReplayable} say so.
   */
  public boolean replaysSteps() {
    return steps.replays();
  }

  public Module model() {
    return model;
  }

  /** The rate that a schedule begins with. */
  public double initialLr() {
    return initialLr;
  }

  /** The learning rate of the last step. */
  public double lr() {
    return optimizer.lr();
  }

  /** Rows in a batch; the last of an epoch may have fewer. */
  public int batchExamples() {
    return batchExamples;
  }

  /** The epochs finished. */
  public int epochs() {
    return epochs;
  }

  /** How often a schedule's count goes up. */
  public enum Count {
    EPOCHS,
    STEPS
  }

  /**
   * Sets the learning rate before each step, from the one that the optimiser was made with. Steps
   * are counted from the number that the optimiser has made by now.
   */
  public void setSchedule(Schedule newSchedule, Count newCount) {
    schedule = newSchedule;
    scheduleCount = newCount;
    stepsBefore = optimizer.steps();
  }

  /**
   * Adds {@code l1 * sum(|w|) + l2 / 2 * sum(w^2)} to what is minimised, not to what is reported.
   */
  public void setPenalty(double newL1, double newL2) {
    if (!(newL1 >= 0 && newL2 >= 0)) {
      throw new IllegalArgumentException(
          "penalty: l1 and l2 must be at least 0, were " + newL1 + " and " + newL2);
    }
    l1 = newL1;
    l2 = newL2;
  }

  /**
   * Pulls the parameters to what they are now: adds {@code strength / 2 * sum((w - now)^2)} to what
   * is minimised, not to what is reported.
   */
  public void setPull(double strength) {
    if (!(strength >= 0 && strength < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "pull: strength must be finite and at least 0, was " + strength);
    }
    pull = strength;
    anchors =
        strength == 0
            ? List.of()
            : parameters.stream().map(parameter -> parameter.data().clone()).toList();
  }

  /** Scales gradients down to this common norm, after penalties; infinite for no bound. */
  public void setClipGradNorm(double maxNorm) {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException("clipGradNorm must be above 0, was " + maxNorm);
    }
    clipGradNorm = maxNorm;
  }

  /** Lets {@link #fit} end early on the validation rows, and leave the best epoch's weights. */
  public void setEarlyStopping(EarlyStopping newEarlyStopping) {
    earlyStopping = newEarlyStopping;
  }

  /**
   * The last epoch that was better on the validation rows than all before it; without early
   * stopping the last one.
   */
  public int betterEpoch() {
    return earlyStopping == null ? epochs : earlyStopping.state().betterEpoch();
  }

  /**
   * Whether batches are copied on a second thread while the ones before are trained on, as they are
   * where there is more than one processor. The bits do not depend on it.
   */
  public void setPrepareAhead(boolean ahead) {
    prepareAhead = ahead;
  }

  /** The mean loss of a batch; nothing is trained. */
  public float lossBatch(Tensor inputs, Tensor targets) {
    model.eval();
    return Tensor.noGrad(() -> loss.mean(model.forward(inputs), targets)).item();
  }

  /** Loss and metrics over all rows of a data set. */
  public Evaluation evaluate(Dataset dataset) throws InterruptedException {
    return evaluate(dataset, new SequentialSampler(dataset.size()));
  }

  /** Loss and metrics over a sampler's rows, in the order of its epoch 0. */
  public Evaluation evaluate(Dataset dataset, Sampler sampler) throws InterruptedException {
    return evaluate(dataset, sampler, EvaluationListener.NONE);
  }

  /** The same, and shows each batch to a listener. */
  public Evaluation evaluate(Dataset dataset, Sampler sampler, EvaluationListener listener)
      throws InterruptedException {
    return evaluations.of(dataset, sampler, prepareAhead, listener);
  }

  /**
   * Trains on a sampler's rows for one epoch.
   *
   * @param epoch the number of the epoch, which with the sampler decides the order
   * @throws DivergedException if the loss of a batch is NaN or infinite; the weights are those
   *     after the batch before
   * @throws InterruptedException if this thread is interrupted; looked at before each step
   */
  public EpochResult trainEpoch(int epoch, Dataset dataset, Sampler sampler, StepListener listener)
      throws InterruptedException {
    EpochPass pass = beginEpoch(epoch, dataset);
    if (dataset != batchArraysOf) {
      batchArrays.clear();
      batchArraysOf = dataset;
    }
    try (BatchFeed feed =
        new BatchFeed(dataset, sampler.order(epoch), batchExamples, prepareAhead, batchArrays)) {
      for (RowBatch next = feed.next(); next != null; next = feed.next()) {
        pass.train(next, listener);
      }
    }
    return pass.end();
  }

  /** An epoch to which a caller gives its batches. */
  EpochPass beginEpoch(int epoch, Dataset dataset) {
    steps.beginEpoch(dataset);
    return new EpochPass(epoch, dataset);
  }

  /** An epoch that is being trained. */
  final class EpochPass {
    private final int epoch;
    private final Dataset dataset;
    private final long start = System.nanoTime();
    private double lossSum;
    private double hits; // what rows weigh whose class was predicted
    private double weightSum;
    private long trained;
    private long number;

    private EpochPass(int epoch, Dataset dataset) {
      this.epoch = epoch;
      this.dataset = dataset;
    }

    /** Trains on the next batch. */
    void train(RowBatch next, StepListener listener) throws InterruptedException {
      checkInterrupted();
      number++;
      trained += next.rows();
      double weight = dataset.isWeighted() ? sum(next.weights()) : next.rows();
      if (weight != 0) {
        TrainingSteps.Step step = step(dataset, next, epoch, number);
        double batchLoss = lastFiniteLoss; // that of this step
        hits +=
            Evaluator.hits(
                loss.target(), step.outputs(), step.batch().targets(), step.batch().weights());
        weightSum += weight;
        lossSum += batchLoss * weight;
        listener.onStep(epoch, number, trained, batchLoss);
      }
    }

    /** To be called after the last batch. */
    EpochResult end() {
      epochs = epoch;
      return new EpochResult(
          epoch,
          lossSum / weightSum,
          loss.target() == Loss.Target.NUMBERS ? null : hits / weightSum,
          trained,
          System.nanoTime() - start,
          dataset.isWeighted() ? weightSum : null);
    }
  }

  private static double sum(float[] weights) {
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    return sum;
  }

  private TrainingSteps.Step step(Dataset dataset, RowBatch prepared, int epoch, long number) {
    long done = optimizer.steps();
    model.train();
    model.beginStep(done);
    if (schedule != null) {
      long count = scheduleCount == Count.EPOCHS ? epoch - 1L : done - stepsBefore;
      optimizer.setLr(schedule.lr(initialLr, count));
    }
    TrainingSteps.Step step = steps.forward(dataset, prepared);
    float minimised = step.loss().item();
    if (!Float.isFinite(minimised)) {
      throw new DivergedException(
          minimised, epoch, number, optimizer.lr(), batchExamples, lastFiniteLoss);
    }
    double batchLoss = steps.meanLoss(step);
    lastFiniteLoss = batchLoss;
    optimizer.zeroGrad();
    step.backward();
    if (l1 != 0 || l2 != 0) {
      Gradients.addPenalty(parameters, l1, l2);
    }
    if (pull != 0) {
      Gradients.addPull(parameters, anchors, pull);
    }
    if (clipGradNorm < Double.POSITIVE_INFINITY) {
      Gradients.clipGradNorm(parameters, clipGradNorm);
    }
    optimizer.step();
    return step;
  }

  /**
   * Trains for so many epochs more, and evaluates after each. Numbers of epochs, and with them the
   * order of rows and the schedule, go on from the last call or {@link #restore}: two times 5
   * epochs are 10.
   *
   * <p>With {@link #setEarlyStopping} they are fewer if the validation says so, and each call ends
   * with the weights of the best epoch so far, from which the next one goes on.
   *
   * @param validation null for none
   * @param listener given each epoch's report as soon as it is there
   * @throws IllegalArgumentException if the number is negative
   * @throws IllegalStateException if early stopping has ended the training already
   */
  public List<Report> fit(
      int moreEpochs, DataLoader train, DataLoader validation, Consumer<Report> listener)
      throws InterruptedException {
    requireEpochsLeft(moreEpochs);
    int last = Math.addExact(epochs, moreEpochs);
    List<Report> reports = new ArrayList<>();
    while (epochs < last) {
      EpochResult training =
          trainEpoch(epochs + 1, train.dataset(), train.sampler(), StepListener.NONE);
      Evaluation evaluation =
          validation == null ? null : evaluate(validation.dataset(), validation.sampler());
      Report report = new Report(training, evaluation);
      reports.add(report);
      listener.accept(report);
      if (evaluation != null) {
        endEpoch(evaluation);
      }
      if (shouldStop()) {
        break;
      }
    }
    loadBest();
    return reports;
  }

  /**
   * Shows early stopping, where it is set, the validation of the epoch that has just ended.
   *
   * @return true where the weights of now are those that early stopping keeps
   */
  public boolean endEpoch(Evaluation validation) {
    if (earlyStopping == null) {
      return false;
    }
    earlyStopping.update(epochs, earlyStopping.score(validation), model::stateDict);
    return earlyStopping.state().bestEpoch() == epochs;
  }

  /** True where early stopping is set and ends the training. */
  public boolean shouldStop() {
    return earlyStopping != null && earlyStopping.shouldStop();
  }

  /**
   * Loads the weights of the best epoch, where early stopping has one.
   *
   * @return the epoch whose weights the model has
   */
  public int loadBest() {
    if (earlyStopping == null || earlyStopping.state().bestEpoch() == 0) {
      return epochs;
    }
    model.loadStateDict(earlyStopping.state().bestParameters());
    return earlyStopping.state().bestEpoch();
  }

  private void requireEpochsLeft(int moreEpochs) {
    if (moreEpochs < 0) {
      throw new IllegalArgumentException("fit: epochs must be at least 0, were " + moreEpochs);
    }
    if (moreEpochs > 0 && shouldStop()) {
      throw new IllegalStateException(
          ("fit: early stopping ended this training after epoch %s, the best was %s;"
                  + " set another EarlyStopping to train on")
              .formatted(earlyStopping.state().lastEpoch(), earlyStopping.state().bestEpoch()));
    }
  }

  /** A copy of all that continues this training after an epoch. */
  public TrainerState snapshot() {
    return new TrainerState(
        epochs,
        model.stateDict(),
        optimizer.stateDict(),
        optimizer.steps(),
        earlyStopping == null ? null : earlyStopping.state());
  }

  /** Continues from a snapshot of a trainer with the same model, optimiser and early stopping. */
  public void restore(TrainerState state) {
    model.loadStateDict(state.parameters());
    optimizer.loadStateDict(state.optimizerState(), state.optimizerSteps());
    epochs = state.epochs();
    if (earlyStopping != null && state.earlyStopping() != null) {
      earlyStopping.restore(state.earlyStopping());
    }
    lastFiniteLoss = Double.NaN;
  }

  static void checkInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("training was interrupted");
    }
  }
}
