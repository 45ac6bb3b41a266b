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
    return Math.max(x, 0) - x * target + FloatMath.logOnePlus(FloatMath.exp(-Math.abs(output)));
  }

  @Override
  float slope(float output, float target) {
    return FloatMath.sigmoid(output) - target;
  }

  @Override
  public String toString() {
    return "BCEWithLogitsLoss()";
  }
}
