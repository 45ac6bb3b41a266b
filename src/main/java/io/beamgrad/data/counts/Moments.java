package io.beamgrad.data.counts;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.stream.Stream;

/**
 * The exact count, sum, sum of squares, least and largest of numbers, from which mean and standard
 * deviation follow. All are exact, so the order in which numbers are added and parts are merged
 * does not matter, and no float is too large or too small; nor is a double of 2^-400 or more, or a
 * whole number of 64 bits.
 */
public final class Moments implements Serializable {
  private static final long serialVersionUID = 3L;
  private static final MathContext PRECISION = new MathContext(60);

  private long count;
  private final ExactSum sum = new ExactSum();
  private final ExactSum squares = new ExactSum();
  private double least = Double.POSITIVE_INFINITY;
  private double largest = Double.NEGATIVE_INFINITY;
  private int leastRest; // to be added to the least
  private int largestRest;
  private boolean isWide; // whether a number was no float
  private boolean hasRest; // whether a number was no double

  /** A list of moments of no numbers. */
  public static List<Moments> none(int count) {
    return Stream.generate(Moments::new).limit(count).toList();
  }

  /** Adds a finite number. */
  public void add(double value) {
    add(value, 0);
  }

  /** Adds the sum of a finite number and the rest that it leaves of a whole number. */
  public void add(double value, int rest) {
    count++;
    sum.add(value);
    if ((float) value == value) {
      squares.add(value * value); // exact: 24 + 24 bits of mantissa
    } else {
      isWide = true;
      addProduct(value, value);
    }
    if (rest != 0) {
      isWide = true;
      hasRest = true;
      sum.add(rest);
      addProduct(value, 2.0 * rest);
      squares.add((double) rest * rest);
    }
    addRange(value, rest, value, rest);
  }

  /** Adds a product to the squares, as the sum of two doubles, which is exact. */
  private void addProduct(double a, double b) {
    double product = a * b;
    squares.add(product);
    squares.add(Math.fma(a, b, -product));
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
      addRange(value, 0, value, 0);
    }
    count += number;
    sum.add((double) bytesSum);
    squares.add((double) bytesSquares);
  }

  private void addRange(double low, int lowRest, double high, int highRest) {
    if (low <= least) {
      leastRest = low < least ? lowRest : Math.min(leastRest, lowRest);
    }
    if (high >= largest) {
      largestRest = high > largest ? highRest : Math.max(largestRest, highRest);
    }
    least = Math.min(least, low);
    largest = Math.max(largest, high);
  }

  /** Adds all that another one counted. */
  public void add(Moments other) {
    count += other.count;
    sum.add(other.sum);
    squares.add(other.squares);
    addRange(other.least, other.leastRest, other.largest, other.largestRest);
    isWide |= other.isWide;
    hasRest |= other.hasRest;
  }

  /** How many numbers were added. */
  long count() {
    return count;
  }

  /** Whether a number was one that float32 does not hold. */
  public boolean isWide() {
    return isWide;
  }

  /** The mean, rounded once; 0 where there are no numbers. */
  public double mean() {
    return exactMean().doubleValue();
  }

  /** What {@link #mean} leaves of the mean where a number was one that no double holds, else 0. */
  public double meanRest() {
    return hasRest ? exactMean().subtract(new BigDecimal(mean())).doubleValue() : 0;
  }

  private BigDecimal exactMean() {
    return count == 0 ? BigDecimal.ZERO : sum.value().divide(BigDecimal.valueOf(count), PRECISION);
  }

  /** The standard deviation, of n; exactly 0 where all numbers are the same. */
  public double deviation() {
    if (least >= largest && leastRest >= largestRest) {
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

  /** What {@link #least} leaves of the least number where no double holds it, else 0. */
  public double leastRest() {
    return leastRest;
  }

  /** The largest number; 0 where there are none. */
  public double largest() {
    return count == 0 ? 0 : largest;
  }

  /** The largest number less the least; 0 where there are none. */
  public double range() {
    return count == 0 ? 0 : largest - least + (largestRest - leastRest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Moments moments
        && count == moments.count
        && least == moments.least
        && largest == moments.largest
        && leastRest == moments.leastRest
        && largestRest == moments.largestRest
        && sum.equals(moments.sum)
        && squares.equals(moments.squares);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(count) + sum.hashCode();
  }
}
