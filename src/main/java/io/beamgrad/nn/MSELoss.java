package io.beamgrad.nn;

/** The mean squared error, {@code mean((output - target)^2)}. */
public final class MSELoss extends ElementLoss {

  public MSELoss() {
    super("mseLoss");
  }

  @Override
  double value(float output, float target) {
    double difference = output - target;
    return difference * difference;
  }

  @Override
  float slope(float output, float target) {
    return 2f * (output - target);
  }

  @Override
  public String toString() {
    return "MSELoss()";
  }
}
