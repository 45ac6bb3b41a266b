package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/** The losses as functions, as {@code torch.nn.functional} has them; all are means. */
public final class Functional {

  private Functional() {}

  /** The mean squared error over all elements. */
  public static Tensor mseLoss(Tensor outputs, Tensor targets) {
    return new MSELoss().mean(outputs, targets);
  }

  /** The mean absolute error over all elements. */
  public static Tensor l1Loss(Tensor outputs, Tensor targets) {
    return new L1Loss().mean(outputs, targets);
  }

  /** Huber's loss with a delta of 1, over all elements. */
  public static Tensor huberLoss(Tensor outputs, Tensor targets) {
    return new HuberLoss(1).mean(outputs, targets);
  }

  /** The mean binary cross entropy of logits and targets from 0 to 1. */
  public static Tensor binaryCrossEntropyWithLogits(Tensor logits, Tensor targets) {
    return new BCEWithLogitsLoss().mean(logits, targets);
  }

  /** The mean cross entropy of logits {@code [batch, classes]} and labels {@code [batch]}. */
  public static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return new CrossEntropyLoss().mean(logits, labels);
  }
}
