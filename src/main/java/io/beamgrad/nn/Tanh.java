package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/** The hyperbolic tangent, element by element. */
public final class Tanh extends StatelessModule {

  @Override
  public Tensor forward(Tensor input) {
    return input.tanh();
  }

  @Override
  public String toString() {
    return "Tanh()";
  }
}
