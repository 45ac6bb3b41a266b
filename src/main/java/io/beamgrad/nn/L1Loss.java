package io.beamgrad.nn;

/** The mean absolute error, {@code mean(|output - target|)}; the slope at 0 is 0. */
public final class L1Loss extends ElementLoss {

  public L1Loss() {
    super("l1Loss");
  }

  @Override
  double value(float output, float target) {
    return Math.abs(output - target);
  }

  @Override
  float slope(float output, float target) {
    return Math.signum(output - target);
  }

  @Override
  public String toString() {
    return "L1Loss()";
  }
}
