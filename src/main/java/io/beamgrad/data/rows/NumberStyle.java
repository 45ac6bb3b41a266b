package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.schema.CsvOptions;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How people write numbers, and how to write such a number plainly, as {@link DecimalParser} takes
 * it. These are understood in every file, as they mean one thing:
 *
 * <ul>
 *   <li>blanks of any width around a number;
 *   <li>a minus that is a dash of Unicode, a minus behind the number, and parentheses, which are a
 *       minus too;
 *   <li>one sign or common name of a currency, or one percent sign, before or behind the number. It
 *       is left away: {@code 12%} is 12, {@code $5} is 5.
 * </ul>
 *
 * <p>Which character is before the fraction, and which between groups of digits, is an option of
 * CSV files. Groups have three digits, those in the middle two or three; a number without groups is
 * understood too. Instances are not safe for use by several threads.
 */
public final class NumberStyle {
  private static final String MINUS = "-\u2212\u2010\u2011\u2013\uFE63\uFF0D";
  private static final String PERCENT = "%\uFF05\u066A";
  private static final String APOSTROPHES = "'\u2019\u02BC";
  private static final Set<String> CURRENCIES =
      Set.of(
          "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "BRL", "CAD", "AUD", "MXN", "SEK", "NOK",
          "DKK", "PLN", "CZK", "HUF", "TRY", "US$", "R$", "A$", "C$", "kr", "kr.", "z\u0142",
          "K\u010D", "Ft", "Fr.", "Rs", "Rs.", "TL");

  private final char decimal;
  private final char thousands; // 0 for none
  private char[] chars = new char[32]; // what is rewritten
  private byte[] plain = new byte[32]; // of ASCII
  private int length;

  /**
   * @param thousands what may be between groups of digits; 0 for nothing. A blank stands for every
   *     blank, an apostrophe for the typographic ones too.
   */
  public NumberStyle(char decimal, char thousands) {
    this.decimal = decimal;
    this.thousands = thousands;
  }

  /** The style of a file; null for one whose format has no options. */
  public static NumberStyle of(@Nullable CsvOptions options) {
    return options == null
        ? new NumberStyle('.', (char) 0)
        : new NumberStyle(
            options.getDecimal().charAt(0),
            options.getThousands() == null ? 0 : options.getThousands().charAt(0));
  }

  /** True where commas cannot be between the numbers of a list. */
  boolean hasDecimalComma() {
    return decimal == ',';
  }

  /** What a number is, for messages. */
  String described() {
    return decimal == '.' && thousands == 0
        ? "a number"
        : "a number such as 1" + (thousands == 0 ? "" : thousands) + "234" + decimal + "5";
  }

  /** Whether a character is a blank, also one at which no line is broken. */
  static boolean isBlank(char c) {
    return c <= ' ' || (c >= '\u00A0' && isWideBlank(c));
  }

  /** A text without the blanks around it. */
  static String strip(String text) {
    int from = 0;
    int until = text.length();
    while (from < until && isBlank(text.charAt(from))) {
      from++;
    }
    while (until > from && isBlank(text.charAt(until - 1))) {
      until--;
    }
    return text.substring(from, until);
  }

  private static boolean isWideBlank(char c) {
    return c == '\u00A0'
        || (c >= '\u2000' && c <= '\u200B')
        || c == '\u202F'
        || c == '\u205F'
        || c == '\u3000'
        || c == '\uFEFF';
  }

  /**
   * Parses a number in UTF-8 that is written so, or plainly where that is of this style too; true
   * where it is one.
   *
   * @param inList in a list, whose numbers have no groups
   */
  public boolean parse(
      DecimalParser to, byte[] utf8, int fromInclusive, int toExclusive, boolean inList) {
    return (decimal == '.' && to.parse(utf8, fromInclusive, toExclusive))
        || (rewrite(utf8, fromInclusive, toExclusive, inList) && to.parse(plain, 0, length));
  }

  private boolean rewrite(byte[] utf8, int fromInclusive, int toExclusive, boolean inList) {
    int bytes = toExclusive - fromInclusive;
    if (!Utf8.isAscii(utf8, fromInclusive, toExclusive)) {
      char[] text = new String(utf8, fromInclusive, bytes, UTF_8).toCharArray();
      return rewrite(text, 0, text.length, inList);
    }
    if (chars.length < bytes) {
      chars = new char[2 * bytes];
    }
    for (int i = 0; i < bytes; i++) {
      chars[i] = (char) utf8[fromInclusive + i];
    }
    return rewrite(chars, 0, bytes, inList);
  }

  /** The first character of the unit of a number; 0 where it has none. */
  public static char unit(String number) {
    return (char)
        number
            .chars()
            .filter(c -> Character.isLetter(c) || PERCENT.indexOf(c) >= 0 || isCurrency((char) c))
            .filter(c -> c != 'e' && c != 'E')
            .findFirst()
            .orElse(0);
  }

