package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** How far a model's outputs are from the targets. */
public interface Loss {

  /** What the targets are, which decides the metrics beside the loss. */
  enum Target {
    /** The number of a class for each row; the outputs are a logit for each class. */
    CLASS,
    /** 0 or 1 for each row; the outputs are one logit. */
    BINARY,
    /** Numbers for each row; the outputs are as many. */
    NUMBERS
  }

  /**
   * The target of a row whose class the model has no output for. It is in no mean loss, and no
   * model is trained on it.
   */
  float UNKNOWN_CLASS = -1;

  Target target();

  /** False for a row whose class the model has no output for. */
  default boolean isKnown(Tensor targets, int row) {
    return target() == Target.NUMBERS || targets.data()[row] != UNKNOWN_CLASS;
  }

  /** The mean loss of a batch, one element, with a gradient. */
  default Tensor mean(Tensor outputs, Tensor targets) {
    return mean(outputs, targets, null);
  }

  /**
   * The mean loss of a batch by the weights of its rows, one element, with a gradient: {@code sum(w
   * l) / sum(w)}, where w is a row's weight (times its class's, where classes have weights) and l
   * its loss. A weight of 1 everywhere gives the bits of no weights; a row of weight 0 is as if it
   * were not there, even if its loss is infinite. Where all are 0 the mean is NaN.
   *
   * @param weights {@code [batch]}, finite and at least 0; null for 1 everywhere
   */
  Tensor mean(Tensor outputs, Tensor targets, Tensor weights);

  /**
   * Computes the loss of each row, without its own weight; it does not depend on the rows beside
   * it. The mean over many rows is the sum of their losses, each times the row's own weight, over
   * the {@link #totalWeight}.
   *
   * @param losses filled from index 0, one element a row; 0 of a row of {@link #UNKNOWN_CLASS}
   */
  void perExample(Tensor outputs, Tensor targets, double[] losses);

  /**
   * What a row counts in a mean by its target alone: 1, if classes have no weights; 0 of {@link
   * #UNKNOWN_CLASS}.
   */
  default double weight(Tensor targets, int row) {
    return isKnown(targets, row) ? 1 : 0;
  }

  /**
   * What the rows of a batch count together: what a mean is divided by.
   *
   * @param weights {@code [batch]}; null for 1 everywhere
   */
  default double totalWeight(Tensor targets, Tensor weights) {
    double total = 0;
    for (int r = 0; r < targets.size(0); r++) {
      total += weights == null ? weight(targets, r) : weights.data()[r] * weight(targets, r);
    }
    return total;
  }

  /** Whether a recorded step may repeat this loss, as {@link Module#isReplayable}. */
  static boolean isReplayable(Loss loss) {
    return loss instanceof Replayable
        && (!(loss instanceof ScaledLoss scaled) || isReplayable(scaled.ofScaled()));
  }

  /** What a loss is computed from; null weights are not. */
  static List<Tensor> inputs(Tensor outputs, Tensor targets, Tensor weights) {
    return weights == null ? List.of(outputs, targets) : List.of(outputs, targets, weights);
  }

  /**
   * Checks the shape of weights.
   *
   * @throws IllegalArgumentException if there are not as many as rows
   */
  static void checkWeights(String loss, Tensor outputs, Tensor weights) {
    if (weights != null && (weights.dim() != 1 || weights.size(0) != outputs.size(0))) {
      throw new IllegalArgumentException(
          "%s: weights %s of %s rows: expected [%s]"
              .formatted(loss, Arrays.toString(weights.shape()), outputs.size(0), outputs.size(0)));
    }
  }
}
