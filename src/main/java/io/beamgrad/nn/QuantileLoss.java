package io.beamgrad.nn;

/**
 * The pinball loss, {@code max(at * (target - output), (at - 1) * (target - output))}: the best
 * output is the quantile {@code at} of the targets (Koenker and Bassett, 1978), such as at 0.9 the
 * number that nine of ten targets are below. Its slope at 0 is 0.
 */
public final class QuantileLoss extends ElementLoss {

  private final double at;

  /**
   * A loss of one quantile.
   *
   * @throws IllegalArgumentException if it is not above 0 and below 1
   */
  public QuantileLoss(double at) {
    super("quantileLoss");
    if (!(at > 0 && at < 1)) {
      throw new IllegalArgumentException("quantileLoss: at must be above 0 and below 1, was " + at);
    }
    this.at = at;
  }

  @Override
  double value(float output, float target) {
    double above = target - output;
    return above >= 0 ? at * above : (at - 1) * above;
  }

  @Override
  float slope(float output, float target) {
    float above = target - output;
    return above == 0 ? 0 : (float) (above > 0 ? -at : 1 - at);
  }

  @Override
  public String toString() {
    return "QuantileLoss(" + at + ")";
  }
}
