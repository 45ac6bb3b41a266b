package io.beamgrad.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/**
 * The characters of a CSV file: decoded from UTF-8, bytes that are not UTF-8 as U+FFFD, without a
 * byte order mark, and followed by one more line that is {@link #END}.
 *
 * <p>That line shows whether the file ended within quotes: FastCSV closes an open quote at the end
 * of its input in silence, and then the line is part of the quoted field instead of a record.
 */
final class CsvText extends Reader {
  /** A text that no CSV file has. */
  static final String END = "\0end of file\0";

  /** Stands for bytes that are not UTF-8. */
  static final char NOT_UTF_8 = '\uFFFD';

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final String TAIL = "\n" + END;

  private final Reader in;
  private boolean started;
  private boolean ended;
  private int tailAt;

  CsvText(InputStream bytes) {
    in = new InputStreamReader(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public int read(char[] to, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
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

  @Override
  public void close() throws IOException {
    in.close();
  }
}
