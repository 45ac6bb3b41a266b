package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/**
 * The last module of a calibrated model of classes: in evaluation mode the logits are divided by a
 * temperature, so that their probabilities are as often right as they say (Guo et al., "On
 * Calibration of Modern Neural Networks", ICML 2017); which class is the most probable stays, but
 * for ties by rounding. In training mode they pass as they are.
 */
public final class Temperature extends StatelessModule {
  private final float temperature;

  /**
   * @throws IllegalArgumentException if the temperature is not finite and above 0
   */
  public Temperature(float temperature) {
    this.temperature = checked(temperature);
  }

  static float checked(float temperature) {
    if (!(temperature > 0 && Float.isFinite(temperature))) {
      throw new IllegalArgumentException(
          "Temperature: must be finite and above 0, was " + temperature);
    }
    return temperature;
  }

  @Override
  public Tensor forward(Tensor input) {
    return training() ? input : input.div(temperature);
  }

  @Override
  public String toString() {
    return "Temperature(" + temperature + ")";
  }
}
