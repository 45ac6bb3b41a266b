package io.beamgrad.train;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/** Row numbers for training and for validation, disjoint, each in ascending order. */
public final class RowSplit {

  private final long[] train;
  private final long[] validation;

  private RowSplit(long[] train, long[] validation) {
    this.train = train;
    this.validation = validation;
  }

  /**
   * Splits rows 0 to {@code rows - 1} at random.
   *
   * @param validationFraction the share for validation, taken as the decimal number it is written
   *     as: {@code floor(share * rows)} rows, exactly
   */
  public static RowSplit splitIndices(int rows, double validationFraction, long seed) {
    if (!(validationFraction >= 0 && validationFraction <= 1)) {
      throw new IllegalArgumentException(
          "splitIndices: validationFraction must be in [0, 1], was " + validationFraction);
    }
    int validationRows = (int) share(rows, validationFraction);
    long[] order = RandomSampler.permutation(rows, seed, "split");
    long[] validation = Arrays.copyOfRange(order, 0, validationRows);
    long[] train = Arrays.copyOfRange(order, validationRows, rows);
    Arrays.sort(validation);
    Arrays.sort(train);
    return new RowSplit(train, validation);
  }

  /** floor(fraction * rows) for the decimal number that prints as {@code fraction}. */
  public static long share(long rows, double fraction) {
    return BigDecimal.valueOf(fraction)
        .multiply(BigDecimal.valueOf(rows))
        .setScale(0, RoundingMode.FLOOR)
        .longValueExact();
  }

  public long[] train() {
    return train.clone();
  }

  public long[] validation() {
    return validation.clone();
  }
}
