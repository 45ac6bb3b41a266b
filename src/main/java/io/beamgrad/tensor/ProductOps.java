package io.beamgrad.tensor;

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
            kernels.matmulTransposedB(out.gradData(), b.data(), a.gradData(), m, n, k, true);
          }
          if (b.requiresGrad()) {
            kernels.matmulTransposedA(a.data(), out.gradData(), b.gradData(), k, m, n, true);
          }
        });
  }

  /** {@code [batch, in] x [out, in] transposed + [out] -> [batch, out]}. */
  static Tensor linear(Tensor input, Tensor weight, Tensor bias) {
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
    return Autograd.record(
        result,
        Tensor.inputs(input, weight, bias),
        () -> {
          float[] y = result.data();
          for (int i = 0; i < batch; i++) {
            System.arraycopy(bias.data(), 0, y, i * out, out);
          }
          Kernels.current().matmulTransposedB(input.data(), weight.data(), y, batch, in, out, true);
        },
        () -> {
          Kernels kernels = Kernels.current();
          float[] g = result.gradData();
          if (input.requiresGrad()) {
            kernels.matmul(g, weight.data(), input.gradData(), batch, out, in, true);
          }
          if (weight.requiresGrad()) {
            kernels.matmulTransposedA(g, input.data(), weight.gradData(), out, batch, in, true);
          }
          if (bias.requiresGrad()) {
            kernels.addRows(g, bias.gradData(), batch, out);
          }
        });
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
