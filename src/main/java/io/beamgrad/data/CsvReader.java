package io.beamgrad.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads CSV files as RFC 4180 has them, plain or gzip, in UTF-8, with a header line that names the
 * columns. A column of FLOATS has shape {@code []}: a decimal number, rounded to float as {@link
 * Float#parseFloat} does, spaces around it allowed. A column of STRINGS is taken as it is.
 *
 * <p>A record is rejected for another number of fields than the header has, and for a value in a
 * column of the range that is missing (empty, or {@code NA}, {@code NaN}, {@code null} in any case;
 * in STRINGS only without quotes), no number, not finite, or not UTF-8. Blank lines are no records.
 *
 * <p>Where it is not clear any more where records end, the file is broken: a quote that is not
 * closed, or goes on after it was.
 */
public final class CsvReader implements RecordReader {
  private static final int MAX_FIELD_CHARS = 1 << 24;
  private static final int MAX_NAMES_SHOWN = 20;

  /**
   * The names of the columns, in the file's order, without spaces around them.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where there is no header, or it names a column twice
   */
  public static List<String> header(Path file) {
    try (SourceStream in = SourceStream.open(file, file.getFileName().toString())) {
      return header(in);
    }
  }

  static List<String> header(SourceStream in) {
    CsvRow row = new CsvRow();
    readHeader(rows(in, row), row, in.name());
    return List.copyOf(row.names());
  }

  /**
   * Checks that a file has the columns.
   *
   * @param header the names of the columns that the file has
   * @throws BrokenFileException where one is missing
   */
  static void checkColumns(String name, List<String> header, List<Column> columns) {
    Set<String> names = new HashSet<>(header);
    String missing =
        columns.stream()
            .map(Column::getName)
            .filter(column -> !names.contains(column))
            .map(column -> "'" + column + "'")
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      String shown = String.join(", ", header.subList(0, Math.min(MAX_NAMES_SHOWN, header.size())));
      throw new BrokenFileException(
          "%s: no column %s; the header has %s%s"
              .formatted(
                  name,
                  missing,
                  Rejects.onOneLine(shown),
                  header.size() > MAX_NAMES_SHOWN ? ", ... (%d)".formatted(header.size()) : ""));
    }
  }

  /**
   * Reads the whole file.
   *
   * @throws IllegalArgumentException where the range is not the whole file, or its columns are not
   *     what a CSV file can have
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where the header is missing or lacks a column, a quote is not
   *     closed, or a gzip file is cut short or corrupt
   */
  @Override
  public long read(FileRange range, RowSink sink) {
    checkRange(range);
    Path file = Path.of(range.getPath());
    String name = Identity.displayName(file, range.getIdentity());
    CsvRow row = new CsvRow();
    try (SourceStream in = SourceStream.open(file, name)) {
      Iterator<CsvRow> rows = rows(in, row);
      readHeader(rows, row, name);
      checkColumns(name, row.names(), range.getColumns());
      row.bind(range.getColumns());
      long record = 0;
      for (; next(rows, row, name); record++) {
        if (row.fields() != row.names().size()) {
          sink.reject(wrongFieldCount(range, record, row));
        } else if (row.faultReason() != null) {
          sink.reject(
              new Reject(
                  range.getIdentity(),
                  record + 1,
                  row.line(),
                  row.faultyColumn(),
                  row.faultyValue(),
                  row.faultReason()));
        } else {
          sink.accept(record, row.values());
        }
      }
      return record;
    }
  }

  private static Iterator<CsvRow> rows(SourceStream in, CsvRow row) {
    return de.siegmar.fastcsv.reader.CsvReader.builder()
        .ignoreDifferentFieldCount(true)
        .acceptCharsAfterQuotes(false)
        .maxBufferSize(MAX_FIELD_CHARS)
        .build(row, new CsvText(in.asInputStream()))
        .iterator();
  }

  private static void readHeader(Iterator<CsvRow> rows, CsvRow row, String name) {
    if (!next(rows, row, name)) {
      throw new BrokenFileException(name + ": empty file, expected a header line");
    }
    Set<String> seen = new HashSet<>();
    for (String column : row.names()) {
      if (column.indexOf(CsvText.NOT_UTF_8) >= 0) {
        throw new BrokenFileException(name + ": the header is not UTF-8");
      }
      if (!column.isEmpty() && !seen.add(column)) {
        throw new BrokenFileException(
            "%s: the header has column '%s' twice".formatted(name, Rejects.onOneLine(column)));
      }
    }
  }

  /** Moves to the next record; false at the end of the file. */
  private static boolean next(Iterator<CsvRow> rows, CsvRow row, String name) {
    try {
      rows.next();
    } catch (CsvParseException e) {
      throw explained(e, row, name);
    }
    if (row.endsInQuotes()) {
      throw new BrokenFileException(
          "%s line %d: a quote is not closed to the end of the file".formatted(name, row.line()));
    }
    return !row.isEnd();
  }

  /** FastCSV wraps whatever goes wrong below it, our own exceptions of the stream too. */
  private static RuntimeException explained(CsvParseException e, CsvRow row, String name) {
    Throwable cause = e.getCause();
    if (cause instanceof RuntimeException failure && !(cause instanceof CsvParseException)) {
      return failure;
    }
    boolean tooLong = cause != null && cause.getMessage().contains("maximum buffer size");
    String why =
        tooLong
            ? "a field of more than %d characters; is a quote not closed?"
                .formatted(MAX_FIELD_CHARS)
            : "text goes on after a closing quote";
    return new BrokenFileException("%s line %d: %s".formatted(name, row.line(), why), e);
  }

  private static Reject wrongFieldCount(FileRange range, long record, CsvRow row) {
    return new Reject(
        range.getIdentity(),
        record + 1,
        row.line(),
        null,
        null,
        "expected %d fields, found %d".formatted(row.names().size(), row.fields()));
  }

  private static void checkRange(FileRange range) {
    if (range.getFirstRecord() != 0 || range.getRecords() >= 0) {
      throw new IllegalArgumentException(
          "%s: a CSV file is read as a whole, was asked for %d records from %d"
              .formatted(range.getPath(), range.getRecords(), range.getFirstRecord()));
    }
    Set<String> seen = new HashSet<>();
    for (Column column : range.getColumns()) {
      if (column.getRole() != ColumnRole.KEY && !seen.add(column.getName())) {
        throw new IllegalArgumentException(
            "%s: column %s is asked for twice".formatted(range.getPath(), column.getName()));
      }
      boolean known =
          column.getType() == ColumnType.FLOATS || column.getType() == ColumnType.STRINGS;
      if (!known || !column.getShape().isEmpty()) {
        throw new IllegalArgumentException(
            "%s: a CSV column is FLOATS[] or STRINGS[], %s was %s%s"
                .formatted(range.getPath(), column.getName(), column.getType(), column.getShape()));
      }
    }
  }
}
