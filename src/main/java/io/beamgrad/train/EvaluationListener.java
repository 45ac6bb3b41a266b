package io.beamgrad.train;

import io.beamgrad.tensor.Tensor;

/** Is shown the batches of an evaluation, in the order of the rows. */
@FunctionalInterface
public interface EvaluationListener {

  /** Looks at nothing. */
  EvaluationListener NONE = (outputs, targets, weights) -> {};

  /**
   * Looks at a batch.
   *
   * @param outputs of the model, {@code [batch, ...]}; not to be kept
   * @param targets {@code [batch, ...]}; not to be kept
   * @param weights {@code [batch]}, what each row counts; null for 1; not to be kept
   */
  void onBatch(Tensor outputs, Tensor targets, Tensor weights);

  /** Shows each batch to this one, and then to another. */
  default EvaluationListener and(EvaluationListener other) {
    return (outputs, targets, weights) -> {
      onBatch(outputs, targets, weights);
      other.onBatch(outputs, targets, weights);
    };
  }
}
