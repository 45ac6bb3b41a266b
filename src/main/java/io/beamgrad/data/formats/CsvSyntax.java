package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.schema.CsvOptions;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The characters by which a CSV file is divided, each as its bytes in UTF-8. A quote, a usual or
 * the job's delimiter, the end of a line and the escape itself can be escaped; of a line end of two
 * characters the first alone is escaped. Before any other character the escape is one like others.
 *
 * @param escape null where there is none; a quote that escapes quotes is none, as they are doubled
 * @param comment null where there is none
 * @param jobDelimiter which is not the delimiter where the file's first line says another one
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares or changes the arrays
record CsvSyntax(
    byte[] delimiter,
    byte[] quote,
    byte @Nullable [] escape,
    byte @Nullable [] comment,
    byte[] jobDelimiter) {
  private static final String USUAL_ESCAPED = "\n\r,;\t|";

  /** The first line by which Excel is told the delimiter. */
  private static final Pattern SEPARATOR_LINE =
      Pattern.compile("\uFEFF?\"?sep=([^\\p{Alnum}\n\r])\"?", Pattern.CASE_INSENSITIVE);

  private static final Pattern LINE_END = Pattern.compile("[\n\r]");

  /**
   * The syntax of a file.
   *
   * @param delimiter that the file itself says; null for the one of the options
   */
  static CsvSyntax of(CsvOptions options, @Nullable String delimiter) {
    byte[] ofJob = options.getDelimiter().getBytes(UTF_8);
    String escape = options.getEscape();
    return new CsvSyntax(
        delimiter == null ? ofJob : delimiter.getBytes(UTF_8),
        options.getQuote().getBytes(UTF_8),
        escape == null || escape.equals(options.getQuote()) ? null : escape.getBytes(UTF_8),
        options.getComment() == null ? null : options.getComment().getBytes(UTF_8),
        ofJob);
  }

  /**
   * The delimiter that the first line of a text says, such as {@code sep=;}; null where it is
   * another line.
   */
  static @Nullable String separatorLine(String text) {
    Matcher line = SEPARATOR_LINE.matcher(text).region(0, endOfFirstLine(text));
    return line.matches() ? line.group(1) : null;
  }

  static int endOfFirstLine(String text) {
    Matcher lineEnd = LINE_END.matcher(text);
    return lineEnd.find() ? lineEnd.start() : text.length();
  }

  /** Whether bytes begin with a character; false where there is none. */
  static boolean isAt(byte @Nullable [] character, byte[] text, int at, int end) {
    return character != null
        && at < end
        && text[at] == character[0]
        && (character.length == 1
            || (at + character.length <= end
                && Arrays.equals(character, 0, character.length, text, at, at + character.length)));
  }

  /**
   * The bytes that an escape at a position escapes; 0 where there is no escape, or one before a
   * character that is not escaped.
   */
  int escapedAt(byte[] text, int at, int end) {
    if (!isAt(escape, text, at, end) || at + escape.length == end) {
      return 0;
    }
    int next = at + escape.length;
    if (text[next] >= 0 && USUAL_ESCAPED.indexOf(text[next]) >= 0) {
      boolean isOfTwo = text[next] == '\r' && next + 1 < end && text[next + 1] == '\n';
      return isOfTwo ? 2 : 1;
    }
    for (byte[] character : new byte[][] {escape, quote, jobDelimiter}) {
      if (isAt(character, text, next, end)) {
        return character.length;
      }
    }
    return 0;
  }

  /**
   * The end of the line on which a position is, which is no escaped one, or the end of the text.
   */
  int lineEnd(byte[] text, int from, int end) {
    int at = from;
    while (at < end && text[at] != '\n' && text[at] != '\r') {
      int escaped = escapedAt(text, at, end);
      at += escaped == 0 ? 1 : escape.length + escaped;
    }
    return at;
  }

  /** Whether a field without quotes is MySQL's {@code \N}, which stands for a missing value. */
  boolean isNull(byte[] text, int from, int to) {
    return escape != null
        && to - from == escape.length + 1
        && isAt(escape, text, from, to)
        && text[to - 1] == 'N';
  }

  /**
   * Writes a field without its escapes, and of each two quotes within quotes one; gives the number
   * of bytes.
   *
   * @param to as long as the field at least
   */
  int writePlain(byte[] text, int from, int to, boolean quoted, byte[] plain) {
    int length = 0;
    int at = from;
    while (at < to) {
      int escaped = escapedAt(text, at, to);
      int copied = 1;
      if (escaped > 0) {
        at += escape.length;
        copied = escaped;
      } else if (quoted && isAt(quote, text, at, to)) {
        at += quote.length;
        copied = quote.length;
      }
      System.arraycopy(text, at, plain, length, copied);
      at += copied;
      length += copied;
    }
    return length;
  }
}
