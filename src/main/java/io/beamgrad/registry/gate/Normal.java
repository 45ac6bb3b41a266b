package io.beamgrad.registry.gate;

/** The standard normal distribution. */
final class Normal {
  private static final double SERIES_BELOW = 3;
  private static final int FRACTION_TERMS = 200;

  private Normal() {}

  /** The chance of more than z, to about 14 digits. */
  static double upperTail(double z) {
    if (z < 0) {
      return 1 - upperTail(-z);
    }
    double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    if (z < SERIES_BELOW) {
      double term = z;
      double sum = z;
      for (int k = 3; term > 1e-18 * sum; k += 2) { // z + z^3/3 + z^5/(3*5) + ...
        term *= z * z / k;
        sum += term;
      }
      return 0.5 - density * sum;
    }
    double fraction = z; // z + 1/(z + 2/(z + 3/(z + ...)))
    for (int k = FRACTION_TERMS; k >= 1; k--) {
      fraction = z + k / fraction;
    }
    return density / fraction;
  }
}
