package io.beamgrad.tensor;

import java.util.Arrays;

/** Matrix products. */
final class ProductOps {

  private ProductOps() {}

  /** {@code [m, k] x [k, n] -> [m, n]}. */
  static Tensor matmul(Tensor a, Tensor b) {
    checkInner("matmul", a, b, 0);
    int m = a.size(0);
    int k = a.size(1);
    int n = b.size(1);
    Tensor out = Tensor.zeros(m, n);
    return Autograd.record(
        out,
        Tensor.inputs(a, b),
        () -> Kernels.current().matmul(a.data(), b.data(), out.data(), m, k, n, false),
        () -> {
          Kernels kernels = Kernels.current();
          if (a.requiresGrad()) {
            boolean add = !a.claimZeroGrad();
            kernels.matmulTransposedB(out.gradData(), b.data(), a.gradData(), m, n, k, add);
          }
          if (b.requiresGrad()) {
            boolean add = !b.claimZeroGrad();
            kernels.matmulTransposedA(a.data(), out.gradData(), b.gradData(), k, m, n, add);
          }
        });
  }

  /**
   * {@code factor * [batch, in] x [out, in] transposed + [out] -> [batch, out]}. Without a factor
   * the chains of the product begin with the bias, otherwise it is added at the end.
   */
  static Tensor linear(Tensor input, Tensor weight, Tensor bias, float factor) {
    checkInner("linear", input, weight, 1);
    int batch = input.size(0);
    int in = input.size(1);
    int out = weight.size(0);
    if (bias.dim() != 1 || bias.size(0) != out) {
      throw new IllegalArgumentException(
          "linear: weight "
              + Shape.text(weight.shape())
              + " needs a bias ["
              + out
              + "], not "
              + Shape.text(bias.shape()));
    }
    Tensor result = Tensor.zeros(batch, out);
    float[] scaled = scaledGradient(factor, batch * out);
    SplitLoop scaling =
        new SplitLoop((from, to) -> scale(result.gradData(), factor, scaled, from, to));
    return Autograd.record(
        result,
        Tensor.inputs(input, weight, bias),
        () ->
            Kernels.current()
                .linear(
                    input.data(),
                    weight.data(),
                    bias.data(),
                    result.data(),
                    batch,
                    in,
                    out,
                    factor),
        () -> {
          Kernels kernels = Kernels.current();
          float[] gradient = result.gradData(); // zeros by now, where nothing was added to it
          float[] g = scaled == null ? gradient : scaled;
          if (scaled != null) {
            scaling.run(batch * out);
          }
          if (input.requiresGrad()) {
            boolean add = !input.claimZeroGrad();
            kernels.matmul(g, weight.data(), input.gradData(), batch, out, in, add);
          }
          if (weight.requiresGrad()) {
            boolean add = !weight.claimZeroGrad();
            kernels.matmulTransposedA(g, input.data(), weight.gradData(), out, batch, in, add);
          }
          if (bias.requiresGrad()) {
            kernels.addRows(gradient, bias.gradData(), batch, out);
          }
        });
  }

  /** Fills the outputs of a linear operation with what its products are added to. */
  static void begin(Tensor bias, float[] y, int batch, int out, float factor) {
    if (factor == 1f) {
      for (int i = 0; i < batch; i++) {
        System.arraycopy(bias.data(), 0, y, i * out, out);
      }
    } else {
      Arrays.fill(y, 0, batch * out, 0f);
    }
  }

  /** Makes {@code factor * y + bias} of the products y, where {@link #begin} has left it out. */
  static void end(Tensor bias, float[] y, int batch, int out, float factor) {
    if (factor == 1f) {
      return;
    }
    float[] b = bias.data();
    for (int i = 0; i < batch; i++) {
      for (int j = 0; j < out; j++) {
        y[i * out + j] = Math.fma(factor, y[i * out + j], b[j]);
      }
    }
  }

  /** Room for the gradient of the products; null where it is that of the outputs. */
  static float[] scaledGradient(float factor, int elements) {
    return factor == 1f ? null : new float[elements];
  }

  /** The gradient of the products of a linear operation from that of its outputs. */
  static float[] scale(float[] g, float factor, float[] scaled) {
    if (scaled == null) {
      return g;
    }
    scale(g, factor, scaled, 0, g.length);
    return scaled;
  }

  private static void scale(
      float[] g, float factor, float[] scaled, int fromInclusive, int toExclusive) {
    for (int i = fromInclusive; i < toExclusive; i++) {
      scaled[i] = factor * g[i];
    }
  }

  private static void checkInner(String op, Tensor a, Tensor b, int innerOfB) {
    if (a.dim() != 2 || b.dim() != 2) {
      throw new IllegalArgumentException(
          op
              + ": "
              + Shape.text(a.shape())
              + " x "
              + Shape.text(b.shape())
              + ": both must be matrices");
    }
    if (a.size(1) != b.size(innerOfB)) {
      throw new IllegalArgumentException(
          op
              + ": "
              + Shape.text(a.shape())
              + " x "
              + Shape.text(b.shape())
              + ": inner sizes "
              + a.size(1)
              + " and "
              + b.size(innerOfB)
              + " differ");
    }
  }
}
