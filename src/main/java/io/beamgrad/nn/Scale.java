package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;
import java.util.Arrays;

/**
 * A learned factor for each input, {@code y = x * weight} (the scaling layer of Holzmüller et al.,
 * arXiv 2407.04491).
 *
 * <p>{@code [batch, features] -> [batch, features]}; the parameter {@code weight [features]} begins
 * as ones. In a {@link Sequential} sparse rows stay sparse where a {@link SparseLinear} follows.
 */
public final class Scale extends Module implements Replayable {

  private final Tensor weight;

  public Scale(int features) {
    if (features < 1) {
      throw new IllegalArgumentException("Scale: features must be at least 1, were " + features);
    }
    weight = parameter("weight", Tensor.ones(features), ParameterKind.SCALE);
  }

  public Tensor weight() {
    return weight;
  }

  @Override
  public Tensor forward(Tensor input) {
    if (input.dim() != 2 || input.size(1) != weight.size(0)) {
      throw new IllegalArgumentException(
          "Scale: expected [batch, %s], found %s"
              .formatted(weight.size(0), Arrays.toString(input.shape())));
    }
    return input.mul(weight);
  }

  @Override
  public String toString() {
    return "Scale(" + weight.size(0) + ")";
  }
}
