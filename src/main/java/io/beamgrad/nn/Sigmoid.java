package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/** 1 / (1 + exp(-x)), element by element. */
public final class Sigmoid extends StatelessModule {

  @Override
  public Tensor forward(Tensor input) {
    return input.sigmoid();
  }

  @Override
  public String toString() {
    return "Sigmoid()";
  }
}
