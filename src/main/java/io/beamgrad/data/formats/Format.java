package io.beamgrad.data.formats;

import io.beamgrad.data.streams.OtherFormat;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.FileFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The formats of source files, one row for each symbol of {@link FileFormat}: the reader, the words
 * of {@code data.format}, and the suffixes of tables. All else about a file says its reader.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists and method references never change
public enum Format {
  IDX(IdxReader::new, List.of("idx")),
  CSV(CsvReader::new, List.of("csv", "tsv"), ".csv", ".tsv"),
  JSONL(JsonLinesReader::new, List.of("jsonl"), ".jsonl", ".ndjson", ".json"),
  AVRO(AvroReader::new, List.of("avro"), ".avro"),
  PARQUET(ParquetReader::new, List.of("parquet"), ".parquet"),
  PNG(PictureReader::new, List.of());

  private final Supplier<RecordReader> reader;
  private final List<String> words;
  private final List<String> suffixes;

  Format(Supplier<RecordReader> reader, List<String> words, String... suffixes) {
    this.reader = reader;
    this.words = words;
    this.suffixes = List.of(suffixes);
  }

  public static Format of(FileFormat symbol) {
    return valueOf(symbol.name());
  }

  /** All words that a spec may say. */
  public static List<String> words() {
    return Arrays.stream(values()).flatMap(format -> format.words.stream()).toList();
  }

  /** The suffixes of all tables. */
  public static List<String> suffixes() {
    return Arrays.stream(values()).flatMap(format -> format.suffixes.stream()).toList();
  }

  /** The format of a table by the suffix of its name, in small or large letters. */
  public static Optional<Format> bySuffix(String file) {
    String name =
        FileIdentity.withoutCompression(
            file.substring(file.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT));
    String suffix = name.substring(Math.max(0, name.lastIndexOf('.')));
    return Arrays.stream(values()).filter(format -> format.suffixes.contains(suffix)).findFirst();
  }

  public FileFormat symbol() {
    return FileFormat.valueOf(name());
  }

  public RecordReader reader() {
    return reader.get();
  }

  /**
   * Checks that a file is no Parquet or Avro file where the format is one of text.
   *
   * @param name what messages call the file
   * @throws WrongInputException where it is one
   */
  public void requireText(String file, String name) {
    if (this == CSV || this == JSONL) {
      OtherFormat.requireText(file, name);
    }
  }

  /**
   * The reader of a table.
   *
   * @param name what messages call its file
   * @throws IllegalArgumentException where the format is one of images
   */
  public TableReader tableReader(String name) {
    if (reader.get() instanceof TableReader table) {
      return table;
    }
    throw new IllegalArgumentException(name + ": images are no table");
  }
}
