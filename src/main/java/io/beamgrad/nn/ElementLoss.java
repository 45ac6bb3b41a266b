package io.beamgrad.nn;

import io.beamgrad.tensor.Autograd;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;

/**
 * A loss that is the mean of a function of each output and its target, over all elements, each
 * counted by its row's weight, summed in double in the order of the elements. Outputs {@code
 * [batch, 1]} go with targets {@code [batch]} too.
 */
abstract class ElementLoss implements Loss, Replayable {

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
  public final Tensor mean(Tensor outputs, Tensor targets, Tensor weights) {
    checkShapes(outputs, targets);
    Loss.checkWeights(name, outputs, weights);
    int rows = outputs.dim() == 0 ? 1 : outputs.size(0);
    int size = rows == 0 ? 0 : outputs.elements() / rows; // of a row
    Tensor loss = Tensor.zeros();
    return Autograd.record(
        loss,
        Loss.inputs(outputs, targets, weights),
        () -> {
          double sum =
              weights == null
                  ? sum(outputs, targets, 0, rows * size)
                  : weightedSum(outputs, targets, weights.data(), rows, size);
          loss.data()[0] = (float) (sum / elements(weights, rows, size));
        },
        () -> {
          if (outputs.requiresGrad()) {
            float share = loss.gradData()[0] / (float) elements(weights, rows, size);
            backward(outputs, targets, weights, share, rows, size);
          }
        });
  }

  /** The number of elements, each counted by its row's weight. */
  private static double elements(Tensor weights, int rows, int size) {
    if (weights == null) {
      return (double) rows * size;
    }
    double total = 0;
    for (int r = 0; r < rows; r++) {
      total += weights.data()[r];
    }
    return total * size;
  }

  private double weightedSum(Tensor outputs, Tensor targets, float[] weights, int rows, int size) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      if (weights[r] != 0) {
        for (int i = r * size; i < (r + 1) * size; i++) {
          sum += weights[r] * value(outputs.data()[i], targets.data()[i]);
        }
      }
    }
    return sum;
  }

  private void backward(
      Tensor outputs, Tensor targets, Tensor weights, float share, int rows, int size) {
    float[] d = outputs.gradData();
    for (int r = 0; r < rows; r++) {
      float own = weights == null ? share : share * weights.data()[r];
      if (own != 0) {
        for (int i = r * size; i < (r + 1) * size; i++) {
          d[i] += own * slope(outputs.data()[i], targets.data()[i]);
        }
      }
    }
  }

  @Override
  public final void perExample(Tensor outputs, Tensor targets, double[] losses) {
    checkShapes(outputs, targets);
    int rows = outputs.size(0);
    int n = outputs.elements() / Math.max(1, rows);
    for (int i = 0; i < rows; i++) {
      losses[i] = isKnown(targets, i) ? sum(outputs, targets, i * n, (i + 1) * n) / n : 0;
    }
  }

  private double sum(Tensor outputs, Tensor targets, int fromInclusive, int toExclusive) {
    double sum = 0;
    for (int i = fromInclusive; i < toExclusive; i++) {
      sum += value(outputs.data()[i], targets.data()[i]);
    }
    return sum;
  }

  /** Without the copies of shapes, as a step allocates nothing. */
  private static boolean isSameShape(Tensor one, Tensor other) {
    boolean same = one.dim() == other.dim();
    for (int d = 0; same && d < one.dim(); d++) {
      same = one.size(d) == other.size(d);
    }
    return same;
  }

  private void checkShapes(Tensor outputs, Tensor targets) {
    boolean column =
        outputs.dim() == 2
            && targets.dim() == 1
            && outputs.size(1) == 1
            && outputs.size(0) == targets.size(0);
    if (!column && !isSameShape(outputs, targets)) {
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
