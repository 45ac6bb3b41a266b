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
          Kernels.current()
              .sparseProduct(
                  input.starts(), input.columns(), input.values(), weight.data(), y, batch, out);
        },
        () -> {
          float[] g = result.gradData();
          if (weight.requiresGrad()) {
            float[] d = gradOf(weight, input, batch);
            Kernels.current()
                .sparseGradient(input.starts(), input.columns(), input.values(), g, d, batch, out);
          }
          if (bias.requiresGrad()) {
            Kernels.current().addRows(g, bias.gradData(), batch, out);
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

  private static void checkShapes(SparseRows input, Tensor weight, Tensor bias) {
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
