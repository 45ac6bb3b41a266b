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
   * The score of each row of a batch; for LOSS it is multiplied by the weight of the row.
   *
   * @param weights {@code [batch]}; null for 1
   */
  double[] values(Loss loss, Tensor outputs, Tensor targets, Tensor weights) {
    int rows = outputs.size(0);
    int size = rows == 0 ? 0 : outputs.elements() / rows;
    double[] values = new double[rows];
    if (this == LOSS) {
      loss.perExample(outputs, targets, values);
      for (int row = 0; row < rows && weights != null; row++) {
        float own = weights.data()[row];
        values[row] = own == 0 ? 0 : own * values[row];
      }
      return values;
    }
    float[] out = outputs.data();
    for (int row = 0; row < rows; row++) {
      float target = targets.data()[row];
      values[row] =
          switch (this) {
            case ACCURACY -> Logits.isRight(loss.target(), out, row * size, size, target) ? 1 : 0;
            case LOG_LOSS ->
                Logits.logLoss(Logits.logOdds(out, row * size, size), target > 0.5f ? 1 : 0);
            case MSE, MAE -> error(out, targets.data(), row * size, size);
            case LOSS -> throw new IllegalStateException("the loss has been returned");
          };
    }
    return values;
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
