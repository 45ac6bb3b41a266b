package io.beamgrad.tensor;

import java.util.Arrays;
import java.util.List;

/** Operations on {@link SparseRows}. */
final class SparseOps {

  private SparseOps() {}

  /** {@code [batch, in] x [in, out] + [out] -> [batch, out]}. */
  static Tensor linear(SparseRows input, Tensor weight, Tensor bias) {
    int batch = input.rows();
    checkShapes(input, weight, bias);
    int out = weight.size(1);
    Tensor result = Tensor.zeros(batch, out);
    return Autograd.record(
        result,
        List.of(weight, bias),
        () -> {
          checkRows(input, batch);
          float[] y = result.data();
          for (int i = 0; i < batch; i++) {
            System.arraycopy(bias.data(), 0, y, i * out, out);
          }
          if (out == 1) {
            dotRows(input.starts(), input.columns(), input.values(), weight.data(), y, batch);
          } else {
            addProduct(input, weight.data(), y, batch, out);
          }
        },
        () -> {
          float[] g = result.gradData();
          if (weight.requiresGrad()) {
            float[] d = gradOf(weight, input, batch);
            if (out == 1) {
              scatterRows(input.starts(), input.columns(), input.values(), g, d, batch);
            } else {
              addGradient(input, g, d, batch, out);
            }
          }
          if (bias.requiresGrad()) {
            ProductOps.addRows(g, bias.gradData(), batch, out);
          }
        });
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

  /** y[batch] += x[batch, in] x w[in]: the product of one output. */
  private static void dotRows(
      int[] starts, int[] columns, float[] values, float[] w, float[] y, int batch) {
    int at = starts[0];
    for (int i = 0; i < batch; i++) {
      float sum = y[i];
      for (int end = starts[i + 1]; at < end; at++) {
        sum = Math.fma(values[at], w[columns[at]], sum);
      }
      y[i] = sum;
    }
  }

  /** d[in] += x[batch, in] transposed x g[batch]: the gradient of one output. */
  private static void scatterRows(
      int[] starts, int[] columns, float[] values, float[] g, float[] d, int batch) {
    int at = starts[0];
    for (int i = 0; i < batch; i++) {
      float slope = g[i];
      for (int end = starts[i + 1]; at < end; at++) {
        d[columns[at]] = Math.fma(slope, values[at], d[columns[at]]);
      }
    }
  }

  /** y[batch, out] += x[batch, in] x w[in, out]. */
  private static void addProduct(SparseRows x, float[] w, float[] y, int batch, int out) {
    int[] starts = x.starts();
    int[] columns = x.columns();
    float[] values = x.values();
    for (int i = 0; i < batch; i++) {
      for (int at = starts[i]; at < starts[i + 1]; at++) {
        addScaled(values[at], w, columns[at] * out, y, i * out, out);
      }
    }
  }

  /** d[in, out] += x[batch, in] transposed x g[batch, out]. */
  private static void addGradient(SparseRows x, float[] g, float[] d, int batch, int out) {
    int[] starts = x.starts();
    int[] columns = x.columns();
    float[] values = x.values();
    for (int i = 0; i < batch; i++) {
      for (int at = starts[i]; at < starts[i + 1]; at++) {
        addScaled(values[at], g, i * out, d, columns[at] * out, out);
      }
    }
  }

  /** dst[n] += scale * src[n], each by one fused multiply-add; the JIT makes vectors of it. */
  private static void addScaled(
      float scale, float[] src, int srcPosition, float[] dst, int dstPosition, int n) {
    for (int k = 0; k < n; k++) {
      dst[dstPosition + k] = Math.fma(scale, src[srcPosition + k], dst[dstPosition + k]);
    }
  }

  private static void checkShapes(SparseRows input, Tensor weight, Tensor bias) {
    if (weight.dim() != 2 || weight.size(0) != input.width()) {
      throw new IllegalArgumentException(
          "linear: sparse rows of %d columns x %s: expected a weight [%d, out]"
              .formatted(input.width(), Shape.text(weight.shape()), input.width()));
    }
    if (bias.dim() != 1 || bias.size(0) != weight.size(1)) {
      throw new IllegalArgumentException(
          "linear: weight %s of sparse rows needs a bias [%d], not %s"
              .formatted(Shape.text(weight.shape()), weight.size(1), Shape.text(bias.shape())));
    }
  }

  /** The rows of a batch are exchanged between the runs of a recorded step. */
  private static void checkRows(SparseRows input, int batch) {
    if (input.rows() != batch) {
      throw new IllegalStateException(
          "linear: recorded for %d sparse rows, found %d".formatted(batch, input.rows()));
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
