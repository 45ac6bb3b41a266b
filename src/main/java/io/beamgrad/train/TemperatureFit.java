package io.beamgrad.train;

import io.beamgrad.nn.Loss;

/**
 * The temperature of {@link io.beamgrad.nn.Temperature} that minimises the mean cross-entropy of
 * some rows, by their weights. Of b = 1 / T that loss is convex:
 *
 * <pre>
 *   CLASS   f(b) = sum of w (log(sum over c of exp(b z[c])) - b z[y])
 *   BINARY  f(b) = sum of w (log(1 + exp(b z)) - y b z)
 * </pre>
 *
 * <p>Its derivative is 0 there, which Newton's steps within a bracket find; a step that leaves the
 * bracket halves it. All sums are in double and in the order of the rows, so that the temperature
 * depends on them alone.
 */
public final class TemperatureFit {
  private static final double LEAST = 0.01; // of b: the temperature is 100 at most
  private static final double MOST = 100;
  private static final int MOST_STEPS = 100;
  private static final double PRECISION = 1e-10; // of b, relative

  private final Loss.Target target;
  private final float[] logits; // (rows, size)
  private final int size;
  private final float[] labels; // (rows)
  private final float[] weights; // (rows); null for 1
  private final int rows;
  private double first; // derivative at the b that was looked at last
  private double second;

  private TemperatureFit(
      Loss.Target target, float[] logits, int size, float[] labels, float[] weights, int rows) {
    this.target = target;
    this.logits = logits;
    this.size = size;
    this.labels = labels;
    this.weights = weights;
    this.rows = rows;
  }

  /**
   * The temperature in [0.01, 100]. Where the loss has no least value, as the most probable class
   * is right in all rows and it falls the surer the model is, it stays 1.
   *
   * @param logits {@code (at least rows, size)}
   * @param size the logits of a row
   * @param labels {@code (at least rows)}; rows of {@link Loss#UNKNOWN_CLASS} do not count
   * @param weights {@code (at least rows)}, at least 0; null for 1
   */
  public static double of(
      Loss.Target target, float[] logits, int size, float[] labels, float[] weights, int rows) {
    return 1 / new TemperatureFit(target, logits, size, labels, weights, rows).inverse();
  }

  private double inverse() {
    double from = LEAST;
    double to = MOST;
    look(from);
    if (first >= 0) {
      return second == 0 ? 1 : from; // of logits that are all the same nothing can be learned
    }
    look(to);
    if (first <= 0) {
      return 1;
    }
    double b = 1;
    for (int step = 0; step < MOST_STEPS; step++) {
      look(b);
      if (first > 0) {
        to = b;
      } else {
        from = b;
      }
      double next = b - first / second;
      if (!(next > from && next < to)) {
        next = from + (to - from) / 2;
      }
      if (Math.abs(next - b) <= PRECISION * b) {
        return next;
      }
      b = next;
    }
    return b;
  }

  /** Computes both derivatives at b. */
  private void look(double b) {
    first = 0;
    second = 0;
    for (int row = 0; row < rows; row++) {
      double weight = weights == null ? 1 : weights[row];
      if (weight == 0 || labels[row] == Loss.UNKNOWN_CLASS) {
        continue;
      }
      if (target == Loss.Target.BINARY) {
        addTwo(b, logits[row], labels[row] > 0.5f ? 1 : 0, weight);
      } else {
        addClasses(b, row * size, (int) labels[row], weight);
      }
    }
  }

  private void addTwo(double b, double logit, int label, double weight) {
    double p = 1 / (1 + StrictMath.exp(-b * logit));
    first += weight * (logit * (p - label));
    second += weight * (logit * logit * (p * (1 - p)));
  }

  /** The derivatives are mean and variance of the logits by their probabilities. */
  private void addClasses(double b, int at, int label, double weight) {
    double largest = logits[at];
    for (int c = 1; c < size; c++) {
      largest = Math.max(largest, logits[at + c]);
    }
    double sum = 0;
    double ofLogits = 0; // below the largest
    double ofSquares = 0;
    for (int c = 0; c < size; c++) {
      double below = logits[at + c] - largest;
      double e = StrictMath.exp(b * below);
      sum += e;
      ofLogits += e * below;
      ofSquares += e * (below * below);
    }
    double mean = ofLogits / sum;
    first += weight * (mean - (logits[at + label] - largest));
    second += weight * Math.max(0, ofSquares / sum - mean * mean);
  }
}