  /** The number plainly written; null where the text is none of this style. */
  public @Nullable String plain(String text) {
    return rewrite(text.toCharArray(), 0, text.length(), false)
        ? new String(plain, 0, length, ISO_8859_1)
        : null;
  }

  /** Writes a number plainly; false where it is none of this style. */
  boolean rewrite(char[] text, int fromInclusive, int toExclusive, boolean inList) {
    int first = fromInclusive;
    while (first < toExclusive && !isDigit(text[first])) {
      first++;
    }
    if (first == toExclusive) {
      return false;
    }
    int end = toExclusive;
    while (!isDigit(text[end - 1])) {
      end--;
    }
    first -= first > fromInclusive && text[first - 1] == decimal ? 1 : 0;
    end += end < toExclusive && text[end] == decimal ? 1 : 0;
    if (plain.length < end - first + 1) {
      plain = new byte[2 * (end - first + 1)];
    }
    length = 0;
    return takeSurroundings(text, fromInclusive, first, end, toExclusive)
        && takeDigits(text, first, end, inList);
  }

  /** Takes the sign from what is around the digits, and leaves a unit away. */
  private boolean takeSurroundings(char[] text, int from, int first, int end, int until) {
    if (first == from && end == until) {
      return true;
    }
    StringBuilder unit = new StringBuilder();
    int signs = 0;
    int opened = 0;
    int closed = 0;
    boolean negative = false;
    boolean unitBefore = false;
    for (int i = from; i < until; i = i + 1 == first ? end : i + 1) {
      char c = i >= first && i < end ? ' ' : text[i];
      unitBefore = i < first ? unit.length() > 0 : unitBefore;
      if (MINUS.indexOf(c) >= 0 || (c == '+' && i < first)) {
        signs++;
        negative = c != '+';
      } else if (c == '(' && i < first) {
        opened++;
      } else if (c == ')' && i >= end) {
        closed++;
      } else if (!isBlank(c)) {
        unit.append(c);
        if (i >= end && unitBefore) {
          return false;
        }
      }
    }
    if (signs + opened > 1 || opened != closed || !isUnit(unit.toString())) {
      return false;
    }
    if (negative || opened > 0) {
      plain[length++] = '-';
    }
    return true;
  }

  private static boolean isUnit(String unit) {
    return unit.isEmpty()
        || CURRENCIES.contains(unit)
        || (unit.length() == 1 && (PERCENT.contains(unit) || isCurrency(unit.charAt(0))));
  }

  /** As Unicode 14 has them; which ones {@link Character} knows depends on the JDK. */
  private static boolean isCurrency(char c) {
    return c == '$'
        || (c >= '\u00A2' && c <= '\u00A5')
        || (c >= '\u20A0' && c <= '\u20C0')
        || "\u0E3F\uFDFC\uFE69\uFF04\uFFE0\uFFE1\uFFE5\uFFE6".indexOf(c) >= 0;
  }

  private boolean takeDigits(char[] text, int from, int until, boolean inList) {
    int group = 0; // digits since the last separator
    boolean grouped = false;
    boolean afterDecimal = false;
    for (int i = from; i < until; i++) {
      char c = text[i];
      if (isDigit(c)) {
        plain[length++] = (byte) c;
        group++;
      } else if (!afterDecimal && c == decimal) {
        if (grouped && group != 3) {
          return false;
        }
        afterDecimal = true;
        plain[length++] = '.';
      } else if (!afterDecimal && !inList && isSeparator(c)) {
        boolean isWhole =
            grouped
                ? group == 2 || group == 3
                : group > 0 && group <= 3 && !(text[from] == '0'); // 0.123 has no groups
        if (!isWhole) {
          return false;
        }
        grouped = true;
        group = 0;
      } else if (c == 'e' || c == 'E') {
        return isComplete(grouped, afterDecimal, group) && takeRest(text, i, until);
      } else {
        return false;
      }
    }
    return isComplete(grouped, afterDecimal, group);
  }

  private static boolean isComplete(boolean grouped, boolean afterDecimal, int group) {
    return !grouped || afterDecimal || group == 3;
  }

  /**
   * Takes an exponent, which {@link DecimalParser} checks; it refuses the question marks that stand
   * for other characters than ASCII.
   */
  private boolean takeRest(char[] text, int from, int until) {
    for (int i = from; i < until; i++) {
      boolean isMinus = MINUS.indexOf(text[i]) >= 0;
      plain[length++] = (byte) (isMinus ? '-' : text[i] < 0x80 ? text[i] : '?');
    }
    return true;
  }

  private boolean isSeparator(char c) {
    return thousands == '\''
        ? APOSTROPHES.indexOf(c) >= 0
        : thousands != 0 && (c == thousands || (isBlank(thousands) && isBlank(c)));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
