package io.beamgrad.train;

import io.beamgrad.nn.Loss;
import io.beamgrad.tensor.Tensor;

/**
 * Gathers loss and metrics over batches of outputs. Everything is computed row by row and summed in
 * double in the order of the rows, so that the size of the batches does not change a bit.
 */
final class Evaluator {

  private final Loss loss;
  private double[] losses = new double[0];
  private double lossSum;
  private long hits;
  private double squares;
  private double absolutes;
  private long numbers;
  private long examples;

  Evaluator(Loss loss) {
    this.loss = loss;
  }

  void add(Tensor outputs, Tensor targets) {
    int rows = outputs.size(0);
    if (losses.length < rows) {
      losses = new double[rows];
    }
    loss.perExample(outputs, targets, losses);
    for (int r = 0; r < rows; r++) {
      lossSum += losses[r];
    }
    examples += rows;
    switch (loss.target()) {
      case CLASS -> addHits(outputs, targets);
      case NUMBERS -> addErrors(outputs.data(), targets.data());
    }
  }

  private void addHits(Tensor outputs, Tensor targets) {
    int classes = outputs.size(1);
    float[] x = outputs.data();
    for (int r = 0; r < outputs.size(0); r++) {
      int best = 0;
      for (int i = 1; i < classes; i++) {
        best = x[r * classes + i] > x[r * classes + best] ? i : best;
      }
      hits += best == (int) targets.data()[r] ? 1 : 0;
    }
  }

  private void addErrors(float[] outputs, float[] targets) {
    for (int i = 0; i < outputs.length; i++) {
      double error = (double) outputs[i] - targets[i];
      squares += error * error;
      absolutes += Math.abs(error);
    }
    numbers += outputs.length;
  }

  Evaluation result() {
    boolean classes = loss.target() == Loss.Target.CLASS;
    return new Evaluation(
        lossSum / examples,
        classes ? (double) hits / examples : null,
        classes ? null : squares / numbers,
        classes ? null : absolutes / numbers,
        examples);
  }
}
