package io.beamgrad.data.sources;

import io.beamgrad.data.formats.AvroReader;
import io.beamgrad.data.formats.CsvReader;
import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.data.formats.IdxHeader;
import io.beamgrad.data.formats.IdxReader;
import io.beamgrad.data.formats.ImageReader;
import io.beamgrad.data.formats.JsonLinesReader;
import io.beamgrad.data.formats.ParquetFile;
import io.beamgrad.data.formats.ParquetReader;
import io.beamgrad.data.formats.SourceStream;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.RowGroup;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Makes {@link SourceFiles} of files, one after the other, whose headers it checks. */
final class SourceFilesBuilder {
  /** Tables pack to about a quarter; only plans depend on it. */
  private static final int PACKED_FACTOR = 4;

  private final Path folder;
  private final List<FileRange> ranges = new ArrayList<>();
  private final List<SourceFile> files = new ArrayList<>();

  /** The keys that no file of JSON lines has had. */
  private Set<String> missingKeys;

  SourceFilesBuilder(Path folder) {
    this.folder = folder;
  }

  IdxHeader addPair(Split split, String pair, IdxHeader first, String firstPair) {
    Path images = IdxPairs.images(folder, pair);
    Path labels = IdxPairs.labels(folder, pair);
    String identity = FileIdentity.of(folder, images);
    String labelsIdentity = FileIdentity.of(folder, labels);
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
      addIdx(split, identity, images, labels, header, whole, IdxReader.columns(header));
      addFile(split, identity, images, imagesIn.fileBytes(), header.fileBytes());
      addFile(split, labelsIdentity, labels, labelsIn.fileBytes(), labelsHeader.fileBytes());
      return first == null ? header : first;
    }
  }

  private void addIdx(
      Split split,
      String identity,
      Path images,
      @Nullable Path labels,
      IdxHeader header,
      boolean whole,
      List<Column> columns) {
    int step = whole ? header.count() : rangeRecords(header);
    for (long record = 0; record < header.count(); record += step) {
      long records = Math.min(step, header.count() - record);
      ranges.add(
          FileRange.newBuilder()
              .setSplit(split)
              .setFormat(FileFormat.IDX)
              .setPath(images.toAbsolutePath().toString())
              .setLabelsPath(labels == null ? null : labels.toAbsolutePath().toString())
              .setIdentity(identity)
              .setFirstRecord(record)
              .setRecords(records)
              .setColumns(columns)
              .build());
    }
  }

  /**
   * Adds images without labels: a PNG, by its suffix or its first bytes, or an IDX file.
   *
   * @param image the column, of the shape that an IDX file must have
   * @throws BrokenFileException where it is neither, or of another shape
   */
  void addImages(Split split, String identity, Path file, Column image) {
    if (ImageReader.isPng(file)) {
      ranges.add(
          FileRange.newBuilder()
              .setSplit(split)
              .setFormat(FileFormat.PNG)
              .setPath(file.toAbsolutePath().toString())
              .setLabelsPath(null)
              .setIdentity(identity)
              .setFirstRecord(0)
              .setRecords(1)
              .setColumns(List.of(image))
              .build());
      addFile(split, identity, file, size(file), size(file));
      return;
    }
    try (SourceStream in = open(file, identity)) {
      IdxHeader header = IdxHeader.readImages(in);
      if (!header.rowShape().equals(image.getShape())) {
        throw new BrokenFileException(
            "%s: images of %s, but the model takes %s"
                .formatted(in.name(), shown(header.rowShape()), shown(image.getShape())));
      }
      addIdx(split, identity, file, null, header, in.isPacked(), List.of(image));
      addFile(split, identity, file, in.fileBytes(), header.fileBytes());
    }
  }

  private static String shown(List<Integer> shape) {
    return String.join("x", shape.stream().map(Object::toString).toList());
  }

  /** As few ranges as there can be, of the same number of records, but the last. */
  private static int rangeRecords(IdxHeader header) {
    long most = Math.max(1, SourceFiles.RANGE_BYTES / header.rowBytes());
    long ranges = (header.count() + most - 1) / most;
    return (int) ((header.count() + ranges - 1) / ranges);
  }

  void add(Split split, String identity, Path file, DataPaths which, List<Column> columns) {
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
            .setCsv(format == FileFormat.CSV ? which.csv().of(file.getFileName().toString()) : null)
            .build();
    RowBuilder row = new RowBuilder(range);
    String name = FileIdentity.displayName(file, identity);
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
      case IDX, PNG -> throw new IllegalArgumentException(name + ": images are no table");
    }
  }

  private void addText(FileRange range, RowBuilder row, Path file) {
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

  private void addParquet(FileRange range, RowBuilder row, Path path, String name) {
    long rowBytes = ColumnLayout.bytesPerRow(range.getColumns());
    try (ParquetFile file = ParquetFile.open(path, name)) {
      ParquetReader.checkColumns(file, row);
      long first = 0;
      long next = 0;
      for (RowGroup group : file.rowGroups()) {
        next += group.getNum_rows();
        if ((next - first) * rowBytes >= SourceFiles.RANGE_BYTES) {
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
    ranges.add(FileRange.newBuilder(range).setFirstRecord(first).setRecords(next - first).build());
  }

  private static void requireUnpacked(Path file, String format) {
    String name = file.getFileName().toString();
    if (!FileIdentity.withoutCompression(name).equals(name)) {
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
    return SourceStream.open(file, FileIdentity.displayName(file, identity));
  }
}
