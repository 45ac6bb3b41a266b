package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/** A loss of outputs and scaled targets, of targets that are given in their own unit. */
final class ScaledLoss implements Loss, Replayable {

  private final Loss loss;
  private final TargetScaling scaling;

  /**
   * @throws IllegalArgumentException if the loss is of classes
   */
  ScaledLoss(Loss loss, TargetScaling scaling) {
    if (loss.target() != Target.NUMBERS) {
      throw new IllegalArgumentException(
          "TargetScaling: classes are not scaled, the loss is " + loss);
    }
    this.loss = loss;
    this.scaling = scaling;
  }

  Loss ofScaled() {
    return loss;
  }

  @Override
  public Target target() {
    return Target.NUMBERS;
  }

  @Override
  public Tensor mean(Tensor outputs, Tensor targets, Tensor weights) {
    return loss.mean(outputs, scaling.scaled(targets), weights);
  }

  @Override
  public void perExample(Tensor outputs, Tensor targets, double[] losses) {
    loss.perExample(outputs, scaling.scaled(targets), losses);
  }

  @Override
  public String toString() {
    return loss + " of scaled targets";
  }
}
