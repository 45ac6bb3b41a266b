package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/** How far a model's outputs are from the targets. */
public interface Loss {

  /** What the targets are, which decides the metrics beside the loss. */
  enum Target {
    /** A class number for each row. */
    CLASS,
    /** Numbers for each row. */
    NUMBERS
  }

  Target target();

  /** The mean loss of a batch, one element, with a gradient. */
  Tensor mean(Tensor outputs, Tensor targets);

  /**
   * Computes the loss of each row; a row's loss does not depend on the rows beside it.
   *
   * @param losses filled from index 0, one element a row
   */
  void perExample(Tensor outputs, Tensor targets, double[] losses);
}
