package io.beamgrad.tensor;

/** Operations on two tensors, element by element, with broadcasting. */
final class ArithmeticOps {

  private ArithmeticOps() {}

  static Tensor add(Tensor a, Tensor b) {
    Broadcast rows = Broadcast.of("add", a.sharedShape(), b.sharedShape());
    Tensor out = Tensor.zeros(rows.shape());
    Broadcast.Loop forward =
        (o, i, stepA, j, stepB, n) -> {
          float[] x = a.data();
          float[] y = b.data();
          float[] result = out.data();
          for (int k = 0; k < n; k++) {
            result[o + k] = x[i + k * stepA] + y[j + k * stepB];
          }
        };
    Broadcast.Loop backwardA = (o, i, stepA, j, stepB, n) -> addGrad(out, o, a, i, stepA, n, 1f);
    Broadcast.Loop backwardB = (o, i, stepA, j, stepB, n) -> addGrad(out, o, b, j, stepB, n, 1f);
    return record(out, a, b, rows, forward, backwardA, backwardB);
  }

  static Tensor sub(Tensor a, Tensor b) {
    Broadcast rows = Broadcast.of("sub", a.sharedShape(), b.sharedShape());
    Tensor out = Tensor.zeros(rows.shape());
    Broadcast.Loop forward =
        (o, i, stepA, j, stepB, n) -> {
          float[] x = a.data();
          float[] y = b.data();
          float[] result = out.data();
          for (int k = 0; k < n; k++) {
            result[o + k] = x[i + k * stepA] - y[j + k * stepB];
          }
        };
    Broadcast.Loop backwardA = (o, i, stepA, j, stepB, n) -> addGrad(out, o, a, i, stepA, n, 1f);
    Broadcast.Loop backwardB = (o, i, stepA, j, stepB, n) -> addGrad(out, o, b, j, stepB, n, -1f);
    return record(out, a, b, rows, forward, backwardA, backwardB);
  }

  static Tensor mul(Tensor a, Tensor b) {
    Broadcast rows = Broadcast.of("mul", a.sharedShape(), b.sharedShape());
    Tensor out = Tensor.zeros(rows.shape());
    Broadcast.Loop forward =
        (o, i, stepA, j, stepB, n) -> {
          float[] x = a.data();
          float[] y = b.data();
          float[] result = out.data();
          for (int k = 0; k < n; k++) {
            result[o + k] = x[i + k * stepA] * y[j + k * stepB];
          }
        };
    Broadcast.Loop backwardA =
        (o, i, stepA, j, stepB, n) -> {
          float[] g = out.gradData();
          float[] y = b.data();
          float[] da = a.gradData();
          for (int k = 0; k < n; k++) {
            da[i + k * stepA] += g[o + k] * y[j + k * stepB];
          }
        };
    Broadcast.Loop backwardB =
        (o, i, stepA, j, stepB, n) -> {
          float[] g = out.gradData();
          float[] x = a.data();
          float[] db = b.gradData();
          for (int k = 0; k < n; k++) {
            db[j + k * stepB] += g[o + k] * x[i + k * stepA];
          }
        };
    return record(out, a, b, rows, forward, backwardA, backwardB);
  }

  static Tensor div(Tensor a, Tensor b) {
    Broadcast rows = Broadcast.of("div", a.sharedShape(), b.sharedShape());
    Tensor out = Tensor.zeros(rows.shape());
    Broadcast.Loop forward =
        (o, i, stepA, j, stepB, n) -> {
          float[] x = a.data();
          float[] y = b.data();
          float[] result = out.data();
          for (int k = 0; k < n; k++) {
            result[o + k] = x[i + k * stepA] / y[j + k * stepB];
          }
        };
    Broadcast.Loop backwardA =
        (o, i, stepA, j, stepB, n) -> {
          float[] g = out.gradData();
          float[] y = b.data();
          float[] da = a.gradData();
          for (int k = 0; k < n; k++) {
            da[i + k * stepA] += g[o + k] / y[j + k * stepB];
          }
        };
    Broadcast.Loop backwardB =
        (o, i, stepA, j, stepB, n) -> {
          float[] g = out.gradData();
          float[] y = b.data();
          float[] quotient = out.data();
          float[] db = b.gradData();
          for (int k = 0; k < n; k++) {
            db[j + k * stepB] -= g[o + k] * (quotient[o + k] / y[j + k * stepB]);
          }
        };
    return record(out, a, b, rows, forward, backwardA, backwardB);
  }

  static Tensor eq(Tensor a, Tensor b) {
    Broadcast rows = Broadcast.of("eq", a.sharedShape(), b.sharedShape());
    Tensor out = Tensor.zeros(rows.shape());
    Broadcast.Loop forward =
        (o, i, stepA, j, stepB, n) -> {
          for (int k = 0; k < n; k++) {
            out.data()[o + k] = a.data()[i + k * stepA] == b.data()[j + k * stepB] ? 1f : 0f;
          }
        };
    return Tensor.noGrad(
        () -> Autograd.record(out, Tensor.inputs(a, b), () -> rows.forEachRow(forward), () -> {}));
  }

  /** Adds a stretch of the output's gradient to an input's; a step of 0 adds all to one element. */
  private static void addGrad(
      Tensor out, int position, Tensor input, int inputPosition, int step, int n, float sign) {
    float[] g = out.gradData();
    float[] d = input.gradData();
    for (int k = 0; k < n; k++) {
      d[inputPosition + k * step] += sign * g[position + k];
    }
  }

  private static Tensor record(
      Tensor out,
      Tensor a,
      Tensor b,
      Broadcast rows,
      Broadcast.Loop forward,
      Broadcast.Loop backwardA,
      Broadcast.Loop backwardB) {
    return Autograd.record(
        out,
        Tensor.inputs(a, b),
        () -> rows.forEachRow(forward),
        () -> {
          if (a.requiresGrad()) {
            rows.forEachRow(backwardA);
          }
          if (b.requiresGrad()) {
            rows.forEachRow(backwardB);
          }
        });
  }
}
