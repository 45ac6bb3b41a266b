package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/** max(x, 0), element by element. */
public final class ReLU extends StatelessModule {

  @Override
  public Tensor forward(Tensor input) {
    return input.relu();
  }

  @Override
  public String toString() {
    return "ReLU()";
  }
}
