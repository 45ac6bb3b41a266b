package io.beamgrad.data.counts;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A sum of doubles without rounding, so that the order in which values are added and sums are
 * merged does not matter. The exact sum is kept as a wide fixed-point number in 32-bit digits held
 * in longs; before, the mantissas of each exponent are added up, so that carries need not run at
 * each addition (R. M. Neal, "Fast exact summation using small and large superaccumulators", arXiv
 * 1505.05571).
 */
public final class ExactSum implements Serializable {
  private static final long serialVersionUID = 2L;
  private static final int DIGIT_BITS = 32;
  // The lowest bit of a subnormal double is 2^-1074; the highest of a finite one is 2^1023.
  private static final int LOWEST_EXPONENT = -1074;
  private static final int DIGITS = (1074 + 1024) / DIGIT_BITS + 3;
  private static final int EXPONENTS = 2047; // those of finite numbers
  private static final int MANTISSA_BITS = 52;
  // So many mantissas of 53 bits never overflow a long.
  private static final int MOST_PENDING = (1 << Long.SIZE - 1 - MANTISSA_BITS - 1) - 1;

  private final long[] digits = new long[DIGITS];
  private transient long @Nullable [] pending; // (exponents): sums of mantissas; null for none
  private transient int pendingCount;
  private transient int lowestPending; // exponent
  private transient int highestPending;

  /**
   * Adds a value.
   *
   * @throws IllegalArgumentException where the value is NaN or infinite
   */
  public void add(double value) {
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >>> MANTISSA_BITS) & 0x7ff;
    if (exponent == EXPONENTS) {
      throw new IllegalArgumentException("value must be finite, was " + value);
    }
    if (pendingCount == 0) {
      begin();
    }
    long mantissa = bits & ((1L << MANTISSA_BITS) - 1);
    if (exponent == 0) {
      exponent = 1;
    } else {
      mantissa |= 1L << MANTISSA_BITS;
    }
    long sign = bits >> Long.SIZE - 1; // 0 or -1
    pending[exponent] += (mantissa ^ sign) - sign;
    lowestPending = Math.min(lowestPending, exponent);
    highestPending = Math.max(highestPending, exponent);
    if (++pendingCount == MOST_PENDING) {
      settle();
    }
  }

  private void begin() {
    if (pending == null) {
      pending = new long[EXPONENTS];
    }
    lowestPending = EXPONENTS;
    highestPending = 0;
  }

  /** Adds what is pending to the digits, and carries. */
  private void settle() {
    if (pendingCount == 0) {
      return;
    }
    for (int exponent = lowestPending; exponent <= highestPending; exponent++) {
      long sum = pending[exponent];
      pending[exponent] = 0;
      if (sum != 0) {
        int shift = exponent - 1; // a mantissa counts 2^(shift - 1074)
        int digit = shift / DIGIT_BITS;
        int within = shift % DIGIT_BITS;
        // Its 64 bits moved by up to 31 lie in three digits, of which the highest has the sign.
        digits[digit] += sum << within & 0xffffffffL;
        digits[digit + 1] += sum >> DIGIT_BITS - within & 0xffffffffL;
        digits[digit + 2] += within == 0 ? sum >> Long.SIZE - 1 : sum >> 2 * DIGIT_BITS - within;
      }
    }
    pendingCount = 0;
    carry();
  }

  /** Adds all that another sum holds. */
  public void add(ExactSum other) {
    other.settle();
    settle();
    for (int i = 0; i < DIGITS; i++) {
      digits[i] += other.digits[i];
    }
    carry();
  }

  private void carry() {
    for (int i = 0; i < DIGITS - 1; i++) {
      long over = digits[i] >> DIGIT_BITS;
      digits[i] -= over << DIGIT_BITS;
      digits[i + 1] += over;
    }
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    settle();
    out.defaultWriteObject();
  }

  /** The exact sum. */
  public BigDecimal value() {
    settle();
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
