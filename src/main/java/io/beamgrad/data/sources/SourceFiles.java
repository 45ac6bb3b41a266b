package io.beamgrad.data.sources;

import io.beamgrad.data.formats.Format;
import io.beamgrad.data.formats.JsonLinesReader;
import io.beamgrad.data.formats.RecordReader;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Partitions;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.streams.OtherFormat;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * The files of a job's data and the ranges in which they are read. Headers have been checked, rows
 * have not been read. All lists are sorted by split, training first, then by identity, then by
 * record; they depend on the files alone.
 *
 * @param columns the columns of the rows; ranges of training files may have keys besides
 * @param ranges who reads what: plain IDX pairs in ranges of about {@value #RANGE_BYTES} bytes,
 *     Parquet files in row groups of as much together, other files as a whole
 * @param files every file, for a fingerprint
 */
public record SourceFiles(List<Column> columns, List<FileRange> ranges, List<SourceFile> files) {
  /** How much of a plain IDX pair one range has at most: constant, so that machines agree. */
  public static final int RANGE_BYTES = 24 << 20;

  private static final int MOST_RANGES = 256; // of a unit: small files take time each

  public SourceFiles {
    columns = List.copyOf(columns);
    ranges = List.copyOf(ranges);
    files = List.copyOf(files);
  }

  /**
   * Pairs of IDX files: {@code NAME-images-idx3-ubyte} and {@code NAME-labels-idx1-ubyte}, each
   * plain or packed.
   *
   * @param which the folder and the pairs in it: their names, globs of such, or folders of pairs
   * @throws MissingDataException where the folder or a file is missing, or a glob matches nothing
   * @throws BrokenFileException where a header is wrong, or counts or sizes of images differ
   * @throws WrongInputException where a file is there twice, packed and plain, or is in two splits
   */
  public static SourceFiles idx(DataPaths which) {
    which.folder().requireThere();
    SourceFilesBuilder listing = new SourceFilesBuilder(which.folder());
    for (Split split : Split.values()) {
      String name = split.name().toLowerCase(Locale.ROOT);
      for (String pair : IdxPairs.find(which.folder(), of(split, which))) {
        listing.requireOneSplit(pair, name);
        listing.addPair(split, pair);
      }
    }
    return listing.finishPairs();
  }

  private static List<String> of(Split split, DataPaths which) {
    return switch (split) {
      case TRAIN -> which.train();
      case VALIDATION -> which.validation();
      case TEST -> which.test();
      case HOLDOUT, CALIBRATION -> List.of(); // rows of the training files
    };
  }

  /**
   * The files of a table.
   *
   * @param columns the columns to read; keys are of the training files alone
   * @throws MissingDataException where the folder or a file is missing, or a glob matches nothing
   * @throws BrokenFileException where a file is not of its format, or has not these columns
   * @throws WrongInputException where two files have one identity, as do a packed and a plain one,
   *     a file is in two splits, lies outside of the folder, or is of no known format
   */
  public static SourceFiles table(DataPaths which, List<Column> columns) {
    SourceFilesBuilder listing = new SourceFilesBuilder(which.folder());
    for (Split split : Split.values()) {
      List<String> patterns = of(split, which);
      if (patterns.isEmpty()) {
        continue;
      }
      String named =
          "in %s (%s)"
              .formatted(split.name().toLowerCase(Locale.ROOT), String.join(", ", patterns));
      List<Column> read = split == Split.TRAIN ? columns : Columns.kept(columns);
      FilePatterns.find(which.folder(), patterns, which::isTable)
          .forEach(
              (identity, file) -> {
                listing.requireOneSplit(identity, named);
                listing.add(split, identity, file, which.formatOf(file), which.csv(), read);
              });
    }
    listing.requireKeys();
    return listing.finish(Columns.kept(columns));
  }

  /**
   * The fields of the first of the files to train on that has any, in its order, and then what its
   * folders say ({@code day=2026-11-23}). Of JSON they are the keys of the first 100 records.
   *
   * @throws MissingDataException where the folder or a file is missing, or a glob matches nothing
   * @throws BrokenFileException where a file is not of its format, or none has records
   * @throws WrongInputException as for {@link #table}
   */
  public static List<SourceField> fields(DataPaths which) {
    SortedMap<String, String> files =
        FilePatterns.find(which.folder(), which.train(), which::isTable);
    if (files.size() == 1) {
      requireRecords(which, files.get(files.firstKey()));
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      List<SourceField> found = fields(which, file.getKey(), file.getValue());
      if (!found.isEmpty()) {
        return found;
      }
    }
    throw new BrokenFileException(
        "%s: none of the %s files has records".formatted(which.folder(), files.size()));
  }

  private static void requireRecords(DataPaths which, String name) {
    String file = which.folder().path(name);
    OtherFormat.requireNone(file, name);
    which.formatOf(name).requireText(file, name);
    if (which.formatOf(name) == Format.JSONL) {
      JsonLinesReader.requireRecords(file, name);
    }
  }

  /** The fields of a file and its folders; none where the file has no fields. */
  private static List<SourceField> fields(DataPaths which, String identity, String name) {
    OtherFormat.requireNone(which.folder().path(name), name);
    which.formatOf(name).requireText(which.folder().path(name), name);
    List<SourceField> fields = new ArrayList<>();
    Set<String> inFolders = Partitions.of(identity).keySet();
    for (SourceField field :
        which
            .formatOf(name)
            .tableReader(name)
            .fields(which.folder().path(name), name, which.csv().of(name))) {
      if (!inFolders.contains(field.name())) {
        fields.add(field);
      }
    }
    if (!fields.isEmpty()) {
      inFolders.forEach(folder -> fields.add(SourceField.ofPath(folder)));
    }
    return List.copyOf(fields);
  }

  /** How many records some ranges have together; 0 where that is not known before they are read. */
  public static long records(List<FileRange> ranges) {
    return ranges.stream().allMatch(range -> range.getRecords() >= 0)
        ? ranges.stream().mapToLong(FileRange::getRecords).sum()
        : 0;
  }

  /** All ranges in units, see {@link #units(List)}. */
  public List<List<FileRange>> units() {
    return units(ranges);
  }

  /**
   * Some of the ranges in units, each of enough work for one worker, in their order: small files
   * are taken together, as an element of a pipeline costs more than to read them. The units depend
   * on the files alone.
   */
  public List<List<FileRange>> units(List<FileRange> some) {
    Map<String, Long> rangesOfFile =
        ranges.stream()
            .collect(Collectors.groupingBy(FileRange::getIdentity, Collectors.counting()));
    Map<String, Long> bytesOfFile =
        files.stream()
            .collect(Collectors.toMap(SourceFile::identity, SourceFile::dataBytes, Long::sum));
    List<List<FileRange>> units = new ArrayList<>();
    List<FileRange> unit = new ArrayList<>();
    long bytes = 0;
    for (FileRange range : some) {
      String file = range.getIdentity();
      unit.add(range);
      bytes += bytesOfFile.get(file) / rangesOfFile.get(file);
      if (bytes >= RANGE_BYTES / 2 || unit.size() == MOST_RANGES) {
        units.add(unit);
        unit = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!unit.isEmpty()) {
      units.add(unit);
    }
    return units;
  }

  /** The reader of files of a format. */
  public static RecordReader reader(FileFormat format) {
    return Format.of(format).reader();
  }

  /** The size of all data unpacked, in bytes; with packed tables an estimate. */
  public long dataBytes() {
    return files.stream().mapToLong(SourceFile::dataBytes).sum();
  }

  /** The size of all rows in blocks, in bytes; of CSV files that of their text, an estimate. */
  public long blockBytes() {
    boolean isKnown = ranges.stream().allMatch(range -> range.getRecords() >= 0);
    return isKnown
        ? ranges.stream().mapToLong(FileRange::getRecords).sum() * ColumnLayout.bytesPerRow(columns)
        : dataBytes();
  }
}
