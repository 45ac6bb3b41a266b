package io.beamgrad.data;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.apache.parquet.format.RowGroup;

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

  /** Tables pack to about a quarter; only plans depend on it. */
  private static final int PACKED_FACTOR = 4;

  public SourceFiles {
    columns = List.copyOf(columns);
    ranges = List.copyOf(ranges);
    files = List.copyOf(files);
  }

  /**
   * Pairs of IDX files: {@code NAME-images-idx3-ubyte} and {@code NAME-labels-idx1-ubyte}, each
   * plain or packed.
   *
   * @param train their names, globs of such, or folders of pairs
   * @param validation empty where the training files have the validation rows too
   * @param test empty where there are no test files
   * @throws MissingDataException where the folder or a file is missing, or a glob matches nothing
   * @throws BrokenFileException where a header is wrong, or counts or sizes of images differ
   * @throws IllegalArgumentException where a file is there twice, packed and plain, or is in two
   *     splits
   */
  public static SourceFiles idx(
      Path folder, List<String> train, List<String> validation, List<String> test) {
    FilePatterns.requireFolder(folder);
    Listing listing = new Listing(folder);
    Map<String, String> splitOf = new HashMap<>();
    IdxHeader first = null;
    String firstPair = null;
    for (Split split : Split.values()) {
      String name = split.name().toLowerCase(Locale.ROOT);
      for (String pair : IdxPairs.find(folder, of(split, train, validation, test))) {
        String other = splitOf.put(pair, name);
        if (other != null) {
          throw new IllegalArgumentException("%s is both %s and %s".formatted(pair, other, name));
        }
        firstPair = firstPair == null ? pair : firstPair;
        IdxHeader header = listing.addPair(split, pair, first, firstPair);
        first = first == null ? header : first;
      }
    }
    return listing.finish(IdxReader.columns(first));
  }

  private static List<String> of(
      Split split, List<String> train, List<String> validation, List<String> test) {
    return switch (split) {
      case TRAIN -> train;
      case VALIDATION -> validation;
      case TEST -> test;
    };
  }

  /**
   * The files of a table.
   *
   * @param columns the columns to read; keys are of the training files alone
   * @throws MissingDataException where the folder or a file is missing, or a glob matches nothing
   * @throws BrokenFileException where a file is not of its format, or has not these columns
   * @throws IllegalArgumentException where two files have one identity, as do a packed and a plain
   *     one, a file is in two splits, lies outside of the folder, or is of no known format
   */
  public static SourceFiles table(DataFiles which, List<Column> columns) {
    Listing listing = new Listing(which.folder());
    Map<String, String> splitOf = new HashMap<>();
    for (Split split : Split.values()) {
      List<String> patterns = of(split, which.train(), which.validation(), which.test());
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
                String other = splitOf.put(identity, named);
                if (other != null) {
                  throw new IllegalArgumentException(
                      "%s is both %s and %s".formatted(identity, other, named));
                }
                listing.add(split, identity, file, which, read);
              });
    }
    listing.requireKeys();
    return listing.finish(Columns.kept(columns));
  }

  /**
   * The fields of the first of the files to train on, in its order, and then what its folders say
   * ({@code day=2026-11-23}). Of JSON lines they are the keys of the first 100 records.
   *
   * @throws MissingDataException where the folder or a file is missing, or a glob matches nothing
   * @throws BrokenFileException where the file is not of its format
   * @throws IllegalArgumentException as for {@link #table}
   */
  public static List<Field> fields(DataFiles which) {
    SortedMap<String, Path> files =
        FilePatterns.find(which.folder(), which.train(), which::isTable);
    String identity = files.firstKey();
    Path file = files.get(identity);
    String name = Identity.displayName(file, identity);
    List<Field> fields = new ArrayList<>();
    Set<String> inFolders = Partitions.of(identity).keySet();
    for (Field field : fieldsOf(which, file, name)) {
      if (!inFolders.contains(field.name())) {
        fields.add(field);
      }
    }
    inFolders.forEach(folder -> fields.add(new Field(folder, null, 0)));
    return List.copyOf(fields);
  }

  private static List<Field> fieldsOf(DataFiles which, Path file, String name) {
    FileFormat format = which.formatOf(file);
    return switch (format) {
      case AVRO -> AvroReader.fields(file, name);
      case PARQUET -> ParquetReader.fields(file, name);
      case CSV, JSONL -> {
        try (SourceStream in = SourceStream.open(file, name)) {
          yield format == FileFormat.JSONL
              ? JsonLinesReader.fields(in)
              : CsvReader.header(in, which.csv().of(name)).stream()
                  .map(column -> new Field(column, null, 0))
                  .toList();
        }
      }
      case IDX -> throw new IllegalArgumentException(name + ": IDX has images, not fields");
    };
  }

  /** The whole of one file of a table; where its suffix tells no format, of CSV. */
  public static FileRange whole(Path file, List<Column> columns, CsvStyle csv) {
    String name = file.getFileName().toString();
    FileFormat format = DataFiles.bySuffix(name);
    return FileRange.newBuilder()
        .setSplit(Split.TEST)
        .setFormat(format == null ? FileFormat.CSV : format)
        .setPath(file.toString())
        .setLabelsPath(null)
        .setIdentity(name)
        .setFirstRecord(0)
        .setRecords(-1)
        .setColumns(columns)
        .setCsv(csv.of(name))
        .build();
  }

  /** The reader of files of a format. */
  public static RecordReader reader(FileFormat format) {
    return switch (format) {
      case IDX -> new IdxReader();
      case CSV -> new CsvReader();
      case JSONL -> new JsonLinesReader();
      case AVRO -> new AvroReader();
      case PARQUET -> new ParquetReader();
    };
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

  /** What has been found so far. */
  private static final class Listing {
    private final Path folder;
    private final List<FileRange> ranges = new ArrayList<>();
    private final List<SourceFile> files = new ArrayList<>();

    /** The keys that no file of JSON lines has had. */
    private Set<String> missingKeys;

    Listing(Path folder) {
      this.folder = folder;
    }

    IdxHeader addPair(Split split, String pair, IdxHeader first, String firstPair) {
      Path images = IdxPairs.images(folder, pair);
      Path labels = IdxPairs.labels(folder, pair);
      String identity = Identity.of(folder, images);
      String labelsIdentity = Identity.of(folder, labels);
      try (SourceStream imagesIn = open(images, identity);
          SourceStream labelsIn = open(labels, labelsIdentity)) {
        IdxHeader header = IdxHeader.readImages(imagesIn);
        IdxHeader labelsHeader = IdxHeader.readLabels(labelsIn);
        IdxReader.checkPair(imagesIn.name(), header, labelsIn.name(), labelsHeader);
        if (first != null && !header.rowShape().equals(first.rowShape())) {
          throw new BrokenFileException(
              "%s has %s, but %s has %s"
                  .formatted(
                      IdxPairs.imagesName(firstPair), first, IdxPairs.imagesName(pair), header));
        }
        boolean whole = imagesIn.isPacked() || labelsIn.isPacked();
        int step = whole ? header.count() : rangeRecords(header);
        List<Column> columns = IdxReader.columns(header);
        for (long record = 0; record < header.count(); record += step) {
          long records = Math.min(step, header.count() - record);
          ranges.add(
              FileRange.newBuilder()
                  .setSplit(split)
                  .setFormat(FileFormat.IDX)
                  .setPath(images.toAbsolutePath().toString())
                  .setLabelsPath(labels.toAbsolutePath().toString())
                  .setIdentity(identity)
                  .setFirstRecord(record)
                  .setRecords(records)
                  .setColumns(columns)
                  .build());
        }
        addFile(split, identity, images, imagesIn.fileBytes(), header.fileBytes());
        addFile(split, labelsIdentity, labels, labelsIn.fileBytes(), labelsHeader.fileBytes());
        return first == null ? header : first;
      }
    }

    /** As few ranges as there can be, of the same number of records, but the last. */
    private static int rangeRecords(IdxHeader header) {
      long most = Math.max(1, RANGE_BYTES / header.rowBytes());
      long ranges = (header.count() + most - 1) / most;
      return (int) ((header.count() + ranges - 1) / ranges);
    }

    void add(Split split, String identity, Path file, DataFiles which, List<Column> columns) {
      FileFormat format = which.formatOf(file);
      FileRange range =
          FileRange.newBuilder()
              .setSplit(split)
              .setFormat(format)
              .setPath(file.toAbsolutePath().toString())
              .setLabelsPath(null)
              .setIdentity(identity)
              .setFirstRecord(0)
              .setRecords(-1)
              .setColumns(columns)
              .setCsv(
                  format == FileFormat.CSV ? which.csv().of(file.getFileName().toString()) : null)
              .build();
      TableRow row = new TableRow(range);
      String name = Identity.displayName(file, identity);
      switch (format) {
        case CSV, JSONL -> addText(range, row, file);
        case AVRO -> {
          requireUnpacked(file, "Avro");
          boolean isPacked = AvroReader.checkColumns(file, name, row);
          ranges.add(range);
          long bytes = size(file);
          addFile(split, identity, file, bytes, isPacked ? PACKED_FACTOR * bytes : bytes);
        }
        case PARQUET -> {
          requireUnpacked(file, "Parquet");
          addParquet(range, row, file, name);
        }
        case IDX -> throw new IllegalArgumentException(name + ": IDX is no table");
      }
    }

    private void addText(FileRange range, TableRow row, Path file) {
      String identity = range.getIdentity();
      try (SourceStream in = open(file, identity)) {
        if (range.getFormat() == FileFormat.CSV) {
          CsvReader.checkColumns(
              in.name(),
              CsvReader.header(in, range.getCsv()),
              row.fieldsNeeded(),
              CsvReader.whoNames(range.getCsv()));
        } else {
          Set<String> missing = new HashSet<>(row.fieldsNeeded());
          JsonLinesReader.fields(in).forEach(field -> missing.remove(field.name()));
          missingKeys = missingKeys == null ? missing : missingKeys;
          missingKeys.retainAll(missing);
        }
        ranges.add(range);
        long bytes = in.fileBytes();
        addFile(
            range.getSplit(), identity, file, bytes, in.isPacked() ? PACKED_FACTOR * bytes : bytes);
      }
    }

    /** A key may be left out of a record, and so of a file, but not of all. */
    void requireKeys() {
      if (missingKeys != null && !missingKeys.isEmpty()) {
        throw new BrokenFileException(
            "%s: no record of JSON has a key '%s' (the first %d of each file)"
                .formatted(
                    folder,
                    missingKeys.stream().sorted().findFirst().orElseThrow(),
                    JsonLinesReader.FIELD_RECORDS));
      }
    }

    private void addParquet(FileRange range, TableRow row, Path path, String name) {
      long rowBytes = ColumnLayout.bytesPerRow(range.getColumns());
      try (ParquetFile file = ParquetFile.open(path, name)) {
        ParquetReader.checkColumns(file, row);
        long first = 0;
        long next = 0;
        for (RowGroup group : file.rowGroups()) {
          next += group.getNum_rows();
          if ((next - first) * rowBytes >= RANGE_BYTES) {
            addRange(range, first, next);
            first = next;
          }
        }
        if (next > first || next == 0) {
          addRange(range, first, next);
        }
        addFile(range.getSplit(), range.getIdentity(), path, size(path), next * rowBytes);
      }
    }

    private void addRange(FileRange range, long first, long next) {
      ranges.add(
          FileRange.newBuilder(range).setFirstRecord(first).setRecords(next - first).build());
    }

    private static void requireUnpacked(Path file, String format) {
      String name = file.getFileName().toString();
      if (!Identity.withoutCompression(name).equals(name)) {
        throw new IllegalArgumentException(
            "%s: %s is packed inside, not as a whole; unpack it".formatted(file, format));
      }
    }

    SourceFiles finish(List<Column> columns) {
      return new SourceFiles(columns, ranges, files);
    }

    private static long size(Path file) {
      try {
        return Files.size(file);
      } catch (IOException e) {
        throw new UncheckedIOException("%s: %s".formatted(file, e.getMessage()), e);
      }
    }

    private void addFile(Split split, String identity, Path file, long fileBytes, long dataBytes) {
      try {
        long modified = Files.getLastModifiedTime(file).toMillis();
        files.add(new SourceFile(split, identity, file, fileBytes, dataBytes, modified));
      } catch (IOException e) {
        throw new UncheckedIOException("%s: %s".formatted(file, e.getMessage()), e);
      }
    }

    private static SourceStream open(Path file, String identity) {
      return SourceStream.open(file, Identity.displayName(file, identity));
    }
  }
}
