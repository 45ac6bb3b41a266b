package io.beamgrad.nn;

/**
 * Half the squared error up to a distance of delta, and a straight line beyond: {@code d^2 / 2} or
 * {@code delta * (|d| - delta / 2)} (Huber, 1964).
 */
public final class HuberLoss extends ElementLoss {

  private final float delta;

  /**
   * A loss that turns straight at {@code delta}.
   *
   * @throws IllegalArgumentException if delta is not positive
   */
  public HuberLoss(double delta) {
    super("huberLoss");
    if (!(delta > 0)) {
      throw new IllegalArgumentException("huberLoss: delta must be above 0, was " + delta);
    }
    this.delta = (float) delta;
  }

  @Override
  double value(float output, float target) {
    double distance = Math.abs(output - target);
    return distance <= delta ? distance * distance / 2 : delta * (distance - delta / 2.0);
  }

  @Override
  float slope(float output, float target) {
    return Math.max(-delta, Math.min(delta, output - target));
  }

  @Override
  public String toString() {
    return "HuberLoss(" + delta + ")";
  }
}
