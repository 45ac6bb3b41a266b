package io.beamgrad.nn;

import io.beamgrad.tensor.FloatMath;

/**
 * The binary cross entropy of logits and targets from 0 to 1, {@code -(y log(s) + (1 - y) log(1 -
 * s))} with {@code s = sigmoid(x)}, without overflow.
 */
public final class BCEWithLogitsLoss extends ElementLoss {

  public BCEWithLogitsLoss() {
    super("binaryCrossEntropyWithLogits");
  }

  @Override
  public Target target() {
    return Target.BINARY;
  }

  @Override
  double value(float output, float target) {
    double x = output;
    return Math.max(x, 0) - x * target + FloatMath.softplus(-Math.abs(output));
  }

  /** sigmoid(x) - y as (1 - y) sigmoid(x) - y sigmoid(-x), which keeps small ones' digits. */
  @Override
  float slope(float output, float target) {
    float exp = FloatMath.exp(-Math.abs(output));
    float nearer = 1f / (1f + exp);
    float farther = exp * nearer;
    return output >= 0
        ? (1f - target) * nearer - target * farther
        : (1f - target) * farther - target * nearer;
  }

  @Override
  public String toString() {
    return "BCEWithLogitsLoss()";
  }
}
