package io.beamgrad.nn;

import io.beamgrad.tensor.ByteRows;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;

/**
 * A fully connected layer, {@code y = x W^T + b}.
 *
 * <p>{@code [batch, inFeatures] -> [batch, outFeatures]}; parameters {@code weight [outFeatures,
 * inFeatures]} and {@code bias [outFeatures]}.
 */
public final class Linear extends Module implements Replayable {

  private final Tensor weight;
  private final Tensor bias;

  /**
   * A layer with PyTorch's default initialisation: weight and bias are uniform between plus and
   * minus {@code 1 / sqrt(inFeatures)} (He et al., 2015, with a = sqrt(5)).
   */
  public Linear(int inFeatures, int outFeatures, Generator generator) {
    if (inFeatures < 1 || outFeatures < 1) {
      throw new IllegalArgumentException(
          "Linear: features must be at least 1, were "
              + inFeatures
              + " in and "
              + outFeatures
              + " out");
    }
    float bound = (float) (1 / StrictMath.sqrt(inFeatures));
    weight = parameter("weight", uniform(bound, generator, outFeatures, inFeatures));
    bias = parameter("bias", uniform(bound, generator, outFeatures));
  }

  private static Tensor uniform(float bound, Generator generator, int... shape) {
    return Tensor.rand(generator, shape).mul(2 * bound).sub(bound);
  }

  public Tensor weight() {
    return weight;
  }

  public Tensor bias() {
    return bias;
  }

  @Override
  public Tensor forward(Tensor input) {
    return input.linear(weight, bias);
  }

  @Override
  public Tensor forward(ByteRows input) {
    return input.isFlat() ? forwardFlat(input) : forward(input.toDense());
  }

  /** The output for rows whose bytes are taken as one vector; takes time for what is not zero. */
  Tensor forwardFlat(ByteRows input) {
    return input.linear(weight, bias);
  }

  @Override
  public String toString() {
    return "Linear(" + weight.size(1) + ", " + weight.size(0) + ")";
  }
}
