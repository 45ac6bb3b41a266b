package io.beamgrad.tensor;

/** Softmax and its logarithm along a dimension; a tensor is seen as {@code [outer, n, inner]}. */
final class SoftmaxOps {

  /** Fills a row of results from a row of elements; both have {@code n} and begin at a position. */
  private interface RowForward {
    void run(float[] x, int xPosition, float[] y, int yPosition, int n);
  }

  /** The sum that all gradients of a row have in common, from results and their gradients. */
  private interface RowTerm {
    float of(float y, float g);
  }

  private interface RowGrad {
    float of(float y, float g, float common);
  }

  private SoftmaxOps() {}

  static Tensor softmax(Tensor a, int dim) {
    return record(
        "softmax", a, dim, FloatMath::softmax, (y, g) -> y * g, (y, g, common) -> y * (g - common));
  }

  static Tensor logSoftmax(Tensor a, int dim) {
    return record(
        "logSoftmax",
        a,
        dim,
        (x, from, y, to, n) -> {
          Kernels kernels = Kernels.current();
          float largest = FloatMath.largest(x, from, n);
          kernels.exp(x, from, y, to, n, largest);
          float logSum = FloatMath.log(kernels.sum(y, to, n));
          for (int k = 0; k < n; k++) {
            y[to + k] = (x[from + k] - largest) - logSum;
          }
        },
        (y, g) -> g,
        (y, g, common) -> g - FloatMath.exp(y) * common);
  }

  private static Tensor record(
      String op, Tensor a, int dim, RowForward forward, RowTerm term, RowGrad grad) {
    int along = Shape.dim(op, dim, a.dim());
    int n = a.size(along);
    int inner = Shape.product(a.sharedShape(), along + 1, a.dim());
    int rows = n == 0 ? 0 : a.elements() / n;
    Tensor out = Tensor.zeros(a.sharedShape());
    return Autograd.record(
        out,
        Tensor.inputs(a),
        () -> {
          for (int r = 0; r < rows; r++) {
            int first = (r / inner) * n * inner + r % inner;
            if (inner == 1) {
              forward.run(a.data(), first, out.data(), first, n);
            } else {
              float[] row = Scratch.take(Scratch.ELEMENTS, 2 * n); // elements, then results
              for (int k = 0; k < n; k++) {
                row[k] = a.data()[first + k * inner];
              }
              forward.run(row, 0, row, n, n);
              for (int k = 0; k < n; k++) {
                out.data()[first + k * inner] = row[n + k];
              }
            }
          }
        },
        () -> {
          float[] y = out.data();
          float[] g = out.gradData();
          float[] d = a.gradData();
          for (int r = 0; r < rows; r++) {
            int first = (r / inner) * n * inner + r % inner;
            float common = 0f;
            for (int k = 0; k < n; k++) {
              common += term.of(y[first + k * inner], g[first + k * inner]);
            }
            for (int k = 0; k < n; k++) {
              int at = first + k * inner;
              d[at] += grad.of(y[at], g[at], common);
            }
          }
        });
  }
}
