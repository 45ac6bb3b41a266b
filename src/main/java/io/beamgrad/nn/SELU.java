package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/**
 * Scaled exponential linear units, {@link io.beamgrad.tensor.FloatMath#selu} element by element.
 */
public final class SELU extends StatelessModule {

  @Override
  public Tensor forward(Tensor input) {
    return input.selu();
  }

  @Override
  public String toString() {
    return "SELU()";
  }
}
