package io.beamgrad.data.encoding;

import io.beamgrad.data.rows.RawColumn;

/**
 * The range of some numbers.
 *
 * @param least infinite where there are none
 * @param largest minus infinity where there are none
 */
public record NumberRange(double least, double largest) {
  public static final NumberRange EMPTY =
      new NumberRange(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

  /** Never -0, as the order of the numbers would decide which zero comes first. */
  public NumberRange {
    least += 0.0;
    largest += 0.0;
  }

  /** The range of the first numbers of a column, of which missing ones are none. */
  static NumberRange of(RawColumn values, int count) {
    double least = EMPTY.least;
    double largest = EMPTY.largest;
    for (int i = 0; i < count; i++) {
      double value = values.number(i); // a missing one is NaN, which compares as neither
      if (value < least) {
        least = value;
      }
      if (value > largest) {
        largest = value;
      }
    }
    return new NumberRange(least, largest);
  }

  /** Whether there are no numbers. */
  public boolean isEmpty() {
    return least > largest;
  }

  /** The range of these numbers and others. */
  public NumberRange and(NumberRange other) {
    return new NumberRange(Math.min(least, other.least), Math.max(largest, other.largest));
  }
}
