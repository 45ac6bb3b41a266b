package io.beamgrad.tensor;

import java.util.Arrays;
import java.util.List;

/** Operations on {@link SparseRows}. */
final class SparseOps {

  private SparseOps() {}

  /**
   * {@code factor * ([batch, in] * [in]) x [in, out] + [out] -> [batch, out]}.
   *
   * @param scale what each column is multiplied by; null for 1
   */
  static Tensor linear(SparseRows input, Tensor scale, Tensor weight, Tensor bias, float factor) {
    int batch = input.rows();
    checkShapes(input, scale, weight, bias);
    int out = weight.size(1);
    Tensor result = Tensor.zeros(batch, out);
    ScaledValues x = new ScaledValues(input, scale);
    float[] scaled = ProductOps.scaledGradient(factor, batch * out);
    return Autograd.record(
        result,
        scale == null ? List.of(weight, bias) : List.of(scale, weight, bias),
        () -> {
          checkRows(input, batch);
          float[] y = result.data();
          ProductOps.begin(bias, y, batch, out, factor);
          Kernels.current()
              .sparseProduct(
                  input.starts(), input.columns(), x.compute(), weight.data(), y, batch, out);
          ProductOps.end(bias, y, batch, out, factor);
        },
        () -> {
          float[] g = ProductOps.scale(result.gradData(), factor, scaled);
          if (scale != null && scale.requiresGrad()) {
            addScaleGradient(input, weight.data(), g, scale.gradData(), out);
          }
          if (weight.requiresGrad()) {
            float[] d = gradOf(weight, input, batch);
            Kernels.current()
                .sparseGradient(input.starts(), input.columns(), x.values(), g, d, batch, out);
          }
          if (bias.requiresGrad()) {
            Kernels.current().addRows(result.gradData(), bias.gradData(), batch, out);
          }
        });
  }

  /** The values of sparse rows times the numbers of their columns, in an array that grows. */
  private static final class ScaledValues {
    private final SparseRows input;
    private final Tensor scale; // null for 1
    private float[] products = new float[0];

    ScaledValues(SparseRows input, Tensor scale) {
      this.input = input;
      this.scale = scale;
    }

    float[] compute() {
      if (scale == null) {
        return input.values();
      }
      int count = input.starts()[input.rows()];
      if (products.length < count) {
        products = new float[input.values().length];
      }
      float[] factors = scale.data();
      for (int p = 0; p < count; p++) {
        products[p] = input.values()[p] * factors[input.columns()[p]];
      }
      return products;
    }

    /** Those that were computed last. */
    float[] values() {
      return scale == null ? input.values() : products;
    }
  }

  /**
   * d[c] += the sum over the rows of their value in column c times the gradient of what it became,
   * which is one chain of fused multiply-adds over the outputs, as in a dense product. Four chains
   * of a row go side by side.
   */
  private static void addScaleGradient(SparseRows input, float[] w, float[] g, float[] d, int out) {
    int[] columns = input.columns();
    float[] values = input.values();
    for (int i = 0; i < input.rows(); i++) {
      int end = input.starts()[i + 1];
      int p = input.starts()[i];
      for (; p + 4 <= end; p += 4) {
        float d0 = 0f;
        float d1 = 0f;
        float d2 = 0f;
        float d3 = 0f;
        int w0 = columns[p] * out;
        int w1 = columns[p + 1] * out;
        int w2 = columns[p + 2] * out;
        int w3 = columns[p + 3] * out;
        for (int j = 0; j < out; j++) {
          float slope = g[i * out + j];
          d0 = Math.fma(slope, w[w0 + j], d0);
          d1 = Math.fma(slope, w[w1 + j], d1);
          d2 = Math.fma(slope, w[w2 + j], d2);
          d3 = Math.fma(slope, w[w3 + j], d3);
        }
        d[columns[p]] += d0 * values[p];
        d[columns[p + 1]] += d1 * values[p + 1];
        d[columns[p + 2]] += d2 * values[p + 2];
        d[columns[p + 3]] += d3 * values[p + 3];
      }
      for (; p < end; p++) {
        float sum = 0f;
        for (int j = 0; j < out; j++) {
          sum = Math.fma(g[i * out + j], w[columns[p] * out + j], sum);
        }
        d[columns[p]] += sum * values[p];
      }
    }
  }

  /** The weight's gradient, which knows the rows that are about to be written. */
  private static float[] gradOf(Tensor weight, SparseRows input, int batch) {
    GradRows rows = weight.gradRows();
    if (rows == null) {
      return weight.gradData();
    }
    rows.addAll(input.columns(), 0, input.starts()[batch]);
    return weight.gradOfRows();
  }

  private static void checkShapes(SparseRows input, Tensor scale, Tensor weight, Tensor bias) {
    if (scale != null && (scale.dim() != 1 || scale.size(0) != input.width())) {
      throw new IllegalArgumentException(
          "linear: sparse rows of %s columns need a scale [%s], not %s"
              .formatted(input.width(), input.width(), Shape.text(scale.shape())));
    }
    if (weight.dim() != 2 || weight.size(0) != input.width()) {
      throw new IllegalArgumentException(
          "linear: sparse rows of %s columns x %s: expected a weight [%s, out]"
              .formatted(input.width(), Shape.text(weight.shape()), input.width()));
    }
    if (bias.dim() != 1 || bias.size(0) != weight.size(1)) {
      throw new IllegalArgumentException(
          "linear: weight %s of sparse rows needs a bias [%s], not %s"
              .formatted(Shape.text(weight.shape()), weight.size(1), Shape.text(bias.shape())));
    }
  }

  /** The rows of a batch are exchanged between the runs of a recorded step. */
  private static void checkRows(SparseRows input, int batch) {
    if (input.rows() != batch) {
      throw new IllegalStateException(
          "linear: recorded for %s sparse rows, found %s".formatted(batch, input.rows()));
    }
  }

  /** {@code [rows, width]}. */
  static Tensor toDense(SparseRows input) {
    int rows = input.rows();
    int width = input.width();
    Tensor dense = Tensor.zeros(rows, width);
    return Autograd.record(
        dense,
        List.of(),
        () -> {
          checkRows(input, rows);
          float[] x = dense.data();
          Arrays.fill(x, 0f);
          for (int i = 0; i < rows; i++) {
            for (int at = input.starts()[i]; at < input.starts()[i + 1]; at++) {
              x[i * width + input.columns()[at]] = input.values()[at];
            }
          }
        },
        () -> {});
  }
}
