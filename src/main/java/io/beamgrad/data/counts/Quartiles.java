package io.beamgrad.data.counts;

import java.math.BigDecimal;

/**
 * The quartiles of numbers, exactly: of n sorted numbers the quantile p is that at index p (n - 1),
 * and between two of them on the straight line that joins them, as {@code numpy.quantile} and
 * scikit-learn's {@code RobustScaler} have it.
 *
 * @param lower the 25% quantile
 * @param median the 50% quantile
 * @param upper the 75% quantile
 * @param least the least number
 * @param largest the largest number
 * @param isWide whether a number was one that float32 does not hold
 * @param hasRest whether a number was one that no double holds
 */
public record Quartiles(
    BigDecimal lower,
    BigDecimal median,
    BigDecimal upper,
    BigDecimal least,
    BigDecimal largest,
    boolean isWide,
    boolean hasRest) {
  private static final BigDecimal TWO = BigDecimal.valueOf(2);

  /** Those of no numbers, which are all 0. */
  public static final Quartiles NONE =
      new Quartiles(
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          false,
          false);

  /** The double nearest to the median. */
  public double center() {
    return median.doubleValue();
  }

  /** What {@link #center} leaves of the median where a number was one that no double holds. */
  public double centerRest() {
    return hasRest ? median.subtract(new BigDecimal(center())).doubleValue() : 0;
  }

  /**
   * The range between the 25% and the 75% quantile; where that is 0, half of the range of all
   * numbers, which is 0 where all of them are the same.
   */
  public double spread() {
    BigDecimal middle = upper.subtract(lower);
    BigDecimal spread =
        middle.signum() != 0 ? middle : largest.subtract(least).divide(TWO); // exact
    return Math.min(spread.doubleValue(), Double.MAX_VALUE);
  }
}
