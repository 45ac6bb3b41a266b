package io.beamgrad.nn;

import io.beamgrad.tensor.Autograd;
import io.beamgrad.tensor.FloatMath;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The cross entropy of logits and class labels, {@code mean(-log(softmax(logits)[label]))}, without
 * overflow, in one operation. The rows' losses are summed in double in their order.
 */
public final class CrossEntropyLoss implements Loss {

  @Override
  public Target target() {
    return Target.CLASS;
  }

  /** {@code [batch, classes] and [batch] -> []}. */
  @Override
  public Tensor mean(Tensor outputs, Tensor targets) {
    checkShapes(outputs, targets);
    int rows = outputs.size(0);
    float[] exps = new float[outputs.elements()]; // (rows, classes)
    float[] sums = new float[rows];
    double[] losses = new double[rows];
    Tensor loss = Tensor.zeros();
    return Autograd.record(
        loss,
        List.of(outputs, targets),
        () -> {
          forward(outputs, targets, exps, sums, losses);
          double sum = 0;
          for (double rowLoss : losses) {
            sum += rowLoss;
          }
          loss.data()[0] = (float) (sum / rows);
        },
        () -> backward(outputs, targets, exps, sums, loss.gradData()[0] / rows));
  }

  private static void forward(
      Tensor outputs, Tensor targets, float[] exps, float[] sums, double[] losses) {
    int rows = outputs.size(0);
    int classes = outputs.size(1);
    float[] x = outputs.data();
    for (int r = 0; r < rows; r++) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = r * classes; i < (r + 1) * classes; i++) {
        largest = Math.max(largest, x[i]);
      }
      for (int i = r * classes; i < (r + 1) * classes; i++) {
        exps[i] = x[i] - largest;
      }
      losses[r] = -exps[r * classes + label(targets, r, classes)];
    }
    Kernels kernels = Kernels.current();
    kernels.exp(exps, 0, exps, 0, rows * classes, 0f);
    for (int r = 0; r < rows; r++) {
      sums[r] = kernels.sum(exps, r * classes, classes);
    }
    for (int r = 0; r < rows; r++) {
      losses[r] += FloatMath.log(sums[r]);
    }
  }

  /** The gradient of a row is softmax(logits) less 1 at the label. */
  private static void backward(
      Tensor outputs, Tensor targets, float[] exps, float[] sums, float scale) {
    int rows = outputs.size(0);
    int classes = outputs.size(1);
    float[] d = outputs.gradData();
    for (int r = 0; r < rows; r++) {
      float share = scale / sums[r];
      for (int i = r * classes; i < (r + 1) * classes; i++) {
        d[i] = Math.fma(exps[i], share, d[i]);
      }
      d[r * classes + label(targets, r, classes)] -= scale;
    }
  }

  private static int label(Tensor targets, int row, int classes) {
    float value = targets.data()[row];
    int label = (int) value;
    if (label != value || label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "crossEntropy: label "
              + value
              + " of row "
              + row
              + " is not a class from 0 to "
              + (classes - 1));
    }
    return label;
  }

  @Override
  public void perExample(Tensor outputs, Tensor targets, double[] losses) {
    checkShapes(outputs, targets);
    forward(outputs, targets, new float[outputs.elements()], new float[outputs.size(0)], losses);
  }

  private static void checkShapes(Tensor outputs, Tensor targets) {
    if (outputs.dim() != 2 || targets.dim() != 1 || outputs.size(0) != targets.size(0)) {
      throw new IllegalArgumentException(
          "crossEntropy: logits "
              + Arrays.toString(outputs.shape())
              + " and labels "
              + Arrays.toString(targets.shape())
              + ": expected [batch, classes] and [batch]");
    }
  }

  @Override
  public String toString() {
    return "CrossEntropyLoss()";
  }
}
