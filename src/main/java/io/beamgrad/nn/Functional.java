package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/** The losses as functions, as {@code torch.nn.functional} has them. */
public final class Functional {

  private Functional() {}

  /** The mean squared error over all elements. */
  public static Tensor mseLoss(Tensor outputs, Tensor targets) {
    return new MSELoss().mean(outputs, targets);
  }

  /** The mean cross entropy of logits {@code [batch, classes]} and labels {@code [batch]}. */
  public static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return new CrossEntropyLoss().mean(logits, labels);
  }
}
