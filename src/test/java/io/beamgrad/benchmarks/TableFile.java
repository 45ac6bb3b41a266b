package io.beamgrad.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.beamgrad.data.formats.CsvDialect;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.formats.Format;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.sources.DataFolder;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.ValueKind;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The records of a table, to be written to other files in part. Those of CSV and JSON stay as they
 * are, byte for byte; an array of JSON becomes lines, and Avro and Parquet become CSV.
 *
 * @param name of the file, without its suffixes
 * @param suffix of the files that are written
 * @param header what stands before the records; empty where nothing does
 * @param records those that have a target, in the file's order
 */
record TableFile(String name, String suffix, String header, List<String> records) {
  TableFile {
    records = List.copyOf(records);
  }

  /**
   * Reads a table, less the records without a target, of which no program can learn.
   *
   * @throws IllegalArgumentException where it has no such column, or other records than lines show
   */
  static TableFile read(Path file, String target) throws IOException {
    String fileName = file.getFileName().toString();
    Format format = Format.bySuffix(fileName).orElseThrow();
    CsvStyle csv =
        format == Format.CSV ? CsvDialect.of(file.toString(), fileName) : CsvStyle.DEFAULT;
    DataPaths paths =
        new DataPaths(
            DataFolder.of(file.toAbsolutePath().getParent().toString()),
            List.of(fileName),
            List.of(),
            List.of(),
            null,
            csv);
    List<SourceField> fields =
        SourceFiles.fields(paths).stream()
            .filter(field -> field.refusal() == null && field.length() == 0)
            .toList();
    if (!SourceField.names(fields).contains(target)) {
      throw new IllegalArgumentException("%s: has no column %s".formatted(file, target));
    }
    String name = fileName.replaceFirst("\\..*", "");
    return switch (format) {
      case CSV -> {
        List<String> lines = csvRecords(Files.readString(file, Charset.forName(csv.encoding())));
        yield new TableFile(
            name,
            fileName.endsWith(".tsv") ? ".tsv" : ".csv",
            lines.get(0),
            withTarget(file, lines.subList(1, lines.size()), paths, target));
      }
      case JSONL ->
          new TableFile(
              name, ".jsonl", "", withTarget(file, objects(Files.readString(file)), paths, target));
      default -> converted(name, paths, fields, target);
    };
  }

  /** Writes some of the records, by their places. */
  void write(Path file, List<Integer> places) throws IOException {
    String text = places.stream().map(records::get).collect(Collectors.joining("\n", "", "\n"));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, header.isEmpty() ? text : header + "\n" + text);
  }

  private static List<String> withTarget(
      Path file, List<String> records, DataPaths paths, String target) {
    List<List<@Nullable String>> values = values(paths, List.of(target));
    if (values.size() != records.size()) {
      throw new IllegalArgumentException(
          "%s: has %s records, and %s by its line ends"
              .formatted(file, values.size(), records.size()));
    }
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      if (values.get(i).get(0) != null) {
        kept.add(records.get(i));
      }
    }
    return kept;
  }

  /** The records of CSV: line ends within quotes are none. Blank lines are left out. */
  static List<String> csvRecords(String text) {
    List<String> records = new ArrayList<>();
    boolean isQuoted = false;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '\n';
      if (c == '"') {
        isQuoted = !isQuoted;
      } else if (c == '\n' && (!isQuoted || i == text.length())) {
        String record = text.substring(start, i).stripTrailing();
        if (!record.isEmpty()) {
          records.add(record);
        }
        start = i + 1;
      }
    }
    return records;
  }

  /** The objects of JSON lines or of an array, each in one line. */
  static List<String> objects(String text) throws IOException {
    List<String> objects = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          int start = (int) parser.currentTokenLocation().getCharOffset();
          parser.skipChildren();
          int end = (int) parser.currentTokenLocation().getCharOffset() + 1;
          // A line end within a string is written as \n, so that those here are blanks.
          objects.add(text.substring(start, end).replaceAll("[\\r\\n]+", " "));
        }
      }
    }
    return objects;
  }

  private static TableFile converted(
      String name, DataPaths paths, List<SourceField> fields, String target) {
    List<String> names = SourceField.names(fields);
    List<String> records =
        values(paths, names).stream()
            .filter(row -> row.get(names.indexOf(target)) != null)
            .map(TableFile::line)
            .toList();
    return new TableFile(name, ".csv", line(names), records);
  }

  private static String line(List<? extends @Nullable String> cells) {
    return cells.stream()
        .map(cell -> cell == null ? "" : '"' + cell.replace("\"", "\"\"") + '"')
        .collect(Collectors.joining(","));
  }

  /** The texts of some columns of each record; null where a value is missing. */
  private static List<List<@Nullable String>> values(DataPaths paths, List<String> names) {
    List<Column> columns = names.stream().map(TableFile::text).toList();
    FileRange range = SourceFiles.table(paths, columns).ranges().get(0);
    List<List<@Nullable String>> rows = new ArrayList<>();
    SourceFiles.reader(range.getFormat()).read(range, new Texts(rows, names.size()));
    return rows;
  }

  private static Column text(String name) {
    return new Column(
        name, ColumnType.STRINGS, List.of(), ColumnRole.FEATURE, ValueKind.TEXT, null, true);
  }

  private record Texts(List<List<@Nullable String>> rows, int columns) implements RowSink {
    @Override
    public void accept(long record, ColumnBlock row) {
      List<@Nullable String> texts = new ArrayList<>();
      for (int c = 0; c < columns; c++) {
        texts.add(row.column(c).text(0));
      }
      rows.add(texts);
    }

    @Override
    public void reject(Reject reject) {
      throw new IllegalArgumentException(reject.toString());
    }
  }
}
