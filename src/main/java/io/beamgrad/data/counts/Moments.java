package io.beamgrad.data.counts;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.stream.Stream;

/**
 * The exact count, sum, sum of squares, least and largest of numbers, from which mean and standard
 * deviation follow. All are exact, so the order in which numbers are added and parts are merged
 * does not matter, and no float is too large or too small.
 */
public final class Moments implements Serializable {
  private static final long serialVersionUID = 2L;
  private static final MathContext PRECISION = new MathContext(60);

  private long count;
  private final ExactSum sum = new ExactSum();
  private final ExactSum squares = new ExactSum();
  private double least = Double.POSITIVE_INFINITY;
  private double largest = Double.NEGATIVE_INFINITY;

  /** A list of moments of no numbers. */
  public static List<Moments> none(int count) {
    return Stream.generate(Moments::new).limit(count).toList();
  }

  /** Adds a finite number. */
  public void add(float value) {
    count++;
    sum.add(value);
    squares.add((double) value * value); // exact: 24 + 24 bits of mantissa
    addRange(value, value);
  }

  /** Adds bytes as numbers from 0 to 255. */
  public void addBytes(byte[] values, int number) {
    // A block has far fewer than 2^37 bytes, so that neither long can overflow, and both sums are
    // below 2^53 and so exact as doubles.
    long bytesSum = 0;
    long bytesSquares = 0;
    for (int i = 0; i < number; i++) {
      int value = values[i] & 0xff;
      bytesSum += value;
      bytesSquares += (long) value * value;
      addRange(value, value);
    }
    count += number;
    sum.add((double) bytesSum);
    squares.add((double) bytesSquares);
  }

  private void addRange(double low, double high) {
    least = Math.min(least, low);
    largest = Math.max(largest, high);
  }

  /** Adds all that another one counted. */
  public void add(Moments other) {
    count += other.count;
    sum.add(other.sum);
    squares.add(other.squares);
    addRange(other.least, other.largest);
  }

  /** How many numbers were added. */
  long count() {
    return count;
  }

  /** The mean, rounded once; 0 where there are no numbers. */
  public double mean() {
    return count == 0 ? 0 : sum.value().divide(BigDecimal.valueOf(count), PRECISION).doubleValue();
  }

  /** The standard deviation, of n; exactly 0 where all numbers are the same. */
  public double deviation() {
    if (least >= largest) {
      return 0;
    }
    BigDecimal n = BigDecimal.valueOf(count);
    BigDecimal total = sum.value();
    // Without a division until the end, so that nothing is lost where the mean is large.
    return n.multiply(squares.value())
        .subtract(total.multiply(total))
        .sqrt(PRECISION)
        .divide(n, PRECISION)
        .doubleValue();
  }

  /** The least number; 0 where there are none. */
  public double least() {
    return count == 0 ? 0 : least;
  }

  /** The largest number; 0 where there are none. */
  public double largest() {
    return count == 0 ? 0 : largest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Moments moments
        && count == moments.count
        && least == moments.least
        && largest == moments.largest
        && sum.equals(moments.sum)
        && squares.equals(moments.squares);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(count) + sum.hashCode();
  }
}
