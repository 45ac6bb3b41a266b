package io.beamgrad.data.rows;

import io.beamgrad.schema.Reject;

/** Describes rejects in words. */
public final class RejectText {
  public static final int MAX_VALUE_CHARS = 100;

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

  /** The text with control characters, line ends among them, as {@code ?}. */
  public static String onOneLine(String text) {
    return text.replaceAll("[\\p{Cc}\\u2028\\u2029]", "?");
  }
}
