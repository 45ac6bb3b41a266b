package io.beamgrad.data.formats;

import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The characters of a CSV file without a byte order mark. Bytes that cannot be decoded become
 * U+FFFD, and one more line, {@link #END}, follows the last. The text from {@link #keepFrom} on is
 * kept, as a parser may have to read it again.
 *
 * <p>The last line shows whether the file ended within quotes: FastCSV closes an open quote at the
 * end of its input in silence, and then the line is part of the quoted field instead of a record.
 */
public final class CsvText extends Reader {
  /** A text that no CSV file has. */
  static final String END = "\0end of file\0";

  /** So much is kept at most, which bounds the memory that one record can take. */
  static final int MAX_KEPT_CHARS = 1 << 24;

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final String TAIL = "\n" + END;

  /** The first line by which Excel is told the delimiter. */
  private static final Pattern SEPARATOR =
      Pattern.compile("\"?sep=([^\\p{Alnum}])\"?", Pattern.CASE_INSENSITIVE);

  private static final int SEPARATOR_CHARS = 8;

  /** A record is longer than what may be kept. */
  static final class TooLongException extends IOException {
    TooLongException() {
      super("a record of more than %s characters".formatted(MAX_KEPT_CHARS));
    }
  }

  private final Reader in;
  private char[] kept = new char[1 << 16];
  private int keptSize;

  /** The position in the file of the first character that is kept. */
  private long keptStart;

  private long keepFrom;

  /** The position of what the parser reads next. */
  private long next;

  /** The position in the file of index 0 of the parser's buffer. */
  private long base;

  private boolean started;
  private boolean ended;
  private int tailAt;

  CsvText(Reader in) {
    this.in = in;
  }

  /**
   * Skips a first line such as {@code sep=;}, where the text has one and nothing has been read.
   *
   * @return the delimiter that the line names; null where there is no such line
   */
  @Nullable Character skipSeparatorLine() throws IOException {
    while (keptSize < SEPARATOR_CHARS && readMore(0)) {
      // The first characters come one by one, or a line at a time.
    }
    Matcher line = SEPARATOR.matcher(lineFrom(0, SEPARATOR_CHARS));
    boolean isSeparator = line.matches();
    resumeAt(isSeparator ? nextLine(0) : 0);
    return isSeparator ? line.group(1).charAt(0) : null;
  }

  /** The position of the next character. */
  long position() {
    return next;
  }

  @Override
  public int read(char[] to, int offset, int length) throws IOException {
    base = next - offset;
    if (length == 0) {
      return 0;
    }
    int again = (int) (keptStart + keptSize - next);
    if (again > 0) {
      int count = Math.min(again, length);
      System.arraycopy(kept, (int) (next - keptStart), to, offset, count);
      next += count;
      return count;
    }
    if (keptStart + keptSize - keepFrom > MAX_KEPT_CHARS) {
      throw new TooLongException();
    }
    int count = readOn(to, offset, length);
    if (count > 0) {
      keep(to, offset, count);
      next += count;
    }
    return count;
  }

  private int readOn(char[] to, int offset, int length) throws IOException {
    if (!started) {
      started = true;
      int first = in.read();
      if (first >= 0 && first != BYTE_ORDER_MARK) {
        to[offset] = (char) first;
        return 1;
      }
      ended = first < 0;
    }
    int read = ended ? -1 : in.read(to, offset, length);
    if (read > 0) {
      return read;
    }
    ended = true;
    int left = Math.min(length, TAIL.length() - tailAt);
    TAIL.getChars(tailAt, tailAt + left, to, offset);
    tailAt += left;
    return left == 0 ? -1 : left;
  }

  private void keep(char[] from, int offset, int count) {
    if (keptSize + count > kept.length) {
      int done = (int) (Math.min(keepFrom, next) - keptStart);
      boolean isEnough = keptSize - done + count <= kept.length / 2;
      char[] to = isEnough ? kept : Arrays.copyOf(kept, 2 * kept.length + count);
      System.arraycopy(kept, done, to, 0, keptSize - done);
      kept = to;
      keptStart += done;
      keptSize -= done;
    }
    System.arraycopy(from, offset, kept, keptSize, count);
    keptSize += count;
  }

  /** The position in the file of the character at an index of the parser's buffer. */
  long position(int index) {
    return base + index;
  }

  /** Nothing before this position will be asked for again. */
  void keepFrom(long position) {
    keepFrom = position;
  }

  /** A new parser reads on from a position that is kept, with an empty buffer. */
  void resumeAt(long position) {
    if (position < keptStart || position > keptStart + keptSize) {
      throw new IllegalStateException("position %s is not kept".formatted(position));
    }
    next = position;
    keepFrom = position;
  }

  /**
   * The position after the first end of a line at or after a position: LF, CR LF or CR. The text
   * before it is dropped where the line is long.
   */
  long nextLine(long position) throws IOException {
    long at = position;
    while (at < end(at) || readMore(at)) {
      char c = charAt(at++);
      if (c == '\n') {
        return at;
      }
      if (c == '\r') {
        return (at < end(at) || readMore(at)) && charAt(at) == '\n' ? at + 1 : at;
      }
    }
    return at;
  }

  /** Up to so many characters from a position on, as far as they are kept and on its line. */
  String lineFrom(long position, int most) {
    StringBuilder text = new StringBuilder();
    for (long at = position; at >= keptStart && at < end(at) && text.length() < most; at++) {
      char c = charAt(at);
      if (c == '\n' || c == '\r') {
        break;
      }
      text.append(c);
    }
    return text.toString();
  }

  private long end(long at) {
    return Math.max(at, keptStart + keptSize);
  }

  private char charAt(long position) {
    return kept[(int) (position - keptStart)];
  }

  /** Keeps some more, and of a long line only what is new. */
  private boolean readMore(long at) throws IOException {
    if (keptStart + keptSize - keepFrom > MAX_KEPT_CHARS) {
      keepFrom = at;
    }
    char[] some = new char[1 << 13];
    int count = readOn(some, 0, some.length);
    if (count > 0) {
      next = keptStart + keptSize;
      keep(some, 0, count);
    }
    return count > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
