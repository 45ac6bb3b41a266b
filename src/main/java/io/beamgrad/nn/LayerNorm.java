package io.beamgrad.nn;

import io.beamgrad.tensor.Autograd;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Normalises each row by its own mean and variance, {@code y = (x - mean) / sqrt(variance + eps) *
 * weight + bias} (Ba et al., arXiv 1607.06450), as {@code torch.nn.LayerNorm} over one dimension.
 *
 * <p>{@code [batch, features] -> [batch, features]}; parameters {@code weight [features]}, which
 * begins as ones, and {@code bias [features]}, which begins as zeros.
 */
public final class LayerNorm extends Module implements Replayable {

  private final Tensor weight;
  private final Tensor bias;
  private final double eps;

  /** With PyTorch's default. */
  public LayerNorm(int features) {
    this(features, 1e-5);
  }

  /**
   * A layer.
   *
   * @param eps added to the variance, above 0
   */
  public LayerNorm(int features, double eps) {
    if (features < 1 || !(eps > 0)) {
      throw new IllegalArgumentException(
          "LayerNorm: features must be at least 1 and eps above 0, were %s and %s"
              .formatted(features, eps));
    }
    this.weight = parameter("weight", Tensor.ones(features));
    this.bias = parameter("bias", Tensor.zeros(features));
    this.eps = eps;
  }

  @Override
  public Tensor forward(Tensor input) {
    int features = weight.size(0);
    if (input.dim() != 2 || input.size(1) != features) {
      throw new IllegalArgumentException(
          "LayerNorm: expected [batch, %s], found %s"
              .formatted(features, Arrays.toString(input.shape())));
    }
    int rows = input.size(0);
    Tensor output = Tensor.zeros(rows, features);
    float[] normalized = new float[rows * features];
    float[] inverses = new float[rows];
    return Autograd.record(
        output,
        List.of(input, weight, bias),
        () -> {
          float[] w = weight.data();
          float[] b = bias.data();
          float[] y = output.data();
          for (int r = 0; r < rows; r++) {
            int from = r * features;
            inverses[r] =
                Normalization.normalizeRow(input.data(), from, normalized, from, features, eps);
            for (int j = 0; j < features; j++) {
              y[from + j] = Math.fma(normalized[from + j], w[j], b[j]);
            }
          }
        },
        () -> backward(input, output, normalized, inverses));
  }

  private void backward(Tensor input, Tensor output, float[] normalized, float[] inverses) {
    int features = weight.size(0);
    float[] g = output.gradData();
    if (weight.requiresGrad()) {
      addColumnsOfProducts(g, normalized, weight.gradData());
    }
    if (bias.requiresGrad()) {
      addColumns(g, bias.gradData());
    }
    if (input.requiresGrad()) {
      for (int r = 0; r < inverses.length; r++) {
        addInputGradient(g, normalized, r * features, inverses[r], input.gradData());
      }
    }
  }

  private static void addColumns(float[] g, float[] d) {
    for (int i = 0; i < g.length; i += d.length) {
      for (int j = 0; j < d.length; j++) {
        d[j] += g[i + j];
      }
    }
  }

  private static void addColumnsOfProducts(float[] g, float[] x, float[] d) {
    for (int i = 0; i < g.length; i += d.length) {
      for (int j = 0; j < d.length; j++) {
        d[j] = Math.fma(g[i + j], x[i + j], d[j]);
      }
    }
  }

  /** With h = g w: (h - mean(h) - normalized mean(h normalized)) / deviation, of one row. */
  private void addInputGradient(float[] g, float[] normalized, int from, float inverse, float[] d) {
    float[] w = weight.data();
    double sum = 0;
    double products = 0;
    for (int j = 0; j < w.length; j++) {
      float h = g[from + j] * w[j];
      sum += h;
      products += (double) h * normalized[from + j];
    }
    float mean = (float) (sum / w.length);
    float slope = (float) (products / w.length);
    for (int j = 0; j < w.length; j++) {
      float h = g[from + j] * w[j];
      d[from + j] += (h - mean - normalized[from + j] * slope) * inverse;
    }
  }

  @Override
  public String toString() {
    return "LayerNorm(" + weight.size(0) + ", eps=" + eps + ")";
  }
}
