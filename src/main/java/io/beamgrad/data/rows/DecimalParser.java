package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * Parses decimal numbers to floats, doubles and whole numbers of 64 bits, as {@link
 * NumberPrecision} has it. Common numbers are parsed without making a string.
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
  private static final long MOST_OF_DOUBLES = 1L << 53; // up to here they hold each whole number
  private static final int MOST_LONG_DIGITS = 19; // an unsigned long holds them
  private static final int FLOAT_DIGITS = 6; // each decimal of so few digits has its own float
  private static final long BELOW_FLOAT = (1L << 29) - 1;
  private static final long HALFWAY = 1L << 28;

  private double value;
  private int rest;

  /**
   * Parses bytes of ASCII; true where they are a decimal number: sign, digits with a point
   * anywhere, exponent. Hexadecimal digits, Java's suffixes {@code f} and {@code d}, and names such
   * as {@code NaN} are refused. Numbers too large for a float become infinite. Whole numbers of
   * more than 53 bits are exact where they have neither point nor exponent.
   */
  public boolean parse(byte[] text, int fromInclusive, int toExclusive) {
    int at = fromInclusive;
    boolean negative = at < toExclusive && text[at] == '-';
    if (negative || (at < toExclusive && text[at] == '+')) {
      at++;
    }
    int start = at;
    at = skipZeros(text, at, toExclusive);
    int first = at; // of the significant digits
    long digits = 0; // of more than 19 some number, which is not used
    for (; at < toExclusive && isDigit(text[at]); at++) {
      digits = digits * 10 + (text[at] - '0');
    }
    int significant = at - first;
    int count = at - start; // of all digits
    int scale = 0;
    if (at < toExclusive && text[at] == '.') {
      at++;
      int point = at;
      if (significant == 0) {
        at = skipZeros(text, at, toExclusive);
      }
      first = at;
      for (; at < toExclusive && isDigit(text[at]); at++) {
        digits = digits * 10 + (text[at] - '0');
      }
      significant += at - first;
      scale = at - point;
      count += scale;
    }
    boolean hasExponent = at < toExclusive;
    if (count == 0 || (hasExponent && !isExponent(text, at, toExclusive))) {
      return false;
    }
    rest = 0;
    if (hasExponent) {
      value = parseLong(text, fromInclusive, toExclusive);
      return true;
    }
    if (scale == 0 && significant <= MOST_LONG_DIGITS && digits >= 0) {
      value = digits;
      rest = digits < MOST_OF_DOUBLES ? 0 : NumberPrecision.rest(digits);
    } else if (significant > MAX_EXACT_DIGITS || scale >= POWERS_OF_TEN.length) {
      value = parseLong(text, fromInclusive, toExclusive);
      return true;
    } else {
      value = fraction(digits, significant, scale);
    }
    if (negative) {
      value = -value;
      rest = -rest;
    }
    return true;
  }

  private static int skipZeros(byte[] text, int fromInclusive, int toExclusive) {
    int at = fromInclusive;
    while (at < toExclusive && text[at] == '0') {
      at++;
    }
    return at;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** The result of the last {@link #parse} that gave true, without its {@link #rest}. */
  public double value() {
    return value;
  }

  /** What the value leaves of a whole number that no double holds; otherwise 0. */
  public int rest() {
    return rest;
  }

  private static double parseLong(byte[] text, int fromInclusive, int toExclusive) {
    double number =
        Double.parseDouble(
            new String(text, fromInclusive, toExclusive - fromInclusive, ISO_8859_1));
    return Float.isInfinite((float) number) ? (float) number : NumberPrecision.kept(number);
  }

  /**
   * Divides two exact doubles, which gives the double nearest to the number. Rounding it gives the
   * float nearest to the number, except in two cases: the double lies exactly halfway between two
   * floats, or the float is not normal.
   */
  private static double fraction(long digits, int significant, int scale) {
    double quotient = digits / POWERS_OF_TEN[scale];
    boolean isFloat =
        significant <= FLOAT_DIGITS
            && (Double.doubleToRawLongBits(quotient) & BELOW_FLOAT) != HALFWAY
            && (quotient >= Float.MIN_NORMAL || digits == 0);
    if (isFloat) {
      return (float) quotient;
    }
    long last = digits % 10;
    return last == 0
        ? NumberPrecision.kept(quotient)
        : NumberPrecision.kept(quotient, digits, scale);
  }

  private static boolean isExponent(byte[] text, int fromInclusive, int toExclusive) {
    int at = fromInclusive;
    if (text[at] != 'e' && text[at] != 'E') {
      return false;
    }
    at++;
    if (at < toExclusive && (text[at] == '+' || text[at] == '-')) {
      at++;
    }
    if (at == toExclusive) {
      return false;
    }
    for (; at < toExclusive; at++) {
      if (!isDigit(text[at])) {
        return false;
      }
    }
    return true;
  }
}
