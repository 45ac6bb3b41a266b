package io.beamgrad.data.formats;

import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.streams.SourceStream;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads CSV files as RFC 4180 and {@link CsvOptions} have them, plain or packed, with a header line
 * that names the columns, or without one: then they are {@code c1}, {@code c2}, .... {@link
 * FieldParser} says what a field may be; a list is {@code [1, 2, 3]}, or numbers with spaces or
 * semicolons between them. Blank lines are no records. A first line {@code sep=;} says the
 * delimiter. A name that the header has twice matters only where a column has it.
 *
 * <p>Lines may end with a delimiter: the records where the first one does, though the header does
 * not, or the header alone. A record is rejected for another number of fields, for a value that a
 * column of the range cannot take, for a field of a million characters or more, and where it is not
 * clear where the record ends: at a quote that is not closed, or goes on after it was. After such a
 * record the next one begins on the line after the first line of the rejected one.
 */
public final class CsvReader implements TableReader {
  private static final int MAX_NAMES_SHOWN = 20;

  /** How the first name begins where a file of JSON is read as CSV. */
  private static final Pattern JSON = Pattern.compile("[\\[{]|\\[?\\s*\\{\\s*\"[^\"]*\"\\s*:.*");

  private static final CsvOptions DEFAULTS = CsvStyle.DEFAULT.of("");

  /** The columns, without spaces around their names; what they hold is not known. */
  @Override
  public List<SourceField> fields(String file, String name, CsvOptions csv) {
    try (SourceStream in = SourceStream.open(file, name)) {
      List<String> names = names(in, csv);
      return names.stream()
          .distinct()
          .map(column -> new SourceField(column, null, 0, refusal(names, column)))
          .toList();
    }
  }

  @Override
  public Header header(String file, String name, CsvOptions csv, RowBuilder row) {
    try (SourceStream in = SourceStream.open(file, name)) {
      List<String> names = names(in, csv);
      checkOnce(names, row.fieldsNeeded(), name);
      checkColumns(name, names, row.fieldsNeeded(), whoNames(csv));
      return Header.ofWhole(in.isPacked());
    }
  }

  private static @Nullable String refusal(List<String> names, String column) {
    return Collections.frequency(names, column) > 1 ? "two columns of one name" : null;
  }

  private static List<String> names(SourceStream in, CsvOptions options) {
    CsvRecords records = new CsvRecords(in, options);
    readHeader(records, in.name());
    List<String> names = List.copyOf(records.row().names());
    if (!options.getHeader()) {
      return CsvRecords.numberedNames(names.size());
    }
    checkHeader(names, in.name(), options);
    return names;
  }

  /** The part of a file that names its fields, for messages. */
  private static String whoNames(CsvOptions options) {
    return options.getHeader() ? "the header" : "the first line";
  }

  /**
   * Checks that a file has the columns.
   *
   * @param fields the names of those that the file has
   * @param needed the names of those that a job wants
   * @param who has the fields: "the header", "the file"
   * @throws BrokenFileException where one is missing
   */
  static void checkColumns(String name, List<String> fields, List<String> needed, String who) {
    Set<String> names = new HashSet<>(fields);
    List<String> missing =
        needed.stream().filter(column -> !names.contains(column)).distinct().toList();
    if (!missing.isEmpty()) {
      throw lacks(name, missing, who, fields);
    }
  }

  /** The exception for a file that lacks columns. */
  static BrokenFileException lacks(
      String name, Collection<String> missing, String who, List<String> fields) {
    return new BrokenFileException(
        "%s: no column %s; %s has %s"
            .formatted(
                name,
                missing.stream()
                    .map(column -> "'" + column + "'")
                    .collect(Collectors.joining(", ")),
                who,
                shown(fields)));
  }

  /** The names of fields for a message, on one line, the first {@value #MAX_NAMES_SHOWN}. */
  public static String shown(List<String> fields) {
    String some = String.join(", ", fields.subList(0, Math.min(MAX_NAMES_SHOWN, fields.size())));
    return RejectText.onOneLine(some)
        + (fields.size() > MAX_NAMES_SHOWN ? ", ... (%s)".formatted(fields.size()) : "");
  }

