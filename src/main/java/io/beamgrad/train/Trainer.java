package io.beamgrad.train;

import io.beamgrad.nn.Loss;
import io.beamgrad.nn.Module;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.tensor.RecordedStep;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Trains a model by mini-batches. A plain class for one thread at a time.
 *
 * <p>The step of each batch size is recorded once and replayed, see {@link RecordedStep}; the bits
 * are those of {@code loss.backward(); optimizer.step()}.
 */
public final class Trainer {

  private static final int EVALUATION_ROWS = 1000;
  private static final int EVALUATION_ELEMENTS = 1 << 20;

  private final Module model;
  private final Loss loss;
  private final Optimizer optimizer;
  private final int batchExamples;
  private final Map<Integer, Step> steps = new HashMap<>(); // by rows
  private int epochs;
  private double lastFiniteLoss = Double.NaN;

  /** What an epoch gave; validation is null where there were no rows for it. */
  public record Report(EpochResult training, Evaluation validation) {}

  private record Step(DataLoader.Batch batch, RecordedStep recorded) {}

  public Trainer(Module model, Loss loss, Optimizer optimizer, int batchExamples) {
    if (batchExamples < 1) {
      throw new IllegalArgumentException(
          "Trainer: batchExamples must be at least 1, was " + batchExamples);
    }
    this.model = model;
    this.loss = loss;
    this.optimizer = optimizer;
    this.batchExamples = batchExamples;
  }

  public Module model() {
    return model;
  }

  /** The epochs finished. */
  public int epochs() {
    return epochs;
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
    model.eval();
    DataLoader.Batch one = DataLoader.emptyBatch(dataset, 1);
    int size = Math.max(1, one.inputs().elements());
    int most = Math.max(1, Math.min(EVALUATION_ROWS, EVALUATION_ELEMENTS / size));
    Sampler.RowOrder order = sampler.order(0);
    long[] rows = new long[most];
    Evaluator evaluator = new Evaluator(loss);
    DataLoader.Batch batch = one;
    for (int count = order.next(rows, most); count > 0; count = order.next(rows, most)) {
      checkInterrupted();
      if (batch.rows() != count) {
        batch = DataLoader.emptyBatch(dataset, count);
      }
      dataset.copyRows(rows, count, batch.inputs().data(), batch.targets().data());
      Tensor inputs = batch.inputs();
      evaluator.add(Tensor.noGrad(() -> model.forward(inputs)), batch.targets());
    }
    return evaluator.result();
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
    long start = System.nanoTime();
    model.train();
    Sampler.RowOrder order = sampler.order(epoch);
    long[] rows = new long[batchExamples];
    double lossSum = 0;
    long trained = 0;
    long number = 0;
    for (int count = order.next(rows, batchExamples);
        count > 0;
        count = order.next(rows, batchExamples)) {
      checkInterrupted();
      number++;
      double batchLoss = step(dataset, rows, count, epoch, number);
      trained += count;
      lossSum += batchLoss * count;
      listener.onStep(epoch, number, trained, batchLoss);
    }
    epochs = epoch;
    return new EpochResult(epoch, lossSum / trained, trained, System.nanoTime() - start);
  }

  private double step(Dataset dataset, long[] rows, int count, int epoch, long number) {
    Step step = steps.get(count);
    RecordedStep recorded;
    if (step != null && step.recorded().replayable()) {
      copyRows(dataset, rows, count, step.batch());
      recorded = step.recorded();
      recorded.forward();
    } else {
      DataLoader.Batch batch = DataLoader.emptyBatch(dataset, count);
      copyRows(dataset, rows, count, batch);
      recorded =
          RecordedStep.record(() -> loss.mean(model.forward(batch.inputs()), batch.targets()));
      steps.put(count, new Step(batch, recorded));
    }
    float batchLoss = recorded.loss().item();
    if (!Float.isFinite(batchLoss)) {
      throw new DivergedException(
          batchLoss, epoch, number, optimizer.lr(), batchExamples, lastFiniteLoss);
    }
    lastFiniteLoss = batchLoss;
    optimizer.zeroGrad();
    recorded.backward();
    optimizer.step();
    return batchLoss;
  }

  private static void copyRows(Dataset dataset, long[] rows, int count, DataLoader.Batch batch) {
    dataset.copyRows(rows, count, batch.inputs().data(), batch.targets().data());
  }

  /**
   * Trains until {@code untilEpochs} epochs are finished, counting those before a {@link #restore},
   * and evaluates after each.
   *
   * @param validation null for none
   * @param listener given each epoch's report as soon as it is there
   */
  public List<Report> fit(
      int untilEpochs, DataLoader train, DataLoader validation, Consumer<Report> listener)
      throws InterruptedException {
    List<Report> reports = new ArrayList<>();
    while (epochs < untilEpochs) {
      EpochResult training =
          trainEpoch(epochs + 1, train.dataset(), train.sampler(), StepListener.NONE);
      Evaluation evaluation =
          validation == null ? null : evaluate(validation.dataset(), validation.sampler());
      Report report = new Report(training, evaluation);
      reports.add(report);
      listener.accept(report);
    }
    return reports;
  }

  /** A copy of all that continues this training after an epoch. */
  public TrainerState snapshot() {
    return new TrainerState(epochs, model.stateDict(), optimizer.stateDict(), optimizer.steps());
  }

  /** Continues from a snapshot of a trainer with the same model and optimiser. */
  public void restore(TrainerState state) {
    model.loadStateDict(state.parameters());
    optimizer.loadStateDict(state.optimizerState(), state.optimizerSteps());
    epochs = state.epochs();
    lastFiniteLoss = Double.NaN;
  }

  private static void checkInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("training was interrupted");
    }
  }
}
