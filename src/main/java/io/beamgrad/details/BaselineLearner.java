package io.beamgrad.details;

import io.beamgrad.nn.Loss;
import io.beamgrad.schema.Baseline;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Learns what is best said of every row without a look at it: the most frequent class of the
 * training rows, or the mean of each target number. Rows count by their weights, and are added in
 * the order of their ranks.
 */
public final class BaselineLearner {
  private final double[] classWeights; // empty for numbers
  private final double[] means; // empty for classes
  private double weightSum;

  /**
   * @param classes how many there are; 0 for numbers
   * @param width how many target numbers a row has
   */
  public BaselineLearner(int classes, int width) {
    this.classWeights = new double[classes];
    this.means = new double[classes == 0 ? width : 0];
  }

  /**
   * Adds rows.
   *
   * @param targets {@code (count, width)}; a class is its index
   * @param weights {@code (count)}; null for 1
   */
  public void add(float[] targets, float @Nullable [] weights, int count) {
    for (int row = 0; row < count; row++) {
      double weight = weights == null ? 1 : weights[row];
      weightSum += weight;
      if (classWeights.length > 0 && targets[row] != Loss.UNKNOWN_CLASS) {
        classWeights[(int) targets[row]] += weight;
      }
      for (int i = 0; i < means.length && weight != 0; i++) {
        // West's update
        means[i] += (targets[row * means.length + i] - means[i]) * weight / weightSum;
      }
    }
  }

  /** Empty where no row weighs. */
  public Optional<Baseline> result() {
    if (weightSum == 0) {
      return Optional.empty();
    }
    int label = 0;
    for (int c = 1; c < classWeights.length; c++) {
      label = classWeights[c] > classWeights[label] ? c : label;
    }
    return Optional.of(
        classWeights.length == 0
            ? new Baseline(null, DoubleStream.of(means).boxed().toList())
            : new Baseline(label, List.of()));
  }
}
