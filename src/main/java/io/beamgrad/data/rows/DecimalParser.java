package io.beamgrad.data.rows;

/**
 * Parses decimal numbers to the nearest float, ties to even: the same bits as {@link
 * Float#parseFloat} for every number. Common numbers are parsed without making a string.
 *
 * <p>The fast path is Clinger's (How to read floating point numbers accurately, PLDI 1990): up to
 * 15 digits and a power of ten up to 10^22 are exact doubles, so that one division rounds once.
 */
public final class DecimalParser {
  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final int MAX_EXACT_DIGITS = 15; // 10^15 < 2^53
  private static final long BELOW_FLOAT = (1L << 29) - 1;
  private static final long HALFWAY = 1L << 28;

  private float value;

  /**
   * Parses characters; true where they are a decimal number: sign, digits with a point anywhere,
   * exponent. Hexadecimal digits, Java's suffixes {@code f} and {@code d}, and names such as {@code
   * NaN} are refused. Numbers too large for a float become infinite.
   */
  public boolean parse(char[] chars, int fromInclusive, int toExclusive) {
    int at = fromInclusive;
    boolean negative = at < toExclusive && chars[at] == '-';
    if (negative || (at < toExclusive && chars[at] == '+')) {
      at++;
    }
    long digits = 0;
    int significant = 0;
    int pointShift = 0;
    boolean anyDigit = false;
    boolean afterPoint = false;
    for (; at < toExclusive; at++) {
      char c = chars[at];
      if (c >= '0' && c <= '9') {
        anyDigit = true;
        // Numbers of more than 15 digits take the slow path, so 'digits' need not hold them.
        if (significant <= MAX_EXACT_DIGITS) {
          digits = digits * 10 + (c - '0');
        }
        if (significant > 0 || c != '0') {
          significant++;
        }
        if (afterPoint) {
          pointShift--;
        }
      } else if (c == '.' && !afterPoint) {
        afterPoint = true;
      } else {
        break;
      }
    }
    if (!anyDigit) {
      return false;
    }
    boolean hasExponent = at < toExclusive;
    if (hasExponent && !isExponent(chars, at, toExclusive)) {
      return false;
    }
    if (hasExponent
        || significant > MAX_EXACT_DIGITS
        || -pointShift >= POWERS_OF_TEN.length
        || !parseShort(digits, POWERS_OF_TEN[-pointShift])) {
      value = Float.parseFloat(new String(chars, fromInclusive, toExclusive - fromInclusive));
    } else if (negative) {
      value = -value;
    }
    return true;
  }

  /** The result of the last {@link #parse} that gave true. */
  public float value() {
    return value;
  }

  /**
   * Parses by one division of two exact doubles, which gives the double nearest to the number.
   * Rounding it gives the float nearest to the number, except in two cases, which are left to the
   * slow path: the double lies exactly halfway between two floats, so that the side of the number
   * is unknown; or the float is not normal. The digits are below 10^15, so the float is never too
   * large.
   */
  private boolean parseShort(long digits, double divisor) {
    double quotient = digits / divisor;
    if ((Double.doubleToRawLongBits(quotient) & BELOW_FLOAT) == HALFWAY
        || (quotient < Float.MIN_NORMAL && digits != 0)) {
      return false;
    }
    value = (float) quotient;
    return true;
  }

  private static boolean isExponent(char[] chars, int fromInclusive, int toExclusive) {
    int at = fromInclusive;
    if (chars[at] != 'e' && chars[at] != 'E') {
      return false;
    }
    at++;
    if (at < toExclusive && (chars[at] == '+' || chars[at] == '-')) {
      at++;
    }
    if (at == toExclusive) {
      return false;
    }
    for (; at < toExclusive; at++) {
      if (chars[at] < '0' || chars[at] > '9') {
        return false;
      }
    }
    return true;
  }
}
