package io.beamgrad.registry.gate;

import io.beamgrad.evaluation.ModelComparison;
import io.beamgrad.metrics.Metric;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a bootstrap draws: rows, or where several rows are of one group and so not independent of
 * each other, groups whole. What weighs nothing is left out, as it says nothing.
 *
 * @param gains the sum of weight times gain over the rows of each unit
 * @param weights what the rows of each unit weigh, above 0
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares or changes the arrays
record SamplingUnits(double[] gains, double[] weights, boolean areGroups) {

  /**
   * The units of some pairs.
   *
   * @param metric decides which of two values is better
   */
  static SamplingUnits of(ModelComparison.Pairs pairs, Metric metric) {
    int rows = pairs.weights().length;
    long[] groups = Arrays.stream(pairs.groups()).sorted().distinct().toArray();
    boolean areGroups = groups.length < rows;
    double[] gains = new double[groups.length];
    double[] weights = new double[groups.length];
    for (int row = 0; row < rows; row++) {
      int unit = areGroups ? Arrays.binarySearch(groups, pairs.groups()[row]) : row;
      gains[unit] += metric.gain(pairs.challenger()[row], pairs.current()[row]);
      weights[unit] += pairs.weights()[row];
    }
    int[] weighty = IntStream.range(0, weights.length).filter(unit -> weights[unit] > 0).toArray();
    return new SamplingUnits(
        Arrays.stream(weighty).mapToDouble(unit -> gains[unit]).toArray(),
        Arrays.stream(weighty).mapToDouble(unit -> weights[unit]).toArray(),
        areGroups);
  }

  int count() {
    return weights.length;
  }

  /** The gain in the weighted mean; NaN without units. */
  double gain() {
    double gain = 0;
    double weight = 0;
    for (int unit = 0; unit < weights.length; unit++) {
      gain += gains[unit];
      weight += weights[unit];
    }
    return gain / weight;
  }
}
