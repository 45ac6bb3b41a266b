package io.beamgrad.nn;

import io.beamgrad.tensor.Autograd;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * A loss that is the mean of a function of each output and its target, over all elements, summed in
 * double in the order of the elements. Outputs {@code [batch, 1]} go with targets {@code [batch]}
 * too.
 */
abstract class ElementLoss implements Loss {

  private final String name;

  ElementLoss(String name) {
    this.name = name;
  }

  /** The loss of an element. */
  abstract double value(float output, float target);

  /** Its derivative with respect to the output. */
  abstract float slope(float output, float target);

  @Override
  public Target target() {
    return Target.NUMBERS;
  }

  @Override
  public final Tensor mean(Tensor outputs, Tensor targets) {
    checkShapes(outputs, targets);
    int n = outputs.elements();
    Tensor loss = Tensor.zeros();
    return Autograd.record(
        loss,
        List.of(outputs, targets),
        () -> loss.data()[0] = (float) (sum(outputs, targets, 0, n) / n),
        () -> {
          if (outputs.requiresGrad()) {
            float[] d = outputs.gradData();
            float share = loss.gradData()[0] / n;
            for (int i = 0; i < n; i++) {
              d[i] += share * slope(outputs.data()[i], targets.data()[i]);
            }
          }
        });
  }

  @Override
  public final void perExample(Tensor outputs, Tensor targets, double[] losses) {
    checkShapes(outputs, targets);
    int rows = outputs.size(0);
    int n = outputs.elements() / Math.max(1, rows);
    for (int i = 0; i < rows; i++) {
      losses[i] = sum(outputs, targets, i * n, (i + 1) * n) / n;
    }
  }

  private double sum(Tensor outputs, Tensor targets, int fromInclusive, int toExclusive) {
    double sum = 0;
    for (int i = fromInclusive; i < toExclusive; i++) {
      sum += value(outputs.data()[i], targets.data()[i]);
    }
    return sum;
  }

  private void checkShapes(Tensor outputs, Tensor targets) {
    boolean column =
        outputs.dim() == 2
            && targets.dim() == 1
            && outputs.size(1) == 1
            && outputs.size(0) == targets.size(0);
    if (!column && !Arrays.equals(outputs.shape(), targets.shape())) {
      throw new IllegalArgumentException(
          name
              + ": outputs "
              + Arrays.toString(outputs.shape())
              + " and targets "
              + Arrays.toString(targets.shape())
              + " differ in shape");
    }
    if (targets.requiresGrad()) {
      throw new IllegalArgumentException(name + ": the targets must not require grad");
    }
  }
}
