package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/** One dimension for all but the batch: {@code [batch, ...] -> [batch, features]}. */
public final class Flatten extends StatelessModule {

  @Override
  public Tensor forward(Tensor input) {
    return input.dim() == 1 ? input.unsqueeze(1) : input.flatten(1);
  }

  @Override
  public String toString() {
    return "Flatten()";
  }
}
