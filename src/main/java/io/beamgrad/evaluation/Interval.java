package io.beamgrad.evaluation;

/**
 * Where a mean may lie, at a confidence of 95%.
 *
 * @param low its lower bound
 * @param high its upper bound
 */
public record Interval(double low, double high) {

  /** Fewer rows say too little of the spread of errors. */
  static final int LEAST_ROWS = 10;

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
   * That of a mean, by Student's t.
   *
   * @param error its standard error
   * @param rows that both are of, at least {@link #LEAST_ROWS}
   */
  static Interval ofMean(double mean, double error, double rows) {
    double quantile = student(rows - 1);
    return new Interval(Math.max(0, mean - quantile * error), mean + quantile * error);
  }

  /** The quantile of Student's t by Abramowitz and Stegun, 26.7.5: from 9 on to 0.00002. */
  private static double student(double freedom) {
    double z2 = Z * Z;
    double first = Z * (z2 + 1) / 4;
    double second = Z * ((5 * z2 + 16) * z2 + 3) / 96;
    double third = Z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    double fourth = Z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
    return Z + (first + (second + (third + fourth / freedom) / freedom) / freedom) / freedom;
  }
}
