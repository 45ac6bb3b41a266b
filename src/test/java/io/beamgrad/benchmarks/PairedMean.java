package io.beamgrad.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * The mean of numbers that are of one split each, and its standard error.
 *
 * @param mean NaN of no numbers
 * @param error 0 of fewer than two
 */
record PairedMean(double mean, double error) {
  static PairedMean of(List<Double> values) {
    int count = values.size();
    double mean = values.stream().mapToDouble(Double::doubleValue).sum() / count;
    double squares = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
    return new PairedMean(mean, count < 2 ? 0 : StrictMath.sqrt(squares / (count - 1) / count));
  }

  /** Whether it is not below {@code -margin} by more than two standard errors. */
  boolean isWithin(double margin) {
    return mean + 2 * error >= -margin;
  }

  /** Such as {@code 0.9021 ± 0.0040}. */
  String text() {
    return String.format(Locale.ROOT, "%.4f ± %.4f", mean, error);
  }
}
