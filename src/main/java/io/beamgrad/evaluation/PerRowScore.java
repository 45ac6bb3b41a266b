package io.beamgrad.evaluation;

import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.tensor.Tensor;

/** The score of each single row, for metrics that are means over rows. */
public enum PerRowScore {
  LOSS,
  ACCURACY,
  LOG_LOSS,
  MSE,
  MAE;

  /**
   * The score of each row of a batch times its weight; 0 of a row of weight 0, and of one whose
   * class the model does not know.
   *
   * @param weights {@code [batch]}; null for 1
   */
  double[] values(Loss loss, Tensor outputs, Tensor targets, Tensor weights) {
    int rows = outputs.size(0);
    int size = rows == 0 ? 0 : outputs.elements() / rows;
    double[] values = new double[rows];
    if (this == LOSS) {
      loss.perExample(outputs, targets, values);
    } else {
      for (int row = 0; row < rows; row++) {
        values[row] =
            loss.isKnown(targets, row) ? value(loss, outputs.data(), targets.data(), row, size) : 0;
      }
    }
    for (int row = 0; row < rows && weights != null; row++) {
      double weight = weights.data()[row];
      values[row] = weight == 0 ? 0 : weight * values[row];
    }
    return values;
  }

  private double value(Loss loss, float[] outputs, float[] targets, int row, int size) {
    int from = row * size;
    return switch (this) {
      case ACCURACY -> Logits.isRight(loss.target(), outputs, from, size, targets[row]) ? 1 : 0;
      case LOG_LOSS ->
          Logits.logLoss(Logits.logOdds(outputs, from, size), targets[row] > 0.5f ? 1 : 0);
      case MSE, MAE -> error(outputs, targets, from, size);
      case LOSS -> throw new IllegalStateException("the loss is of whole batches");
    };
  }

  private double error(float[] outputs, float[] targets, int from, int size) {
    double sum = 0;
    for (int i = from; i < from + size; i++) {
      double error = outputs[i] - targets[i];
      sum += this == MSE ? error * error : Math.abs(error);
    }
    return sum / size;
  }
}