  /**
   * Reads the whole file.
   *
   * @throws IllegalArgumentException where the range is not the whole file, or its columns are not
   *     what a table can have
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where the header is missing or lacks a column, or a packed file is
   *     cut short or corrupt
   */
  @Override
  public long read(FileRange range, RowSink sink) {
    requireWhole(range, "CSV");
    RowBuilder row = new RowBuilder(range);
    CsvOptions options = range.getCsv() == null ? DEFAULTS : range.getCsv();
    String file = range.getPath();
    String name = FileIdentity.displayName(file, range.getIdentity());
    try (SourceStream in = SourceStream.open(file, name)) {
      CsvRecords records = new CsvRecords(in, options);
      readHeader(records, name);
      if (options.getHeader()) {
        List<String> header = List.copyOf(records.row().names());
        checkHeader(header, name, options);
        checkOnce(header, row.fieldsNeeded(), name);
        records.row().bind(header, row);
      } else {
        records.startOverWithNumberedNames(row);
      }
      checkColumns(name, records.row().names(), row.fieldsNeeded(), whoNames(options));
      long record = 0;
      boolean isFirst = true; // of the records that could be parsed
      boolean endsWithDelimiter = false;
      for (; records.next(); record++) {
        String identity = range.getIdentity();
        if (records.fault() != null) {
          sink.reject(unparsed(identity, record, records));
          continue;
        }
        endsWithDelimiter |= isFirst && endsWithDelimiter(records.row());
        isFirst = false;
        if (!isComplete(records.row(), endsWithDelimiter)) {
          sink.reject(wrongFieldCount(identity, record, records));
        } else {
          row.emit(identity, record, records.line(), sink);
        }
      }
      return record;
    }
  }

  /**
   * Whether a record has the fields of the header, but for an empty one behind the last delimiter.
   */
  private static boolean isComplete(CsvRow row, boolean endsWithDelimiter) {
    int fields = row.fields();
    int names = row.names().size();
    return fields == names
        || (endsWithDelimiter && endsWithDelimiter(row))
        || (fields == names - 1 && row.names().get(names - 1).isEmpty());
  }

  private static boolean endsWithDelimiter(CsvRow row) {
    return row.fields() == row.names().size() + 1 && row.endsEmpty();
  }

  private static void readHeader(CsvRecords records, String name) {
    if (!records.next()) {
      throw new BrokenFileException(name + ": empty file, expected a header line");
    }
    if (records.fault() != null) {
      throw new BrokenFileException(
          "%s line %s: %s".formatted(name, records.line(), records.fault()));
    }
  }

  private static void checkHeader(List<String> names, String name, CsvOptions options) {
    for (String column : names) {
      if (column.indexOf(FieldParser.NOT_UTF_8) >= 0) {
        throw new BrokenFileException(
            "%s: the header is not %s; data.csv.encoding or --csv says another encoding"
                .formatted(name, options.getEncoding()));
      }
    }
    if (JSON.matcher(names.get(0)).matches()) {
      throw new BrokenFileException(
          name + ": it begins as JSON does, not CSV; a name that ends with .json says so");
    }
  }

  /** Checks that no name of the header that is needed is there twice. */
  private static void checkOnce(List<String> names, List<String> needed, String name) {
    Set<String> seen = new HashSet<>();
    for (String column : names) {
      if (!seen.add(column) && needed.contains(column)) {
        throw new BrokenFileException(
            "%s: the header has column '%s' twice".formatted(name, RejectText.onOneLine(column)));
      }
    }
  }

  private static Reject unparsed(String file, long record, CsvRecords records) {
    List<String> names = records.row().names();
    int field = records.faultyField();
    return new Reject(
        file,
        record + 1,
        records.line(),
        field < names.size() ? names.get(field) : null,
        RejectText.cut(records.faultyValue()),
        records.fault());
  }

  private static Reject wrongFieldCount(String file, long record, CsvRecords records) {
    return new Reject(
        file,
        record + 1,
        records.line(),
        null,
        null,
        "expected %s fields, found %s"
            .formatted(records.row().names().size(), records.row().fields()));
  }

  /**
   * @throws IllegalArgumentException where a range is not a whole file
   */
  static void requireWhole(FileRange range, String format) {
    if (range.getFirstRecord() != 0 || range.getRecords() >= 0) {
      throw new IllegalArgumentException(
          "%s: a %s file is read as a whole, was asked for %s records from %s"
              .formatted(range.getPath(), format, range.getRecords(), range.getFirstRecord()));
    }
  }
}
