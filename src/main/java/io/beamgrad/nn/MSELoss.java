package io.beamgrad.nn;

import io.beamgrad.tensor.Autograd;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The mean squared error, {@code mean((output - target)^2)} over all elements, summed in double in
 * the order of the elements.
 */
public final class MSELoss implements Loss {

  @Override
  public Target target() {
    return Target.NUMBERS;
  }

  /** {@code [batch, ...] and the same -> []}. */
  @Override
  public Tensor mean(Tensor outputs, Tensor targets) {
    checkShapes(outputs, targets);
    int n = outputs.elements();
    Tensor loss = Tensor.zeros();
    return Autograd.record(
        loss,
        List.of(outputs, targets),
        () -> loss.data()[0] = (float) (squares(outputs, targets, 0, n) / n),
        () -> {
          float scale = 2f * loss.gradData()[0] / n;
          if (outputs.requiresGrad()) {
            addDifferences(outputs, outputs, targets, scale);
          }
          if (targets.requiresGrad()) {
            addDifferences(targets, outputs, targets, -scale);
          }
        });
  }

  private static double squares(
      Tensor outputs, Tensor targets, int fromInclusive, int toExclusive) {
    double sum = 0;
    for (int i = fromInclusive; i < toExclusive; i++) {
      float difference = outputs.data()[i] - targets.data()[i];
      sum += (double) difference * difference;
    }
    return sum;
  }

  private static void addDifferences(Tensor to, Tensor outputs, Tensor targets, float scale) {
    float[] d = to.gradData();
    for (int i = 0; i < d.length; i++) {
      d[i] += scale * (outputs.data()[i] - targets.data()[i]);
    }
  }

  @Override
  public void perExample(Tensor outputs, Tensor targets, double[] losses) {
    checkShapes(outputs, targets);
    int rows = outputs.size(0);
    int n = outputs.elements() / rows;
    for (int i = 0; i < rows; i++) {
      losses[i] = squares(outputs, targets, i * n, (i + 1) * n) / n;
    }
  }

  private static void checkShapes(Tensor outputs, Tensor targets) {
    if (!Arrays.equals(outputs.shape(), targets.shape())) {
      throw new IllegalArgumentException(
          "mseLoss: outputs "
              + Arrays.toString(outputs.shape())
              + " and targets "
              + Arrays.toString(targets.shape())
              + " differ in shape");
    }
  }

  @Override
  public String toString() {
    return "MSELoss()";
  }
}
