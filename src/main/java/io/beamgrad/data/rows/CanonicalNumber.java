package io.beamgrad.data.rows;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import java.math.BigDecimal;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The canonical text of a number, which is the same for the same number whatever type it has in a
 * source: the shortest decimal that gives it back, without an exponent, without zeros at the end of
 * its fraction, and without a point where it is whole. 1.0 and 1e0 are {@code 1}, 1e20 is {@code
 * 100000000000000000000}, -0.0 is {@code 0}. A number with more than {@value #MOST_DIGITS} digits
 * before or behind the point has an exponent: {@code 1E+300}.
 */
public final class CanonicalNumber {
  /** As many as the widest decimals of databases have. */
  private static final int MOST_DIGITS = 38;

  private static final int MOST_CHARS = 1000; // of a decimal that is parsed
  private static final double EXACT_BELOW = 1L << 53; // as a whole number

  private CanonicalNumber() {}

  /** The text of a double; {@code Infinity} and {@code -Infinity} are their names. */
  public static String of(double value) {
    if (value == Math.rint(value) && Math.abs(value) < EXACT_BELOW) {
      return Long.toString((long) value);
    }
    return ofShortest(DoubleToDecimal.toString(value));
  }

  /** The text of a float, by the shortest decimal that gives the float back. */
  public static String of(float value) {
    return value == Math.rint(value) && Math.abs(value) < EXACT_BELOW
        ? Long.toString((long) value)
        : ofShortest(FloatToDecimal.toString(value));
  }

  /** Java's text of a number that is not whole, or large, has no zero too many. */
  private static String ofShortest(String text) {
    return text.indexOf('E') < 0 ? text : of(new BigDecimal(text));
  }

  static String of(BigDecimal value) {
    BigDecimal shortest = value.stripTrailingZeros();
    boolean isPlain =
        shortest.scale() <= MOST_DIGITS
            && (long) shortest.precision() - shortest.scale() <= MOST_DIGITS;
    return isPlain ? shortest.toPlainString() : shortest.toString();
  }

  /** The text of a decimal such as {@code 1.50e3}; null where it is none or very long. */
  static @Nullable String of(String decimal) {
    if (decimal.length() > MOST_CHARS) {
      return null;
    }
    try {
      return of(new BigDecimal(decimal));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * The text by which Java writes the double that a canonical text is of, {@code 1.0} of {@code 1}:
   * so were doubles written before there was a canonical text. Null for all other texts.
   */
  public static @Nullable String asJavaDouble(String text) {
    return text.equals(of(text)) ? DoubleToDecimal.toString(Double.parseDouble(text)) : null;
  }

  /** Whether Java writes some double so: {@code 1.0}, {@code 0.25}, {@code 1.0E10}. */
  public static boolean isJavaDouble(String text) {
    return text.indexOf('.') > 0
        && of(text) != null
        && text.equals(DoubleToDecimal.toString(Double.parseDouble(text)));
  }
}
