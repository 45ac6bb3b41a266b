package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/** {@code x * tanh(log(1 + exp(x)))}, element by element. */
public final class Mish extends StatelessModule {

  @Override
  public Tensor forward(Tensor input) {
    return input.mish();
  }

  @Override
  public String toString() {
    return "Mish()";
  }
}
