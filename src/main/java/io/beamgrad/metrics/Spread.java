package io.beamgrad.metrics;

import java.util.List;

/**
 * The mean of some values and their standard deviation, by their number, as {@code numpy.std} has
 * it.
 */
public record Spread(double mean, double deviation) {

  /**
   * That of values, each of which counts the same.
   *
   * @param values at least one; their order decides the last bits
   */
  public static Spread of(List<Double> values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.size();
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return new Spread(mean, Math.sqrt(squares / values.size()));
  }
}
