package io.beamgrad.registry.gate;

/**
 * McNemar's test, one-sided: of the rows that only one of two models gets right, does the first one
 * get more than chance gives (Q. McNemar, "Note on the sampling error of the difference between
 * correlated proportions or percentages", 1947). Up to {@value #MOST_EXACT} such rows it is the
 * exact binomial test, beyond that the chi-square with continuity correction.
 */
final class McNemar {
  static final int MOST_EXACT = 25;

  private McNemar() {}

  /**
   * @param onlyFirst rows that only the first model gets right
   * @param onlySecond rows that only the second does
   */
  static TestResult of(long onlyFirst, long onlySecond, double confidence) {
    long both = onlyFirst + onlySecond;
    if (both <= MOST_EXACT) {
      return result((double) onlyFirst, upperTail((int) onlyFirst, (int) both), confidence);
    }
    double root = Math.sqrt((double) both);
    double more = onlyFirst - (double) onlySecond;
    double corrected = Math.max(0, Math.abs(more) - 1) / root;
    double p = Normal.upperTail((more - 1) / root);
    return result(corrected * corrected, p, confidence);
  }

  private static TestResult result(double statistic, double p, double confidence) {
    return new TestResult("mcnemar", statistic, p, confidence, null, null, null);
  }

  /** The chance of at least so many heads of so many coins; exact, as all counts are below 2^53. */
  private static double upperTail(int heads, int coins) {
    long ways = 1; // to have so many heads, from none on
    long atLeast = 0;
    for (int k = 0; k <= coins; k++) {
      atLeast += k >= heads ? ways : 0;
      ways = ways * (coins - k) / (k + 1);
    }
    return Math.scalb((double) atLeast, -coins);
  }
}
