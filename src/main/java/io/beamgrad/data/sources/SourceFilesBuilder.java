package io.beamgrad.data.sources;

import io.beamgrad.data.files.StoredFile;
import io.beamgrad.data.formats.CsvReader;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.data.formats.Format;
import io.beamgrad.data.formats.IdxHeader;
import io.beamgrad.data.formats.IdxReader;
import io.beamgrad.data.formats.ImageReader;
import io.beamgrad.data.formats.TableReader;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.streams.OtherFormat;
import io.beamgrad.data.streams.SourceStream;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Makes {@link SourceFiles} of files, one after the other, whose headers it checks. */
final class SourceFilesBuilder {
  /** Packed tables have about a quarter of their size; only plans depend on this. */
  private static final int PACKED_FACTOR = 4;

  /** What a text takes, about, of which a file may have each once for many rows. */
  private static final long TEXT_BYTES = 16;

  private final DataFolder folder;
  private final List<FileRange> ranges = new ArrayList<>();
  private final List<SourceFile> files = new ArrayList<>();
  private final Map<String, String> splitOf = new HashMap<>();
  private IdxHeader firstHeader;
  private String firstPair;

  /** The keys that no file has had, of those whose first records say it. */
  private Set<String> missingKeys;

  /** Reads the keys of the first file that lacks some. */
  private Supplier<List<String>> keysThere;

  SourceFilesBuilder(DataFolder folder) {
    this.folder = folder;
  }

  /**
   * @param split what messages call it
   * @throws IllegalArgumentException where a file has been in another split before
   */
  void requireOneSplit(String file, String split) {
    String other = splitOf.put(file, split);
    if (other != null) {
      throw new WrongInputException("%s is both %s and %s".formatted(file, other, split));
    }
  }

  void addPair(Split split, String pair) {
    String images = IdxPairs.images(folder, pair);
    String labels = IdxPairs.labels(folder, pair);
    String identity = FileIdentity.of(images);
    String labelsIdentity = FileIdentity.of(labels);
    try (SourceStream imagesIn = open(images);
        SourceStream labelsIn = open(labels)) {
      IdxHeader header = IdxHeader.readImages(imagesIn);
      IdxHeader labelsHeader = IdxHeader.readLabels(labelsIn);
      IdxReader.checkPair(imagesIn.name(), header, labelsIn.name(), labelsHeader);
      firstPair = firstPair == null ? pair : firstPair;
      firstHeader = firstHeader == null ? header : firstHeader;
      if (!header.rowShape().equals(firstHeader.rowShape())) {
        throw new BrokenFileException(
            "%s has %s, but %s has %s"
                .formatted(
                    IdxPairs.imagesName(firstPair),
                    firstHeader,
                    IdxPairs.imagesName(pair),
                    header));
      }
      boolean whole = imagesIn.isPacked() || labelsIn.isPacked();
      addIdx(split, identity, images, labels, header, whole, IdxReader.columns(header));
      addFile(split, identity, images, header.fileBytes());
      addFile(split, labelsIdentity, labels, labelsHeader.fileBytes());
    }
  }

  private void addIdx(
      Split split,
      String identity,
      String images,
      @Nullable String labels,
      IdxHeader header,
      boolean whole,
      List<Column> columns) {
    int step = whole ? header.count() : rangeRecords(header);
    for (long record = 0; record < header.count(); record += step) {
      long records = Math.min(step, header.count() - record);
      ranges.add(
          range(split, Format.IDX, identity, images)
              .setLabelsPath(labels == null ? null : folder.path(labels))
              .setFirstRecord(record)
              .setRecords(records)
              .setColumns(columns)
              .build());
    }
  }

  /**
   * Adds images without labels: a picture, by its suffix or its first bytes, or an IDX file.
   *
   * @param image the column, of the shape that an IDX file must have
   * @throws BrokenFileException where it is neither, or of another shape
   */
  void addImages(Split split, String identity, String file, Column image) {
    if (ImageReader.isPicture(folder.path(file))) {
      ranges.add(
          range(split, Format.PNG, identity, file)
              .setRecords(1)
              .setColumns(List.of(image))
              .build());
      addFile(split, identity, file, size(file));
      return;
    }
    try (SourceStream in = open(file)) {
      IdxHeader header = IdxHeader.readImages(in);
      if (!header.rowShape().equals(image.getShape())) {
        throw new BrokenFileException(
            "%s: images of %s, but the model takes %s"
                .formatted(
                    in.name(), formatShape(header.rowShape()), formatShape(image.getShape())));
      }
      addIdx(split, identity, file, null, header, in.isPacked(), List.of(image));
      addFile(split, identity, file, header.fileBytes());
    }
  }

