package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.streams.SourceStream;
import io.beamgrad.failure.BrokenFileException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.Arrays;

/**
 * Gives the bytes of the records of a JSON file, one after the other, from one buffer, so that a
 * file of any size needs the memory of its longest record. What the file begins with decides how
 * its records are found ({@link #open}). A byte order mark is skipped; only the start of a record
 * that is too long is kept.
 */
abstract sealed class JsonRecords permits JsonLines, JsonObjects {
  /** A record may have so many bytes. */
  static final int MAX_BYTES = 1 << 24;

  static final int START_BYTES = 4 * RejectText.MAX_VALUE_CHARS;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final byte[] UTF_16_LITTLE = {(byte) 0xFF, (byte) 0xFE};
  private static final byte[] UTF_16_BIG = {(byte) 0xFE, (byte) 0xFF};

  private final SourceStream in;
  byte[] buffer;
  int at; // the first byte that is not read yet
  int filled; // the end of the bytes in the buffer

  private final CharsetDecoder decoder = UTF_8.newDecoder();
  private final CharBuffer decoded = CharBuffer.allocate(1 << 10);

  // the current record
  long line;
  int offset;
  int length;
  boolean tooLong;
  boolean ascii;

  JsonRecords(SourceStream in) {
    this.in = in;
    this.buffer = new byte[1 << 18];
  }

  /** Goes on where another has not read yet. */
  JsonRecords(JsonRecords other) {
    this.in = other.in;
    this.buffer = other.buffer;
    this.at = other.at;
    this.filled = other.filled;
  }

  /**
   * The records of a file. Those of one whose first line is a whole object, or no JSON at all, are
   * its lines; those of any other are the objects of an array, or objects one after the other.
   *
   * @throws BrokenFileException where the file is UTF-16
   */
  static JsonRecords open(SourceStream in) {
    JsonLines lines = new JsonLines(in);
    lines.skipByteOrderMark();
    return JsonLayout.isOfLines(lines) ? lines : new JsonObjects(lines);
  }

  final void skipByteOrderMark() {
    append();
    if (beginsWith(UTF_16_LITTLE) || beginsWith(UTF_16_BIG)) {
      throw new BrokenFileException(
          name() + ": expected UTF-8, found UTF-16; iconv -f UTF-16 -t UTF-8 converts it");
    }
    if (beginsWith(BYTE_ORDER_MARK)) {
      at = BYTE_ORDER_MARK.length;
      moveToStart();
    }
  }

  private boolean beginsWith(byte[] mark) {
    return filled >= mark.length && Arrays.equals(buffer, 0, mark.length, mark, 0, mark.length);
  }

  /**
   * Moves to the next record; false at the end.
   *
   * @throws BrokenFileException where the file ends within a record or an array
   */
  abstract boolean next();

  /**
   * Makes room in the buffer: moves the bytes from {@code at} on to its start, and of a record that
   * is too long keeps only the start.
   */
  void moveToStart() {
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

  /** Makes the bytes from {@code at} to an end the current record. */
  void setRecord(int end) {
    offset = at;
    length = end - at;
    if (length > MAX_BYTES) {
      tooLong = true;
      length = START_BYTES;
    }
  }

  /** Reads more bytes behind those in the buffer; false at the end. */
  boolean append() {
    int read = in.read(buffer, filled, buffer.length - filled);
    filled += read;
    return read > 0;
  }

  static boolean isBlank(byte b) {
    return b <= ' ' && b >= 0;
  }

  /** What messages call the file. */
  String name() {
    return in.name();
  }

  /** The line in the file at which the record begins, from 1. */
  long line() {
    return line;
  }

  boolean isTooLong() {
    return tooLong;
  }

  /** Whether the bytes are valid UTF-8. */
  boolean isUtf8() {
    if (ascii) {
      return true;
    }
    ByteBuffer from = ByteBuffer.wrap(buffer, offset, length);
    decoder.reset();
    while (true) {
      CoderResult result = decoder.decode(from, decoded.clear(), true);
      if (!result.isOverflow()) {
        return !result.isError();
      }
    }
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

  /** What a reject keeps of the record. */
  String start() {
    int bytes = Math.min(length, START_BYTES);
    return RejectText.cut(new String(buffer, offset, bytes, UTF_8).strip());
  }
}
