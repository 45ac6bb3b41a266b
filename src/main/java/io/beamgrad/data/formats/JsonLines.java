package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.rows.RejectText;
import java.util.Arrays;

/**
 * Reads the lines of a stream of bytes, one after the other, into one buffer. Blank lines and a
 * byte order mark are skipped; only the start of a line that is too long is kept.
 */
final class JsonLines {
  /** A line may have so many bytes. */
  static final int MAX_BYTES = 1 << 24;

  private static final int START_BYTES = 4 * RejectText.MAX_VALUE_CHARS;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final SourceStream in;
  private byte[] buffer = new byte[1 << 18];
  private int at;
  private int filled;
  private long line;
  private int offset;
  private int length;
  private boolean tooLong;
  private boolean ascii;

  JsonLines(SourceStream in) {
    this.in = in;
  }

  /** Moves to the next line that is not blank; false at the end. */
  boolean next() {
    while (nextLine()) {
      if (line == 1
          && length >= 3
          && Arrays.equals(buffer, offset, offset + 3, BYTE_ORDER_MARK, 0, 3)) {
        offset += 3;
        length -= 3;
      }
      if (!isBlank()) {
        return true;
      }
    }
    return false;
  }

  private boolean nextLine() {
    tooLong = false;
    int end = lineEnd(at);
    while (end == filled) {
      moveToStart();
      end = filled;
      if (!fill()) {
        break;
      }
      end = lineEnd(end);
    }
    if (end == at && end == filled && !tooLong) {
      return false;
    }
    int bits = 0; // all bytes of the line or-ed: negative where one is not ASCII
    for (int i = at; i < end; i++) {
      bits |= buffer[i];
    }
    ascii = bits >= 0;
    offset = at;
    length = end - at;
    at = Math.min(end + 1, filled);
    line++;
    return true;
  }

  private int lineEnd(int from) {
    int end = from;
    while (end < filled && buffer[end] != '\n') {
      end++;
    }
    return end;
  }

  /** Makes room behind what there is of the line; of one that is too long keeps the start. */
  private void moveToStart() {
    System.arraycopy(buffer, at, buffer, 0, filled - at);
    filled -= at;
    at = 0;
    if (filled > MAX_BYTES) {
      tooLong = true;
      filled = START_BYTES;
    }
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
  }

  private boolean fill() {
    int read = in.read(buffer, filled, buffer.length - filled);
    filled += read;
    return read > 0;
  }

  private boolean isBlank() {
    for (int i = offset; i < offset + length; i++) {
      if (buffer[i] > ' ' || buffer[i] < 0) {
        return false;
      }
    }
    return !tooLong;
  }

  /** The line's number in the file, from 1. */
  long line() {
    return line;
  }

  boolean isTooLong() {
    return tooLong;
  }

  boolean isAscii() {
    return ascii;
  }

  byte[] bytes() {
    return buffer;
  }

  int offset() {
    return offset;
  }

  int length() {
    return length;
  }

  /** What a reject keeps of the line. */
  String start() {
    int bytes = Math.min(length, START_BYTES);
    return RejectText.cut(new String(buffer, offset, bytes, UTF_8).strip());
  }
}
