package io.beamgrad.data.rows;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;

/**
 * Decides which numbers are kept in 32 bits, which in 64, and which need more. The number alone
 * decides, so that it does not matter where it stands or in what format it came:
 *
 * <ul>
 *   <li>A number that a float holds exactly is that float.
 *   <li>Another whole number within 64 bits is exact: a double, and beside it what the double
 *       leaves of it.
 *   <li>Another number is a float where the float nearest to it has it as its shortest decimal, as
 *       0.1 and 12.75 are; else it is the nearest double.
 * </ul>
 */
public final class NumberPrecision {
  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final double BEYOND_LONG = 0x1p63;
  private static final double LEAST = 0x1p-400; // its square is exact as the sum of two doubles
  private static final long MOST_DIGITS = 1_000_000_000; // a float has at most nine
  private static final double ROUNDING = 1e-5; // far above the error of the products below
  private static final long BELOW_FLOAT = (1L << 29) - 1;
  private static final long HALFWAY = 1L << 28;

  private NumberPrecision() {}

  /** Whether a float holds a number exactly. NaN counts as such a number. */
  public static boolean isFloat(double value) {
    return (float) value == value || Double.isNaN(value);
  }

  /**
   * The number as it is kept: a float where one stands for it, else the double itself. A number
   * nearer to 0 than 2^-400 becomes a float too, which is 0.
   */
  public static double kept(double value) {
    float nearest = (float) value;
    double size = Math.abs(value);
    if (nearest == value || size < LEAST || Double.isNaN(value)) {
      return nearest;
    }
    if (size < BEYOND_LONG && value == Math.rint(value)) {
      return value;
    }
    if ((Double.doubleToRawLongBits(value) & BELOW_FLOAT) == HALFWAY) {
      nearest =
          Float.parseFloat(DoubleToDecimal.toString(value)); // the decimal may lie on either side
    }
    return isShortest(size, Math.abs(nearest)) ? nearest : value;
  }

  /** {@link #kept} of the double nearest to {@code digits / 10^scale}, whose last digit is no 0. */
  static double kept(double value, long digits, int scale) {
    float nearest = (float) value;
    boolean isUsual =
        (Double.doubleToRawLongBits(value) & BELOW_FLOAT) != HALFWAY
            && value >= Float.MIN_NORMAL
            && !isPowerOfTwo(nearest);
    if (!isUsual || nearest == value) {
      return kept(value);
    }
    return isShortest(digits, scale, value, nearest) ? nearest : value;
  }

  /** What the double nearest to a whole number leaves of it; at most 512 either way. */
  public static int rest(long whole) {
    double nearest = whole;
    return nearest == BEYOND_LONG
        ? (int) (whole - Long.MAX_VALUE) - 1
        : (int) (whole - (long) nearest);
  }

  /** The whole number of which a double and a rest are the sum. */
  public static long whole(double value, int rest) {
    return value == BEYOND_LONG ? Long.MAX_VALUE + rest + 1 : (long) value + rest;
  }

  /** Whether the shortest decimal of the nearest float is the decimal that a double stands for. */
  private static boolean isShortest(double size, float nearest) {
    // There are nine or ten digits before the point of size * 10^scale.
    int scale = 8 - ((Math.getExponent(size) * 1233) >> 12); // 1233 / 2^12 is log10(2)
    if (scale < 0 && size < BEYOND_LONG) {
      return false; // It has more digits than a float.
    }
    if (scale < 0 || scale >= POWERS_OF_TEN.length || isPowerOfTwo(nearest)) {
      return isShortestAsText(size, nearest);
    }
    double digits = Math.rint(size * POWERS_OF_TEN[scale]);
    if (digits / POWERS_OF_TEN[scale] != size) {
      return false; // It has more digits than these.
    }
    long whole = (long) digits;
    if (whole % 1000 == 0) { // Each decimal of at most six digits has its own float.
      return whole < MOST_DIGITS
          || whole % 10_000 == 0
          || isShortest(whole / 1000, scale - 3, size, nearest);
    }
    while (whole % 10 == 0) {
      whole /= 10;
      scale--;
    }
    return isShortest(whole, scale, size, nearest);
  }

  /** Whether {@code digits / 10^scale} is the shortest decimal of the float nearest to it. */
  private static boolean isShortest(long digits, int scale, double size, float nearest) {
    if (digits >= MOST_DIGITS) {
      return false;
    }
    // In units of the last digit: the float, and how far from it decimals still round to it.
    double exact = nearest * POWERS_OF_TEN[scale];
    double reach = Math.ulp(nearest) / 2 * POWERS_OF_TEN[scale];
    double distance = Math.abs(digits - exact);
    double toShorter = Math.abs(Math.rint(exact / 10) * 10 - exact); // with one digit less
    if (distance > 0.5 + ROUNDING || toShorter < reach - ROUNDING) {
      return false;
    }
    return (distance < 0.5 - ROUNDING && toShorter > reach + ROUNDING)
        || isShortestAsText(size, nearest);
  }

  private static boolean isPowerOfTwo(float value) {
    return (Float.floatToRawIntBits(value) & ((1 << 23) - 1)) == 0;
  }

  private static boolean isShortestAsText(double size, float nearest) {
    return Double.parseDouble(FloatToDecimal.toString(nearest)) == size;
  }
}
