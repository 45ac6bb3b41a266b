package io.beamgrad.nn;

import io.beamgrad.tensor.ByteRows;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;

/**
 * A fully connected layer, {@code y = x W^T + b}, or in the NTK form {@code y = x W^T /
 * sqrt(inFeatures) + b}.
 *
 * <p>{@code [batch, inFeatures] -> [batch, outFeatures]}; parameters {@code weight [outFeatures,
 * inFeatures]} and {@code bias [outFeatures]}.
 */
public final class Linear extends Module implements Replayable {

  private final Tensor weight;
  private final Tensor bias;
  private final float factor; // of the products

  /**
   * A layer with PyTorch's default initialisation: weight and bias are uniform between plus and
   * minus {@code 1 / sqrt(inFeatures)} (He et al., 2015, with a = sqrt(5)).
   */
  public Linear(int inFeatures, int outFeatures, Generator generator) {
    checkFeatures(inFeatures, outFeatures);
    float bound = factor(inFeatures);
    weight = parameter("weight", uniform(bound, generator, outFeatures, inFeatures));
    bias = parameter("bias", uniform(bound, generator, outFeatures));
    factor = 1f;
  }

  private Linear(Tensor weight, Tensor bias, float factor) {
    this.weight = parameter("weight", weight);
    this.bias = parameter("bias", bias);
    this.factor = factor;
  }

  /**
   * A layer in the NTK form (Jacot et al., arXiv 1806.07572): weight and bias are standard normal,
   * and the products are divided by the root of the inputs. The weight is kept without that factor.
   */
  public static Linear ntk(int inFeatures, int outFeatures, Generator generator) {
    checkFeatures(inFeatures, outFeatures);
    Tensor weight = Tensor.randn(generator, outFeatures, inFeatures);
    return new Linear(weight, Tensor.randn(generator, outFeatures), factor(inFeatures));
  }

  /** Sets weight and bias to zeros, as of a last layer whose first outputs are to be 0; this. */
  public Linear zeroed() {
    weight.setData(new float[weight.elements()]);
    bias.setData(new float[bias.elements()]);
    return this;
  }

  private static void checkFeatures(int inFeatures, int outFeatures) {
    if (inFeatures < 1 || outFeatures < 1) {
      throw new IllegalArgumentException(
          "Linear: features must be at least 1, were "
              + inFeatures
              + " in and "
              + outFeatures
              + " out");
    }
  }

  private static Tensor uniform(float bound, Generator generator, int... shape) {
    return Tensor.rand(generator, shape).mul(2 * bound).sub(bound);
  }

  /** What the NTK form multiplies the products by. */
  public static float factor(int inFeatures) {
    return (float) (1 / StrictMath.sqrt(inFeatures));
  }

  public Tensor weight() {
    return weight;
  }

  public Tensor bias() {
    return bias;
  }

  /** What the products are multiplied by: 1, but for the NTK form. */
  public float factor() {
    return factor;
  }

  @Override
  public Tensor forward(Tensor input) {
    return input.linear(weight, bias, factor);
  }

  @Override
  public Tensor forward(ByteRows input) {
    return input.isFlat() ? forwardFlat(input) : forward(input.toDense());
  }

  /** The output for rows whose bytes are taken as one vector; takes time for what is not zero. */
  Tensor forwardFlat(ByteRows input) {
    return input.linear(weight, bias, factor);
  }

  @Override
  public String toString() {
    return "Linear(" + weight.size(1) + ", " + weight.size(0) + (factor == 1f ? ")" : ", ntk)");
  }
}
