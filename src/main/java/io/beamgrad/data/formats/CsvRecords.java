package io.beamgrad.data.formats;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader.CsvReaderBuilder;
import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.data.streams.SourceStream;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.CsvOptions;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The records of a CSV file, one after the other. Where one cannot be parsed, a new parser goes on
 * at the line after the first line of that record, with the text that {@link CsvText} kept.
 */
final class CsvRecords {
  private static final int BUFFER_CHARS = 2 * FieldParser.MAX_TEXT_CHARS;

  private final CsvReaderBuilder parsers;
  private final @Nullable CsvEscapes escapes;
  private final CsvText text;
  private final CsvRow row;
  private Iterator<CsvRow> rows;
  private long linesBefore;
  private long line;
  private String fault;
  private int faultyField;
  private String faultyValue;

  CsvRecords(SourceStream in, CsvOptions options) {
    Reader chars =
        new InputStreamReader(in.asInputStream(), Charset.forName(options.getEncoding()));
    escapes = escapes(chars, options);
    text = new CsvText(escapes == null ? chars : escapes);
    Character delimiter = delimiterOfFile();
    parsers =
        de.siegmar.fastcsv.reader.CsvReader.builder()
            .fieldSeparator(delimiter == null ? options.getDelimiter().charAt(0) : delimiter)
            .quoteCharacter(options.getQuote().charAt(0))
            .ignoreDifferentFieldCount(true)
            .acceptCharsAfterQuotes(false)
            .maxBufferSize(BUFFER_CHARS);
    if (options.getComment() != null) {
      parsers
          .commentStrategy(CommentStrategy.SKIP)
          .commentCharacter(options.getComment().charAt(0));
    }
    row = new CsvRow(text, escapes);
    row.startsAt(text.position());
    linesBefore = delimiter == null ? 0 : 1;
    rows = parsers.build(row, text).iterator();
  }

  private static @Nullable CsvEscapes escapes(Reader in, CsvOptions options) {
    boolean isDoubledQuote = options.getQuote().equals(options.getEscape());
    return options.getEscape() == null || isDoubledQuote
        ? null
        : new CsvEscapes(
            in,
            options.getEscape().charAt(0),
            options.getQuote().charAt(0),
            options.getDelimiter().charAt(0));
  }

  private @Nullable Character delimiterOfFile() {
    try {
      return text.skipSeparatorLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The record that {@link #next} has read; valid where {@link #fault} is null. */
  CsvRow row() {
    return row;
  }

  /** The line of the file on which the record starts, from 1. */
  long line() {
    return line;
  }

  /** Why the record could not be parsed; null where it could. */
  String fault() {
    return fault;
  }

  /** The index of the field that could not be parsed. */
  int faultyField() {
    return faultyField;
  }

  /** The text of the file from that field on, up to the end of the line. */
  String faultyValue() {
    return faultyValue;
  }

  /** Takes the fields that the record read last has as {@code c1}, {@code c2}, ..., and it anew. */
  void startOverWithNumberedNames(RowBuilder to) {
    int fields = row.names().size();
    resume(row.startPosition(), row.line() - 1);
    row.bind(numberedNames(fields), to);
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
    long position = -1;
    try {
      rows.next();
      if (row.longField() >= 0) {
        fault = tooLongField();
        faultyField = row.longField();
        position = row.faultPosition();
      } else if (row.endsInQuotes()) {
        fault = "a quote is not closed to the end of the file";
        faultyField = row.fields() - 1;
        position = row.faultPosition();
      }
    } catch (CsvParseException | UncheckedIOException e) {
      fault = explained(e);
      faultyField = row.fields();
    }
    line = linesBefore + row.line() + row.escapedLines();
    if (fault != null) {
      goOnAtNextLine(position);
      return true;
    }
    return !row.isEnd();
  }

  private static String tooLongField() {
    return "a field of %s characters or more; is a quote not closed?"
        .formatted(FieldParser.MAX_TEXT_CHARS);
  }

  /** FastCSV wraps whatever goes wrong below it, our own exceptions of the stream too. */
  private static String explained(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CsvText.TooLongException) {
        return cause.getMessage();
      }
      if (cause instanceof BrokenFileException broken) {
        throw broken;
      }
      if (cause.getMessage() != null && cause.getMessage().contains("maximum buffer size")) {
        return tooLongField();
      }
    }
    if (e instanceof UncheckedIOException) {
      throw e;
    }
    if (e.getCause() instanceof RuntimeException failure
        && !(failure instanceof CsvParseException)) {
      throw failure;
    }
    return "text goes on after a closing quote";
  }

  /**
   * @param position where the faulty field begins; -1 for after the last whole one
   */
  private void goOnAtNextLine(long position) {
    try {
      long start = row.startPosition();
      for (long at = row.startLine(); at < row.line(); at++) {
        start = text.nextLine(start);
      }
      boolean isAfterField = row.startLine() == row.line() && row.fields() > 0;
      long faulty = position >= 0 ? position : isAfterField ? row.nextField() : start;
      String value = text.lineFrom(faulty, RejectText.MAX_VALUE_CHARS + 1);
      faultyValue = escapes == null ? value : escapes.written(value);
      resume(text.nextLine(start), row.line());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private void resume(long position, long lines) {
    linesBefore += lines;
    text.resumeAt(position);
    row.startsAt(position);
    rows = parsers.build(row, text).iterator();
  }
}