  private static String formatShape(List<Integer> shape) {
    return String.join("x", shape.stream().map(Object::toString).toList());
  }

  /** As few ranges as there can be, of the same number of records, but the last. */
  private static int rangeRecords(IdxHeader header) {
    long most = Math.max(1, SourceFiles.RANGE_BYTES / header.rowBytes());
    long ranges = (header.count() + most - 1) / most;
    return (int) ((header.count() + ranges - 1) / ranges);
  }

  /** Adds a file of a table; {@code csv} is for CSV. */
  void add(
      Split split,
      String identity,
      String file,
      Format format,
      CsvStyle csv,
      List<Column> columns) {
    CsvOptions options = csv.of(file);
    FileRange whole =
        range(split, format, identity, file)
            .setColumns(columns)
            .setCsv(format == Format.CSV ? options : null)
            .build();
    RowBuilder row = new RowBuilder(whole);
    String path = folder.path(file);
    OtherFormat.requireNone(path, file);
    format.requireText(path, file);
    TableReader.Header header = format.tableReader(file).header(path, file, options, row);
    if (header.missing() != null) {
      if (missingKeys == null) {
        missingKeys = new HashSet<>(header.missing());
        keysThere = () -> SourceField.names(format.tableReader(file).fields(path, file, options));
      }
      missingKeys.retainAll(header.missing());
    }
    long bytes = size(file);
    if (header.groups() == null) {
      ranges.add(whole);
      addFile(split, identity, file, header.isPacked() ? PACKED_FACTOR * bytes : bytes);
    } else {
      addFile(split, identity, file, addGroups(whole, header.groups()));
    }
  }

  /** Adds as few ranges of whole groups as there can be; gives about the bytes of all rows. */
  private long addGroups(FileRange file, List<Long> groups) {
    long rowBytes = ColumnLayout.bytesPerRow(file.getColumns());
    long first = 0;
    long next = 0;
    for (long records : groups) {
      next += records;
      if ((next - first) * rowBytes >= SourceFiles.RANGE_BYTES) {
        addRange(file, first, next);
        first = next;
      }
    }
    if (next > first || next == 0) {
      addRange(file, first, next);
    }
    long texts =
        file.getColumns().stream().filter(column -> column.getType() == ColumnType.STRINGS).count();
    return next * (rowBytes + TEXT_BYTES * texts);
  }

  /** Checks that each key occurs in some file; a record or a whole file may lack it. */
  void requireKeys() {
    if (missingKeys != null && !missingKeys.isEmpty()) {
      missingKeys.removeAll(keysThere.get()); // within elements that are null
    }
    if (missingKeys != null && !missingKeys.isEmpty()) {
      throw new BrokenFileException(
          "%s: no record has a key '%s' (the first %s of each file); there are %s"
              .formatted(
                  folder,
                  missingKeys.stream().sorted().findFirst().orElseThrow(),
                  TableReader.FIELD_RECORDS,
                  CsvReader.shown(keysThere.get())));
    }
  }

  private void addRange(FileRange range, long first, long next) {
    ranges.add(FileRange.newBuilder(range).setFirstRecord(first).setRecords(next - first).build());
  }

  /** The whole of a file, without columns yet. */
  private FileRange.Builder range(Split split, Format format, String identity, String file) {
    return FileRange.newBuilder()
        .setSplit(split)
        .setFormat(format.symbol())
        .setPath(folder.path(file))
        .setLabelsPath(null)
        .setIdentity(identity)
        .setFirstRecord(0)
        .setRecords(-1);
  }

  SourceFiles finishPairs() {
    return finish(IdxReader.columns(firstHeader));
  }

  SourceFiles finish(List<Column> columns) {
    return new SourceFiles(columns, ranges, files);
  }

  private long size(String file) {
    return folder.file(file).bytes();
  }

  private void addFile(Split split, String identity, String file, long dataBytes) {
    StoredFile found = folder.file(file);
    files.add(
        new SourceFile(
            split,
            identity,
            found.bytes(),
            dataBytes,
            found.modified().toEpochMilli(),
            found.tag()));
  }

  private SourceStream open(String file) {
    return SourceStream.open(folder.path(file), file);
  }
}
