package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/**
 * x times the probability that a standard normal number is less than x (Hendrycks and Gimpel, arXiv
 * 1606.08415), element by element, as {@code torch.nn.GELU}.
 */
public final class GELU extends StatelessModule {

  /** How it is computed. */
  public enum Approximate {
    /** By the error function. */
    NONE,
    /** {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))}. */
    TANH
  }

  private final Approximate approximate;

  public GELU() {
    this(Approximate.NONE);
  }

  public GELU(Approximate approximate) {
    this.approximate = approximate;
  }

  @Override
  public Tensor forward(Tensor input) {
    return approximate == Approximate.TANH ? input.geluTanh() : input.gelu();
  }

  @Override
  public String toString() {
    return "GELU(" + approximate + ")";
  }
}
