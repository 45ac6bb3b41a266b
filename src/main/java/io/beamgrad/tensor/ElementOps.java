package io.beamgrad.tensor;

import java.util.Arrays;

/** Functions of each element. */
final class ElementOps {

  /** A derivative from an element and its result. */
  private interface Derivative {
    float of(float x, float y);
  }

  /** A kernel that computes a function and, where slopes is not null, its derivative. */
  private interface Activation {
    void run(
        Kernels kernels, float[] x, float[] y, float[] slopes, int fromInclusive, int toExclusive);
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

  static Tensor selu(Tensor a) {
    return activation(a, Kernels::selu);
  }

  static Tensor mish(Tensor a) {
    return activation(a, Kernels::mish);
  }

  static Tensor silu(Tensor a) {
    return activation(a, Kernels::silu);
  }

  static Tensor gelu(Tensor a) {
    return activation(a, Kernels::gelu);
  }

  static Tensor geluTanh(Tensor a) {
    return activation(a, Kernels::geluTanh);
  }

  /** x above 0, else slope times x; the gradient at 0 is the slope. */
  static Tensor leakyRelu(Tensor a, float slope) {
    Tensor out = Tensor.zeros(a.sharedShape());
    return record(
        out,
        a,
        () -> {
          float[] x = a.data();
          float[] y = out.data();
          for (int i = 0; i < y.length; i++) {
            y[i] = FloatMath.leakyRelu(x[i], slope);
          }
        },
        (x, y) -> x > 0f ? 1f : slope);
  }

  /** Keeps the derivatives of the forward for the backward, where there will be one. */
  private static Tensor activation(Tensor a, Activation function) {
    Tensor out = Tensor.zeros(a.sharedShape());
    int n = out.elements();
    float[] slopes = a.requiresGrad() && Autograd.gradEnabled() ? new float[n] : null;
    SplitLoop forward =
        new SplitLoop(
            (from, to) -> function.run(Kernels.current(), a.data(), out.data(), slopes, from, to));
    float[][] gradients = new float[2][]; // of the output and the input
    boolean[] adds = new boolean[1]; // to the input's
    SplitLoop backward =
        new SplitLoop(
            (from, to) -> {
              if (!adds[0]) {
                Arrays.fill(gradients[1], from, to, 0f);
              }
              Kernels.current().addProducts(gradients[0], slopes, gradients[1], from, to);
            });
    return Autograd.record(
        out,
        Tensor.inputs(a),
        () -> forward.run(n),
        () -> {
          adds[0] = !a.claimZeroGrad();
          gradients[0] = out.gradData(); // by one thread, as it may be filled with zeros
          gradients[1] = a.gradData();
          backward.run(n);
        });
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
