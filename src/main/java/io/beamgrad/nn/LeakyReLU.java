package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;

/** x above 0, else {@code slope * x}, element by element. */
public final class LeakyReLU extends StatelessModule {

  private final float slope;

  /** With PyTorch's default slope. */
  public LeakyReLU() {
    this(0.01);
  }

  /**
   * With another slope.
   *
   * @param slope finite
   */
  public LeakyReLU(double slope) {
    if (!Float.isFinite((float) slope)) {
      throw new IllegalArgumentException("LeakyReLU: slope must be finite, was " + slope);
    }
    this.slope = (float) slope;
  }

  @Override
  public Tensor forward(Tensor input) {
    return input.leakyRelu(slope);
  }

  @Override
  public String toString() {
    return "LeakyReLU(" + slope + ")";
  }
}
