package io.beamgrad.nn;

/**
 * The arithmetic of layers that normalise, which training and a prediction for one row share: sums
 * are taken in double in the order of the elements, and the results are float32.
 */
public final class Normalization {

  private Normalization() {}

  /** {@code 1 / sqrt(variance + eps)}. */
  public static float inverseDeviation(double variance, double eps) {
    return (float) (1 / Math.sqrt(variance + eps));
  }

  /**
   * Gives a row mean 0 and variance 1: {@code (x - mean) / sqrt(variance + eps)}, where the
   * variance is the mean of squared distances.
   *
   * @param from the position of the row's first element
   * @param to the position of its first result
   * @return what the distances were multiplied by
   */
  public static float normalizeRow(float[] x, int from, float[] y, int to, int n, double eps) {
    double sum = 0;
    for (int j = 0; j < n; j++) {
      sum += x[from + j];
    }
    double mean = sum / n;
    double squares = 0;
    for (int j = 0; j < n; j++) {
      double distance = x[from + j] - mean;
      squares += distance * distance;
    }
    float inverse = inverseDeviation(squares / n, eps);
    float center = (float) mean;
    for (int j = 0; j < n; j++) {
      y[to + j] = (x[from + j] - center) * inverse;
    }
    return inverse;
  }
}
