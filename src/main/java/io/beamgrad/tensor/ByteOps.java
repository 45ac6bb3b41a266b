package io.beamgrad.tensor;

import java.util.List;

/** Operations on {@link ByteRows}. */
final class ByteOps {

  private ByteOps() {}

  /** {@code factor * [batch, in] x [out, in] transposed + [out] -> [batch, out]}. */
  static Tensor linear(ByteRows input, Tensor weight, Tensor bias, float factor) {
    int batch = input.rows();
    checkShapes(input, weight, bias);
    int out = weight.size(0);
    Tensor result = Tensor.zeros(batch, out);
    float[] scaled = ProductOps.scaledGradient(factor, batch * out);
    return Autograd.record(
        result,
        List.of(weight, bias),
        () -> {
          checkRows(input, batch);
          input.list();
          float[] y = result.data();
          ProductOps.begin(bias, y, batch, out, factor);
          Kernels.current().byteProduct(input, weight.data(), y, out);
          ProductOps.end(bias, y, batch, out, factor);
        },
        () -> {
          float[] g = ProductOps.scale(result.gradData(), factor, scaled);
          if (weight.requiresGrad()) {
            Kernels.current().byteGradient(input, g, weight.gradData(), out);
          }
          if (bias.requiresGrad()) {
            Kernels.current().addRows(result.gradData(), bias.gradData(), batch, out);
          }
        });
  }

  private static void checkShapes(ByteRows input, Tensor weight, Tensor bias) {
    if (weight.dim() != 2 || weight.size(1) != input.width()) {
      throw new IllegalArgumentException(
          "linear: rows of %s bytes x %s: expected a weight [out, %s]"
              .formatted(input.width(), Shape.text(weight.shape()), input.width()));
    }
    if (bias.dim() != 1 || bias.size(0) != weight.size(0)) {
      throw new IllegalArgumentException(
          "linear: weight %s of rows of bytes needs a bias [%s], not %s"
              .formatted(Shape.text(weight.shape()), weight.size(0), Shape.text(bias.shape())));
    }
  }

  /** The rows of a batch are exchanged between the runs of a recorded step. */
  private static void checkRows(ByteRows input, int batch) {
    if (input.rows() != batch) {
      throw new IllegalStateException(
          "recorded for %s rows of bytes, found %s".formatted(batch, input.rows()));
    }
  }

  /** {@code [rows, ...rowShape]}. */
  static Tensor toDense(ByteRows input, int[] rowShape) {
    int rows = input.rows();
    int[] shape = new int[rowShape.length + 1];
    shape[0] = rows;
    System.arraycopy(rowShape, 0, shape, 1, rowShape.length);
    Tensor dense = Tensor.zeros(shape);
    return Autograd.record(
        dense,
        List.of(),
        () -> {
          checkRows(input, rows);
          input.copyTo(dense.data());
        },
        () -> {});
  }
}
