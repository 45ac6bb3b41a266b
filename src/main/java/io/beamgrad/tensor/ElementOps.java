package io.beamgrad.tensor;

/** Functions of each element. */
final class ElementOps {

  /** A derivative from an element and its result. */
  private interface Derivative {
    float of(float x, float y);
  }

  private ElementOps() {}

  /** x to the power of a number; a whole square is x * x, all else as {@link StrictMath#pow}. */
  static Tensor pow(Tensor a, float exponent) {
    Tensor out = Tensor.zeros(a.sharedShape());
    return record(
        out,
        a,
        () -> {
          for (int i = 0; i < out.elements(); i++) {
            out.data()[i] = power(a.data()[i], exponent);
          }
        },
        (x, y) -> exponent == 0f ? 0f : exponent * power(x, exponent - 1f));
  }

  private static float power(float x, float exponent) {
    if (exponent == 1f) {
      return x;
    }
    return exponent == 2f ? x * x : (float) StrictMath.pow(x, exponent);
  }

  static Tensor exp(Tensor a) {
    Tensor out = Tensor.zeros(a.sharedShape());
    return record(
        out,
        a,
        () -> Kernels.current().exp(a.data(), 0, out.data(), 0, out.elements(), 0f),
        (x, y) -> y);
  }

  static Tensor log(Tensor a) {
    Tensor out = Tensor.zeros(a.sharedShape());
    return record(
        out,
        a,
        () -> Kernels.current().log(a.data(), 0, out.data(), 0, out.elements()),
        (x, y) -> 1f / x);
  }

  static Tensor abs(Tensor a) {
    Tensor out = Tensor.zeros(a.sharedShape());
    return record(
        out,
        a,
        () -> {
          for (int i = 0; i < out.elements(); i++) {
            out.data()[i] = Math.abs(a.data()[i]);
          }
        },
        (x, y) -> Math.signum(x));
  }

  /** max(x, 0); the gradient at 0 is 0. */
  static Tensor relu(Tensor a) {
    Tensor out = Tensor.zeros(a.sharedShape());
    return Autograd.record(
        out,
        Tensor.inputs(a),
        () -> {
          float[] x = a.data();
          float[] y = out.data();
          for (int i = 0; i < y.length; i++) {
            y[i] = Math.max(x[i], 0f);
          }
        },
        () ->
            Kernels.current()
                .reluGradient(out.data(), out.gradData(), a.gradData(), out.elements()));
  }

  static Tensor sigmoid(Tensor a) {
    Tensor out = Tensor.zeros(a.sharedShape());
    return record(
        out,
        a,
        () -> Kernels.current().sigmoid(a.data(), 0, out.data(), 0, out.elements()),
        (x, y) -> (1f - y) * y);
  }

  static Tensor tanh(Tensor a) {
    Tensor out = Tensor.zeros(a.sharedShape());
    return record(
        out,
        a,
        () -> Kernels.current().tanh(a.data(), 0, out.data(), 0, out.elements()),
        (x, y) -> 1f - y * y);
  }

  private static Tensor record(Tensor out, Tensor a, Runnable forward, Derivative derivative) {
    return Autograd.record(
        out,
        Tensor.inputs(a),
        forward,
        () -> {
          float[] x = a.data();
          float[] y = out.data();
          float[] g = out.gradData();
          float[] d = a.gradData();
          for (int i = 0; i < y.length; i++) {
            d[i] += g[i] * derivative.of(x[i], y[i]);
          }
        });
  }
}
