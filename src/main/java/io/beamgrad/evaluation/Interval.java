package io.beamgrad.evaluation;

/**
 * Where a mean may lie, at a confidence of 95%.
 *
 * @param low its lower bound
 * @param high its upper bound
 */
public record Interval(double low, double high) {
  private static final double Z = 1.959963984540054; // of the normal distribution, two-sided

  /**
   * That of a share of rows that are right or wrong, by E. B. Wilson (1927).
   *
   * @param share in [0, 1]
   * @param rows so many rows of equal weight would say as much, above 0
   */
  static Interval ofShare(double share, double rows) {
    double squared = Z * Z / rows;
    double middle = (share + squared / 2) / (1 + squared);
    double half = Z / (1 + squared) * Math.sqrt(share * (1 - share) / rows + squared / rows / 4);
    return new Interval(Math.max(0, middle - half), Math.min(1, middle + half));
  }

  /**
   * That of a mean of many sizes.
   *
   * @param error its standard error
   */
  static Interval ofMean(double mean, double error) {
    return new Interval(Math.max(0, mean - Z * error), mean + Z * error);
  }
}
