package io.beamgrad.registry.gate;

/** What a comparison without drift exceeds by chance alone. */
final class Chance {
  private Chance() {}

  /**
   * The value that a chi-square exceeds with a probability; beyond two degrees by Wilson and
   * Hilferty, which is up to a tenth too high for probabilities down to 1e-8.
   */
  static double chiSquare(int degrees, double probability) {
    if (degrees < 1) {
      return 0;
    }
    if (degrees == 1) {
      return Math.pow(normal(probability / 2), 2);
    }
    if (degrees == 2) {
      return -2 * Math.log(probability);
    }
    double part = 2.0 / (9 * degrees);
    return degrees * Math.pow(1 - part + normal(probability) * Math.sqrt(part), 3);
  }

  /** The value that {@code sqrt(n)} times a Kolmogorov-Smirnov distance exceeds. */
  static double kolmogorov(double probability) {
    return Math.sqrt(-Math.log(probability / 2) / 2);
  }

  /** The value that a standard normal variable exceeds with a probability below a half. */
  private static double normal(double probability) {
    double low = 0;
    double high = 40;
    while (high - low > 1e-12 * high) {
      double middle = (low + high) / 2;
      if (Normal.upperTail(middle) > probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }
}
