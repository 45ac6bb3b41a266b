package io.beamgrad.data.counts;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A sum of doubles without rounding, so that the order in which values are added and sums are
 * merged does not matter. The exact sum is kept as a wide fixed-point number in 32-bit digits held
 * in longs, so that carries need not run at each addition (R. M. Neal, "Fast exact summation using
 * small and large superaccumulators", arXiv 1505.05571).
 */
public final class ExactSum implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int DIGIT_BITS = 32;
  // The lowest bit of a subnormal double is 2^-1074; the highest of a finite one is 2^1023.
  private static final int LOWEST_EXPONENT = -1074;
  private static final int DIGITS = (1074 + 1024) / DIGIT_BITS + 3;
  // Each addition puts less than 2^32 into a digit, so that a long cannot overflow before this.
  private static final int ADDITIONS_BEFORE_CARRY = 1 << 30;

  private final long[] digits = new long[DIGITS];
  private int additions;

  /**
   * Adds a value.
   *
   * @throws IllegalArgumentException where the value is NaN or infinite
   */
  public void add(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("value must be finite, was " + value);
    }
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >>> 52) & 0x7ff;
    long mantissa = bits & ((1L << 52) - 1);
    if (exponent == 0) {
      exponent = 1;
    } else {
      mantissa |= 1L << 52;
    }
    int shift = exponent - 1; // value = mantissa * 2^(shift - 1074)
    int digit = shift / DIGIT_BITS;
    int within = shift % DIGIT_BITS;
    // 53 bits moved by up to 31 lie in three digits.
    long low = (mantissa << within) & 0xffffffffL;
    long middle = (mantissa >>> (DIGIT_BITS - within)) & 0xffffffffL;
    long high = within == 0 ? 0 : mantissa >>> (2 * DIGIT_BITS - within);
    long sign = bits < 0 ? -1 : 1;
    digits[digit] += sign * low;
    digits[digit + 1] += sign * middle;
    digits[digit + 2] += sign * high;
    if (++additions == ADDITIONS_BEFORE_CARRY) {
      carry();
    }
  }

  /** Adds all that another sum holds. */
  public void add(ExactSum other) {
    other.carry();
    carry();
    for (int i = 0; i < DIGITS; i++) {
      digits[i] += other.digits[i];
    }
    additions = 1;
  }

  private void carry() {
    for (int i = 0; i < DIGITS - 1; i++) {
      long over = digits[i] >> DIGIT_BITS;
      digits[i] -= over << DIGIT_BITS;
      digits[i + 1] += over;
    }
    additions = 0;
  }

  /** The exact sum. */
  public BigDecimal value() {
    BigInteger sum = BigInteger.ZERO;
    for (int i = DIGITS - 1; i >= 0; i--) {
      sum = sum.shiftLeft(DIGIT_BITS).add(BigInteger.valueOf(digits[i]));
    }
    if (sum.signum() == 0) {
      return BigDecimal.ZERO;
    }
    int exponent = sum.getLowestSetBit() + LOWEST_EXPONENT; // of the odd number that is left
    BigInteger odd = sum.shiftRight(sum.getLowestSetBit());
    return exponent >= 0
        ? new BigDecimal(odd.shiftLeft(exponent))
        : new BigDecimal(odd.multiply(BigInteger.valueOf(5).pow(-exponent)), -exponent);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ExactSum sum && value().compareTo(sum.value()) == 0;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(value().doubleValue());
  }
}
