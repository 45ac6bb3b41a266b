package io.beamgrad.data.rows;

import io.beamgrad.schema.Reject;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Describes rejects in words. */
public final class RejectText {
  public static final int MAX_VALUE_CHARS = 100;

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028-\\u202e\\u2066-\\u2069]");

  private RejectText() {}

  /**
   * The reject as one line, such as {@code train.csv record 1041: expected 785 fields, found 12} or
   * {@code train.csv record 7 column rainfall: expected a number, found 'wet'}.
   */
  public static String describe(Reject reject) {
    String column = reject.getColumn() == null ? "" : " column " + reject.getColumn();
    return onOneLine(
        "%s%s%s: %s"
            .formatted(
                reject.getFile(),
                reject.getRecord() > 0 ? " record " + reject.getRecord() : "",
                column,
                reject.getReason()));
  }

  /** The first 100 characters of a value, as a {@link Reject} keeps them. */
  public static String cut(String value) {
    if (value.length() <= MAX_VALUE_CHARS) {
      return value;
    }
    boolean splitsPair = Character.isHighSurrogate(value.charAt(MAX_VALUE_CHARS - 1));
    return value.substring(0, splitsPair ? MAX_VALUE_CHARS - 1 : MAX_VALUE_CHARS);
  }

  /**
   * The text with the characters that move a cursor, colour a terminal or turn the direction of
   * what follows as JSON writes them: {@code \n} and {@code \u001b}.
   */
  public static String onOneLine(String text) {
    return CONTROL.matcher(text).replaceAll(RejectText::escaped);
  }

  /** The text as {@link #onOneLine}, but with its line ends and tabs. */
  public static String onItsLines(String text) {
    return CONTROL
        .matcher(text)
        .replaceAll(found -> "\n\t".contains(found.group()) ? found.group() : escaped(found));
  }

  private static String escaped(MatchResult found) {
    char control = found.group().charAt(0);
    return switch (control) {
      case '\n' -> "\\\\n";
      case '\r' -> "\\\\r";
      case '\t' -> "\\\\t";
      default -> String.format(Locale.ROOT, "\\\\u%04x", (int) control);
    };
  }
}
