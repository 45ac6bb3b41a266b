package io.beamgrad.train;

import io.beamgrad.nn.Loss;
import io.beamgrad.nn.Module;
import java.util.ArrayDeque;

/** Measures a model on data sets, in evaluation mode. For one thread at a time. */
public final class ModelEvaluator {
  private static final int ROWS = 1000;
  private static final int ELEMENTS = 1 << 20;

  private final Module model;
  private final Loss loss;
  private final ForwardPasses passes;

  public ModelEvaluator(Module model, Loss loss) {
    this.model = model;
    this.loss = loss;
    this.passes = new ForwardPasses(model);
  }

  /**
   * Loss and metrics over a sampler's rows, in the order of its epoch 0.
   *
   * @param prepareAhead whether batches are copied on a second thread; the bits do not depend on it
   * @param listener is shown each batch
   * @throws InterruptedException if this thread is interrupted; looked at before each batch
   */
  public Evaluation of(
      Dataset dataset, Sampler sampler, boolean prepareAhead, EvaluationListener listener)
      throws InterruptedException {
    model.eval();
    Evaluator evaluator = new Evaluator(loss);
    // Its batches are large: their arrays are not kept.
    try (BatchFeed feed =
        new BatchFeed(
            dataset, sampler.order(0), rowsAtOnce(dataset), prepareAhead, new ArrayDeque<>())) {
      for (RowBatch next = feed.next(); next != null; next = feed.next()) {
        Trainer.checkInterrupted();
        ForwardPasses.Pass pass = passes.forward(dataset, next);
        evaluator.add(pass.outputs(), pass.batch().targets(), pass.batch().weights());
        listener.onBatch(pass.outputs(), pass.batch().targets(), pass.batch().weights());
      }
    }
    return evaluator.result();
  }

  /** The rows of a batch of which nothing is learned. */
  static int rowsAtOnce(Dataset dataset) {
    if (dataset.isSparse()) {
      return ROWS;
    }
    int inputSize = 1;
    for (int size : dataset.inputShape()) {
      inputSize = Math.max(1, inputSize * size);
    }
    return Math.max(1, Math.min(ROWS, ELEMENTS / inputSize));
  }
}
