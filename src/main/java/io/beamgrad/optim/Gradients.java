package io.beamgrad.optim;

import io.beamgrad.tensor.GradRows;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Changes of the gradients between backward and the optimiser's step. */
public final class Gradients {

  private static final double EPSILON = 1e-6; // PyTorch's

  private static final ThreadLocal<double[]> SUMS = ThreadLocal.withInitial(() -> new double[0]);

  private Gradients() {}

  /**
   * Scales all gradients so that their common norm is at most {@code maxNorm}, as {@code
   * torch.nn.utils.clip_grad_norm_}; the norm before.
   *
   * <p>Squares are summed in double in this order: those of each row of a gradient, in order of the
   * columns; then the rows' sums; then the gradients'. Where a parameter keeps {@link
   * Tensor#gradRows} it lies the other way round than a dense layer's, and so rows and columns
   * change places, and only the rows that are not zero are looked at.
   */
  public static double clipGradNorm(List<Tensor> parameters, double maxNorm) {
    double squares = 0;
    for (int p = 0; p < parameters.size(); p++) { // an iterator would be an object for each step
      Tensor parameter = parameters.get(p);
      if (parameter.hasGrad()) {
        squares +=
            parameter.gradRows() == null
                ? sumOfSquares(parameter)
                : sumOfSquaresByColumn(parameter);
      }
    }
    double norm = StrictMath.sqrt(squares);
    double scale = maxNorm / (norm + EPSILON);
    if (scale < 1) {
      for (int p = 0; p < parameters.size(); p++) {
        Tensor parameter = parameters.get(p);
        if (parameter.hasGrad()) {
          scale(parameter, (float) scale);
        }
      }
    }
    return norm;
  }

  private static double sumOfSquares(Tensor parameter) {
    float[] g = parameter.gradData();
    int rows = parameter.dim() == 0 ? 1 : parameter.size(0);
    int width = rows == 0 ? 0 : g.length / rows;
    double total = 0;
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      for (int i = r * width; i < (r + 1) * width; i++) {
        sum += (double) g[i] * g[i];
      }
      total += sum;
    }
    return total;
  }

  private static double sumOfSquaresByColumn(Tensor parameter) {
    float[] g = parameter.gradOfRows();
    int width = parameter.size(1);
    double[] sums = sums(width);
    GradRows rows = parameter.gradRows();
    if (rows.all()) {
      for (int r = 0; r < parameter.size(0); r++) {
        addSquares(g, r * width, sums, width);
      }
    } else {
      rows.sort();
      for (int i = 0; i < rows.count(); i++) {
        addSquares(g, rows.rows()[i] * width, sums, width);
      }
    }
    double total = 0;
    for (int j = 0; j < width; j++) {
      total += sums[j];
    }
    return total;
  }

  /** Zeros, in an array of this thread that is used again and may be longer. */
  private static double[] sums(int count) {
    double[] sums = SUMS.get();
    if (sums.length < count) {
      sums = new double[count];
      SUMS.set(sums);
    }
    Arrays.fill(sums, 0, count, 0);
    return sums;
  }

  private static void addSquares(float[] g, int from, double[] sums, int width) {
    for (int j = 0; j < width; j++) {
      sums[j] += (double) g[from + j] * g[from + j];
    }
  }

  private static void scale(Tensor parameter, float scale) {
    GradRows rows = parameter.gradRows();
    float[] g = parameter.gradOfRows();
    if (rows == null || rows.all()) {
      scale(g, 0, g.length, scale);
      return;
    }
    int width = parameter.size(1);
    for (int i = 0; i < rows.count(); i++) {
      scale(g, rows.rows()[i] * width, width, scale);
    }
  }

  private static void scale(float[] gradients, int from, int count, float scale) {
    for (int i = from; i < from + count; i++) {
      gradients[i] *= scale;
    }
  }

  /**
   * Adds the gradient of {@code strength / 2 * sum((w - anchor)^2)} over all parameters.
   *
   * @param anchors of each parameter what it is pulled to
   */
  public static void addPull(List<Tensor> parameters, List<float[]> anchors, double strength) {
    for (int p = 0; p < parameters.size(); p++) {
      Tensor parameter = parameters.get(p);
      float[] w = parameter.data();
      float[] anchor = anchors.get(p);
      float[] g = parameter.gradData();
      for (int i = 0; i < g.length; i++) {
        g[i] += (float) strength * (w[i] - anchor[i]);
      }
    }
  }

  /** Adds the gradient of {@code l1 * sum(|w|) + l2 / 2 * sum(w^2)} over all parameters. */
  public static void addPenalty(List<Tensor> parameters, double l1, double l2) {
    for (int p = 0; p < parameters.size(); p++) {
      Tensor parameter = parameters.get(p);
      float[] w = parameter.data();
      float[] g = parameter.gradData();
      for (int i = 0; i < g.length; i++) {
        g[i] += (float) l1 * Math.signum(w[i]) + (float) l2 * w[i];
      }
    }
  }
}
