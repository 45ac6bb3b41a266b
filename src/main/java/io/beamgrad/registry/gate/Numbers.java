package io.beamgrad.registry.gate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Formats numbers for sentences. */
public final class Numbers {
  private Numbers() {}

  /** A whole number with separators, such as 48,000. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A number with up to four significant digits, such as 0.9131, 1,234 or 3.2e-7. */
  public static String format(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "not a number" : value > 0 ? "infinite" : "-infinite";
    }
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    if (size >= 1000 && size < 1e15) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
    return size < 1e-4 || size >= 1e15
        ? rounded.toString().toLowerCase(Locale.ROOT).replace("e+", "e")
        : rounded.toPlainString();
  }
}
