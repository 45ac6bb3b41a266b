package io.beamgrad.registry.gate;

import io.beamgrad.evaluation.ModelComparison;
import io.beamgrad.metrics.Metric;
import io.beamgrad.tensor.Generator;
import java.util.Arrays;

/**
 * How sure the gain of one model over another is: the rows are drawn again with replacement, both
 * models' values together, and the gain in the mean is taken each time; bounds are percentiles (B.
 * Efron and R. Tibshirani, "An Introduction to the Bootstrap", 1993). The same seed gives the same
 * bits.
 */
final class PairedBootstrap {
  private PairedBootstrap() {}

  /**
   * @param metric decides which of two values is better
   * @param margin the gain that is tested: below it a draw speaks against the first model
   */
  static TestResult of(
      ModelComparison.Pairs pairs,
      Metric metric,
      double margin,
      double confidence,
      int resamples,
      long seed) {
    int rows = pairs.weights().length;
    double[] gains = new double[rows];
    for (int row = 0; row < rows; row++) {
      gains[row] = metric.gain(pairs.challenger()[row], pairs.current()[row]);
    }
    double[] drawn = new double[resamples];
    Generator generator = Generator.derive(seed, "bootstrap");
    int against = 0;
    for (int i = 0; i < resamples; i++) {
      double gain = 0;
      double weight = 0;
      for (int draw = 0; draw < rows; draw++) {
        int row = (int) generator.nextLong(rows);
        gain += gains[row];
        weight += pairs.weights()[row];
      }
      drawn[i] = gain / weight;
      against += drawn[i] > margin ? 0 : 1; // what is not a number speaks against it
    }
    Arrays.sort(drawn); // NaN comes last
    double share = (1 - confidence) * resamples;
    boolean isNumber = rows > 0 && !Double.isNaN(drawn[resamples - 1]);
    int below = (int) Math.max(0, Math.floor(share + 1e-9) - 1);
    return new TestResult(
        "bootstrap",
        sum(gains) / sum(pairs.weights()),
        (against + 1.0) / (resamples + 1),
        confidence,
        isNumber ? drawn[below] : Double.NaN,
        isNumber ? drawn[resamples - 1 - below] : Double.NaN);
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
