package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

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

  Target target();

  /** The mean loss of a batch, one element, with a gradient. */
  Tensor mean(Tensor outputs, Tensor targets);

  /**
   * Computes the loss of each row; a row's loss does not depend on the rows beside it. The mean
   * over many rows is the sum of their losses over the sum of their {@link #weight}s.
   *
   * @param losses filled from index 0, one element a row
   */
  void perExample(Tensor outputs, Tensor targets, double[] losses);

  /** What a row counts in a mean: 1, if classes have no weights. */
  default double weight(Tensor targets, int row) {
    return 1;
  }
}
