package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.data.streams.SourceStream;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.CsvOptions;
import java.nio.charset.Charset;
import java.util.List;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The records of a CSV file, one after the other. Where one cannot be parsed, reading goes on at
 * the line after the first line of that record.
 *
 * <p>A record is kept in memory until the next one. All positions are indices of the buffer, which
 * {@link #readOn} moves.
 */
final class CsvRecords {
  /** So much of one record is kept at most, which bounds the memory that it can take. */
  private static final int MAX_RECORD_CHARS = 1 << 24;

  /** A field of so many bytes has too many characters, whatever they are. */
  private static final int MAX_FIELD_BYTES = 4 * FieldParser.MAX_TEXT_CHARS;

  private static final int MOST_ESCAPE_BYTES = 8; // with what it escapes
  private static final int SEPARATOR_LINE_BYTES = 32;
  private static final int SHOWN_BYTES = 4 * RejectText.MAX_VALUE_CHARS;
  private static final byte[] BYTE_ORDER_MARK = "\uFEFF".getBytes(UTF_8);

  private final CsvSyntax syntax;
  private final CsvBytes bytes;
  private final CsvRow row = new CsvRow();
  private final MarkSearch marks; // of delimiters, line ends and escapes
  private final MarkSearch quoteMarks; // of quotes, line ends and escapes
  private byte[] buffer;
  private int end;
  private int at;
  private int recordStart;
  private int fieldStart;
  private long lineEnds; // before the position
  private long lineEndsBeforeRecord;
  private boolean isWhole; // all of the file has been read
  private String fault;
  private String faultyValue;
  private byte[] plain = new byte[64]; // a field without escapes

  CsvRecords(SourceStream in, CsvOptions options) {
    bytes = new CsvBytes(in, Charset.forName(options.getEncoding()));
    buffer = bytes.buffer();
    end = bytes.end();
    at = CsvSyntax.isAt(BYTE_ORDER_MARK, buffer, 0, end) ? BYTE_ORDER_MARK.length : 0;
    int startEnd = Math.min(end, at + SEPARATOR_LINE_BYTES);
    String delimiter = CsvSyntax.separatorLine(new String(buffer, at, startEnd - at, UTF_8));
    syntax = CsvSyntax.of(options, delimiter);
    marks = new MarkSearch(syntax.delimiter()[0], syntax.escape());
    quoteMarks = new MarkSearch(syntax.quote()[0], syntax.escape());
    if (delimiter != null) {
      skipLine();
    }
    lineEndsBeforeRecord = lineEnds;
  }

  /** The record that {@link #next} has read; valid where {@link #fault} is null. */
  CsvRow row() {
    return row;
  }

  /** The line of the file on which the record starts, from 1. */
  long line() {
    return lineEndsBeforeRecord + 1;
  }

  /** Why the record could not be parsed; null where it could. */
  String fault() {
    return fault;
  }

  /** The index of the field that could not be parsed. */
  int faultyField() {
    return row.fields();
  }

  /** The text of the file from that field on, up to the end of the line. */
  String faultyValue() {
    return faultyValue;
  }

  /** Takes the fields that the record read last has as {@code c1}, {@code c2}, ..., and it anew. */
  void startOverWithNumberedNames(RowBuilder to) {
    at = recordStart;
    lineEnds = lineEndsBeforeRecord;
    row.bind(numberedNames(row.names().size()), to);
  }

  static List<String> numberedNames(int fields) {
    return IntStream.rangeClosed(1, fields).mapToObj(i -> "c" + i).toList();
  }

  /**
   * Moves to the next record; false at the end of the file.
   *
   * @throws BrokenFileException where the file ends before its compression does
   */
  boolean next() {
    fault = null;
    if (!skipToRecord()) {
      return false;
    }
    lineEndsBeforeRecord = lineEnds;
    row.begin();
    marks.startAt(buffer, at);
    boolean hasMore = true;
    while (hasMore) {
      fieldStart = at;
      if (at == end) {
        readOn();
      }
      boolean isQuoted = buffer[at] == syntax.quote()[0] && isAt(syntax.quote());
      hasMore = isQuoted ? quoted() : unquoted();
      hasMore &= !isTooLong(at);
    }
    if (fault != null) {
      goOnAtNextLine();
    }
    return true;
  }

  /** Skips blank lines and comments; false at the end of the file. */
  private boolean skipToRecord() {
    while (true) {
      recordStart = at;
      fieldStart = at;
      if (at == end && !readOn()) {
        return false;
      }
      if (isLineEnd(buffer[at])) {
        skipLineEnd();
      } else if (isAt(syntax.comment())) {
        skipLine();
      } else {
        return true;
      }
    }
  }

  /** Reads a field without quotes; false where it is the last of the record. */
  private boolean unquoted() {
    boolean isEscaped = false;
    while (true) {
      at = marks.next(buffer);
      if (at >= end) {
        at = end;
        if (fault != null || !readOn()) {
          take(0, at - fieldStart, false, isEscaped);
          return false;
        }
        continue;
      }
      if (isLineEnd(buffer[at])) {
        take(0, at - fieldStart, false, isEscaped);
        skipLineEnd();
        return false;
      }
      if (isAt(syntax.delimiter())) {
        take(0, at - fieldStart, false, isEscaped);
        at += syntax.delimiter().length;
        if (syntax.delimiter().length > 1) {
          marks.startAt(buffer, at); // what was read to see all of it may have moved the search
        }
        return fault == null;
      }
      if (isAt(syntax.escape())) {
        isEscaped |= skipEscape();
        marks.startAt(buffer, at);
      }
    }
  }

  /** Reads a field with quotes; false where it is the last of the record. */
  private boolean quoted() {
    boolean isEscaped = false;
    at += syntax.quote().length;
    int contentStart = at - fieldStart;
    while (true) {
      at = nextQuoteMark();
      if (at >= end) {
        at = end;
        if (fault != null || !readOn()) {
          failUnclosed(fieldStart + contentStart);
          return false;
        }
      } else if (isLineEnd(buffer[at])) {
        skipLineEnd();
      } else if (isAt(syntax.escape())) {
        isEscaped |= skipEscape();
      } else if (!isAt(syntax.quote())) {
        at++;
      } else {
        int contentEnd = at - fieldStart;
        at += syntax.quote().length;
        if (!isAt(syntax.quote())) {
          return closed(contentStart, contentEnd, isEscaped);
        }
        isEscaped = true;
        at += syntax.quote().length;
      }
    }
  }

  private int nextQuoteMark() {
    quoteMarks.startAt(buffer, at);
    return quoteMarks.next(buffer);
  }

  /** Ends a field behind its closing quote; false where it is the last of the record. */
  private boolean closed(int contentStart, int contentEnd, boolean isEscaped) {
    boolean isLast = at == end || isLineEnd(buffer[at]);
    if (!isLast && !isAt(syntax.delimiter())) {
      fail("text goes on after a closing quote");
      return false;
    }
    take(contentStart, contentEnd, true, isEscaped);
    if (isLast) {
      skipLineEnd();
      return false;
    }
    at += syntax.delimiter().length;
    marks.startAt(buffer, at);
    return fault == null;
  }

  /** Takes a field, whose range begins where the field does. */
  private void take(int fromInclusive, int toExclusive, boolean quoted, boolean isEscaped) {
    if (fault != null) {
      return;
    }
    int from = fieldStart + fromInclusive;
    int length = toExclusive - fromInclusive;
    if (isEscaped || length >= FieldParser.MAX_TEXT_CHARS) {
      takePlain(from, length, quoted);
    } else if (!quoted && syntax.isNull(buffer, from, from + length)) {
      row.takeNull(new String(buffer, from, length, UTF_8));
    } else {
      row.take(buffer, from, length, quoted);
    }
  }

  private void takePlain(int from, int length, boolean quoted) {
    if (plain.length < length) {
      plain = new byte[2 * length];
    }
    int plainLength = syntax.writePlain(buffer, from, from + length, quoted, plain);
    if (plainLength >= FieldParser.MAX_TEXT_CHARS
        && charsOf(plain, 0, plainLength) >= FieldParser.MAX_TEXT_CHARS) {
      failTooLong();
    } else {
      row.take(plain, 0, plainLength, quoted);
    }
  }

  private void failUnclosed(int contentStart) {
    if (charsOf(buffer, contentStart, end) >= FieldParser.MAX_TEXT_CHARS) {
      failTooLong();
    }
    fail("a quote is not closed to the end of the file");
  }

  private void failTooLong() {
    fail(
        "a field of %s characters or more; is a quote not closed?"
            .formatted(FieldParser.MAX_TEXT_CHARS));
  }

  private void fail(String why) {
    fault = fault == null ? why : fault;
  }

  /** Keeps what the file has from the faulty field on, and skips the record's first line. */
  private void goOnAtNextLine() {
    while (end - fieldStart < SHOWN_BYTES && readOn()) {
      // What is shown may not be in memory yet.
    }
    int most = Math.min(end, fieldStart + SHOWN_BYTES);
    int shownEnd = syntax.lineEnd(buffer, fieldStart, most);
    faultyValue = new String(buffer, fieldStart, shownEnd - fieldStart, UTF_8);
    at = recordStart;
    lineEnds = lineEndsBeforeRecord;
    skipLine();
  }

  /** Skips the rest of a line, which is not kept. */
  private void skipLine() {
    while (true) {
      if (at == end) {
        recordStart = at;
        fieldStart = at;
        if (!readOn()) {
          return;
        }
      } else if (isLineEnd(buffer[at])) {
        skipLineEnd();
        return;
      } else if (isAt(syntax.escape())) {
        skipEscape();
      } else {
        at++;
      }
    }
  }

  private static boolean isLineEnd(byte b) {
    return b == '\n' || b == '\r';
  }

  /** Skips LF, CR LF or CR; nothing at the end of the file. */
  private void skipLineEnd() {
    if (at == end) {
      return;
    }
    lineEnds++;
    if (buffer[at++] == '\r') {
      if (at == end) {
        readOn();
      }
      at += at < end && buffer[at] == '\n' ? 1 : 0;
    }
  }

  /** Skips an escape and what it escapes; false where that is nothing. */
  private boolean skipEscape() {
    while (end - at < MOST_ESCAPE_BYTES && readOn()) {
      // What is escaped may not be in memory yet.
    }
    int escaped = syntax.escapedAt(buffer, at, end);
    at += syntax.escape().length;
    lineEnds += escaped > 0 && isLineEnd(buffer[at]) ? 1 : 0;
    at += escaped;
    return escaped > 0;
  }

  /** Whether a character is at the position; false where it is null. */
  private boolean isAt(byte @Nullable [] character) {
    if (character != null && end - at < character.length) {
      readOn();
    }
    return CsvSyntax.isAt(character, buffer, at, end);
  }

  /** Reads more of the file behind the record; false where there is none, or too much of it. */
  private boolean readOn() {
    if (isWhole || isTooLong()) {
      return false;
    }
    isWhole = !bytes.readOn(recordStart);
    buffer = bytes.buffer();
    end = bytes.end();
    at -= recordStart;
    fieldStart -= recordStart;
    recordStart = 0;
    marks.startAt(buffer, at);
    return !isWhole;
  }

  /** Gives a record up that takes too much memory. */
  private boolean isTooLong() {
    if (fault == null && end - fieldStart >= MAX_FIELD_BYTES) {
      failTooLong();
      return true;
    }
    return isTooLong(end);
  }

  /** Gives a record up that has too many characters before a position. */
  private boolean isTooLong(int before) {
    if (fault == null
        && before - recordStart > MAX_RECORD_CHARS
        && charsOf(buffer, recordStart, before) > MAX_RECORD_CHARS) {
      fail("a record of more than %s characters".formatted(MAX_RECORD_CHARS));
      return true;
    }
    return false;
  }

  /** The number of characters of UTF-16, those of bytes that are no UTF-8 about. */
  private static int charsOf(byte[] utf8, int fromInclusive, int toExclusive) {
    int chars = 0;
    for (int i = fromInclusive; i < toExclusive; i++) {
      boolean isFirst = (utf8[i] & 0xC0) != 0x80;
      chars += (isFirst ? 1 : 0) + ((utf8[i] & 0xF0) == 0xF0 ? 1 : 0);
    }
    return chars;
  }
}
