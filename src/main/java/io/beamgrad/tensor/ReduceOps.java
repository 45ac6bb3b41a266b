package io.beamgrad.tensor;

/**
 * Reductions of all elements or along one dimension. A tensor is seen as {@code [outer, n, inner]}
 * where n is the size of the dimension.
 */
final class ReduceOps {

  private ReduceOps() {}

  /** The sum of all elements, in the order of {@link Kernels#sum}. */
  static Tensor sum(Tensor a) {
    Tensor out = Tensor.zeros();
    return Autograd.record(
        out,
        Tensor.inputs(a),
        () -> out.data()[0] = Kernels.current().sum(a.data(), 0, a.elements()),
        () -> {
          float[] d = a.gradData();
          float g = out.gradData()[0];
          for (int i = 0; i < d.length; i++) {
            d[i] += g;
          }
        });
  }

  /** Sums along the last dimension as {@link Kernels#sum}, along another one row after row. */
  static Tensor sum(Tensor a, int dim, boolean keepDim) {
    int along = Shape.dim("sum", dim, a.dim());
    int n = a.size(along);
    int outer = Shape.product(a.sharedShape(), 0, along);
    int inner = Shape.product(a.sharedShape(), along + 1, a.dim());
    Tensor out = Tensor.zeros(Shape.reduced(a.sharedShape(), along, keepDim));
    return Autograd.record(
        out,
        Tensor.inputs(a),
        () -> {
          Kernels kernels = Kernels.current();
          float[] x = a.data();
          float[] y = out.data();
          for (int o = 0; o < outer; o++) {
            if (inner == 1) {
              y[o] = kernels.sum(x, o * n, n);
            } else {
              sumRows(x, o * n * inner, y, o * inner, n, inner);
            }
          }
        },
        () -> {
          float[] d = a.gradData();
          float[] g = out.gradData();
          for (int o = 0; o < outer; o++) {
            for (int k = 0; k < n; k++) {
              for (int i = 0; i < inner; i++) {
                d[(o * n + k) * inner + i] += g[o * inner + i];
              }
            }
          }
        });
  }

  private static void sumRows(float[] x, int from, float[] y, int to, int n, int inner) {
    for (int i = 0; i < inner; i++) {
      y[to + i] = 0f;
    }
    for (int k = 0; k < n; k++) {
      for (int i = 0; i < inner; i++) {
        y[to + i] += x[from + k * inner + i];
      }
    }
  }

  /** The largest of all elements; its gradient is shared evenly among equals, NaNs too. */
  static Tensor max(Tensor a) {
    checkNotEmpty(a.elements());
    Tensor out = Tensor.zeros();
    return Autograd.record(
        out,
        Tensor.inputs(a),
        () -> out.data()[0] = a.data()[largest(a.data(), 0, 1, a.elements())],
        () -> {
          float[] x = a.data();
          float[] d = a.gradData();
          float largest = out.data()[0];
          int equals = 0;
          for (float value : x) {
            equals += same(value, largest) ? 1 : 0;
          }
          float share = out.gradData()[0] / equals;
          for (int i = 0; i < x.length; i++) {
            d[i] += same(x[i], largest) ? share : 0f;
          }
        });
  }

  /** The largest elements along a dimension; the gradient goes to the one whose index is given. */
  static Tensor.Max max(Tensor a, int dim) {
    int along = Shape.dim("max", dim, a.dim());
    int n = a.size(along);
    checkNotEmpty(n);
    int inner = Shape.product(a.sharedShape(), along + 1, a.dim());
    Tensor values = Tensor.zeros(Shape.reduced(a.sharedShape(), along, false));
    Tensor indices = Tensor.zeros(values.sharedShape());
    Autograd.record(
        values,
        Tensor.inputs(a),
        () -> {
          for (int i = 0; i < values.elements(); i++) {
            int first = (i / inner) * n * inner + i % inner;
            int at = largest(a.data(), first, inner, n);
            indices.data()[i] = at;
            values.data()[i] = a.data()[first + at * inner];
          }
        },
        () -> {
          float[] d = a.gradData();
          for (int i = 0; i < values.elements(); i++) {
            int first = (i / inner) * n * inner + i % inner;
            int at = (int) indices.data()[i];
            d[first + at * inner] += values.gradData()[i];
          }
        });
    return new Tensor.Max(values, indices);
  }

  /** The index of the largest of {@code n} elements, the first among equals; NaN is larger. */
  private static int largest(float[] values, int first, int step, int n) {
    int at = 0;
    float best = values[first];
    for (int k = 1; k < n && !Float.isNaN(best); k++) {
      float value = values[first + k * step];
      if (value > best || Float.isNaN(value)) {
        best = value;
        at = k;
      }
    }
    return at;
  }

  /** Whether two are one number, where 0 is -0 and NaN is NaN. */
  private static boolean same(float a, float b) {
    return a == b || (Float.isNaN(a) && Float.isNaN(b));
  }

  private static void checkNotEmpty(int n) {
    if (n == 0) {
      throw new IllegalArgumentException("max: no elements");
    }
  }
}
