package io.beamgrad.tensor;

/** Other shapes of the same elements, and selections of rows of the first dimension. */
final class ShapeOps {

  private ShapeOps() {}

  /** The same array in another shape of as many elements. */
  static Tensor reshape(Tensor a, int[] shape) {
    Tensor out = a.view(shape.clone());
    return Autograd.record(
        out,
        Tensor.inputs(a),
        () -> out.shareDataOf(a),
        () -> addGrad(out, 0, a, 0, out.elements()));
  }

  static Tensor flatten(Tensor a, int startDim) {
    if (a.dim() == 0) {
      return reshape(a, new int[] {1});
    }
    int start = Shape.dim("flatten", startDim, a.dim());
    int[] shape = new int[start + 1];
    System.arraycopy(a.sharedShape(), 0, shape, 0, start);
    shape[start] = Shape.product(a.sharedShape(), start, a.dim());
    return reshape(a, shape);
  }

  static Tensor unsqueeze(Tensor a, int dim) {
    int places = a.dim() + 1;
    if (dim < -places || dim >= places) {
      throw new IllegalArgumentException(
          "unsqueeze: no dimension "
              + dim
              + " can be inserted into a tensor of "
              + a.dim()
              + " dimensions");
    }
    return reshape(a, Shape.inserted(a.sharedShape(), dim < 0 ? dim + places : dim, 1));
  }

  /** to[n, m] = from[m, n] transposed. */
  private static void transpose(float[] from, float[] to, int m, int n) {
    if (m == 1 || n == 1) {
      System.arraycopy(from, 0, to, 0, m * n);
      return;
    }
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        to[j * m + i] = from[i * n + j];
      }
    }
  }

  static Tensor transpose(Tensor a) {
    if (a.dim() > 2) {
      throw new IllegalArgumentException(
          "t: shape " + Shape.text(a.shape()) + " has more than two dimensions");
    }
    if (a.dim() < 2) {
      return a;
    }
    int m = a.size(0);
    int n = a.size(1);
    Tensor out = Tensor.zeros(n, m);
    return Autograd.record(
        out,
        Tensor.inputs(a),
        () -> transpose(a.data(), out.data(), m, n),
        () -> {
          float[] d = a.gradData();
          float[] g = out.gradData();
          for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
              d[i * n + j] += g[j * m + i];
            }
          }
        });
  }

  static Tensor slice(Tensor a, int fromInclusive, int toExclusive) {
    int rows = rows("slice", a);
    if (fromInclusive < 0 || toExclusive < fromInclusive || toExclusive > rows) {
      throw new IllegalArgumentException(
          "slice: rows "
              + fromInclusive
              + " to "
              + toExclusive
              + " are outside shape "
              + Shape.text(a.shape()));
    }
    int[] shape = a.shape();
    shape[0] = toExclusive - fromInclusive;
    return copyRows(a, shape, fromInclusive);
  }

  static Tensor select(Tensor a, int row) {
    checkRow("select", a, row);
    return copyRows(a, Shape.reduced(a.sharedShape(), 0, false), row);
  }

  /** As many rows as fill the shape, from one on. */
  private static Tensor copyRows(Tensor a, int[] shape, int firstRow) {
    Tensor out = Tensor.zeros(shape);
    int from = firstRow * Shape.product(a.sharedShape(), 1, a.dim());
    return Autograd.record(
        out,
        Tensor.inputs(a),
        () -> System.arraycopy(a.data(), from, out.data(), 0, out.elements()),
        () -> addGrad(out, 0, a, from, out.elements()));
  }

  static Tensor indexSelect(Tensor a, int... rows) {
    int[] shape = a.shape();
    for (int row : rows) {
      checkRow("indexSelect", a, row);
    }
    shape[0] = rows.length;
    int n = Shape.product(shape, 1, shape.length);
    int[] chosen = rows.clone();
    Tensor out = Tensor.zeros(shape);
    return Autograd.record(
        out,
        Tensor.inputs(a),
        () -> {
          for (int i = 0; i < chosen.length; i++) {
            System.arraycopy(a.data(), chosen[i] * n, out.data(), i * n, n);
          }
        },
        () -> {
          for (int i = 0; i < chosen.length; i++) {
            addGrad(out, i * n, a, chosen[i] * n, n);
          }
        });
  }

  private static void addGrad(Tensor out, int position, Tensor input, int inputPosition, int n) {
    float[] g = out.gradData();
    float[] d = input.gradData();
    for (int i = 0; i < n; i++) {
      d[inputPosition + i] += g[position + i];
    }
  }

  private static void checkRow(String op, Tensor a, int row) {
    int rows = rows(op, a);
    if (row < 0 || row >= rows) {
      throw new IllegalArgumentException(
          op + ": row " + row + " is outside shape " + Shape.text(a.shape()));
    }
  }

  private static int rows(String op, Tensor a) {
    if (a.dim() == 0) {
      throw new IllegalArgumentException(op + ": a scalar has no rows");
    }
    return a.size(0);
  }
}
