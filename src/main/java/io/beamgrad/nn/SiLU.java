package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/** {@code x * sigmoid(x)}, element by element. */
public final class SiLU extends StatelessModule {

  @Override
  public Tensor forward(Tensor input) {
    return input.silu();
  }

  @Override
  public String toString() {
    return "SiLU()";
  }
}
