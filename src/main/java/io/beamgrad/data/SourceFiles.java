package io.beamgrad.data;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The files of a job's data and the ranges in which they are read. Headers have been checked, rows
 * have not been read. All lists are sorted by split, training first, then by identity, then by
 * record; they depend on the files alone.
 *
 * @param columns the columns of the rows; ranges of training files may have keys besides
 * @param ranges who reads what: a gzip or CSV file as a whole, a plain IDX pair in ranges of about
 *     {@value #RANGE_BYTES} bytes
 * @param files every file, for a fingerprint
 */
public record SourceFiles(List<Column> columns, List<FileRange> ranges, List<SourceFile> files) {
  /** How much of a plain IDX pair one range has at most: constant, so that machines agree. */
  public static final int RANGE_BYTES = 24 << 20;

  /** CSV packs to about a quarter; only plans depend on it. */
  private static final int GZIP_FACTOR = 4;

  private static final List<Split> HELD = List.of(Split.VALIDATION, Split.TEST);
  private static final String IMAGES = "-images-idx3-ubyte";
  private static final String LABELS = "-labels-idx1-ubyte";

  public SourceFiles {
    columns = List.copyOf(columns);
    ranges = List.copyOf(ranges);
    files = List.copyOf(files);
  }

  /**
   * The IDX pairs {@code train}, {@code validation} and {@code test}, that is {@code
   * NAME-images-idx3-ubyte[.gz]} and {@code NAME-labels-idx1-ubyte[.gz]}.
   *
   * @param validation null where the training files have the validation rows too
   * @param test null where there are no test files
   * @throws MissingDataException where the folder or a file is missing
   * @throws BrokenFileException where a header is wrong, or counts or sizes of images differ
   * @throws IllegalArgumentException where a file is there twice, packed and plain, or two of them
   *     are the same
   */
  public static SourceFiles idx(
      Path folder, String train, @Nullable String validation, @Nullable String test) {
    checkFolder(folder);
    Listing listing = new Listing(folder);
    IdxHeader header = listing.addPair(Split.TRAIN, train);
    Map<String, String> nameOf = new HashMap<>(Map.of(identity(folder, train), "train"));
    for (Split split : HELD) {
      String prefix = split == Split.TEST ? test : validation;
      if (prefix == null) {
        continue;
      }
      String name = split.name().toLowerCase(Locale.ROOT);
      String other = nameOf.put(identity(folder, prefix), name);
      if (other != null) {
        throw new IllegalArgumentException("%s is both %s and %s".formatted(prefix, other, name));
      }
      IdxHeader heldHeader = listing.addPair(split, prefix);
      if (!heldHeader.rowShape().equals(header.rowShape())) {
        throw new BrokenFileException(
            "%s%s has %s, but %s%s has %s"
                .formatted(train, IMAGES, header, prefix, IMAGES, heldHeader));
      }
    }
    return listing.finish(IdxReader.columns(header));
  }

  private static String identity(Path folder, String prefix) {
    return folder.resolve(prefix + IMAGES).normalize().toString();
  }

  /**
   * The CSV files that {@code train}, {@code validation} and {@code test} name: a path below the
   * folder, or a glob such as {@code day-*.csv} or {@code **.csv.gz}.
   *
   * @param validation null where the training files have the validation rows too
   * @param test null where there are no test files
   * @param columns the columns to read; keys are of the training files alone
   * @throws MissingDataException where the folder or a file is missing, or a glob matches nothing
   * @throws BrokenFileException where a file has no header, or not these columns
   * @throws IllegalArgumentException where a file is there twice, packed and plain, or is in two
   *     splits, or lies outside of the folder
   */
  public static SourceFiles csv(
      Path folder,
      String train,
      @Nullable String validation,
      @Nullable String test,
      List<Column> columns) {
    checkFolder(folder);
    Listing listing = new Listing(folder);
    Map<String, String> patternOf = new HashMap<>();
    for (Split split : Split.values()) {
      String pattern =
          switch (split) {
            case TRAIN -> train;
            case VALIDATION -> validation;
            case TEST -> test;
          };
      if (pattern != null) {
        String named = "in %s (%s)".formatted(split.name().toLowerCase(Locale.ROOT), pattern);
        find(folder, pattern)
            .forEach(
                (identity, file) -> {
                  String other = patternOf.put(identity, named);
                  if (other != null) {
                    throw new IllegalArgumentException(
                        "%s is both %s and %s".formatted(identity, other, named));
                  }
                  listing.addCsv(
                      split,
                      identity,
                      file,
                      split == Split.TRAIN ? columns : Columns.kept(columns));
                });
      }
    }
    return listing.finish(Columns.kept(columns));
  }

  /**
   * The fields of the first of the tables that a name or glob finds, in the file's order.
   *
   * @throws MissingDataException where the folder or a file is missing, or a glob matches nothing
   * @throws BrokenFileException where the file has no header
   */
  public static List<Field> fields(Path folder, String pattern) {
    checkFolder(folder);
    SortedMap<String, Path> files = find(folder, pattern);
    return CsvReader.header(files.get(files.firstKey())).stream()
        .map(name -> new Field(name, null, 0))
        .toList();
  }

  /** The reader of files of a format. */
  public static RecordReader reader(FileFormat format) {
    return switch (format) {
      case IDX -> new IdxReader();
      case CSV -> new CsvReader();
    };
  }

  /** The size of all data unpacked, in bytes; with gzip CSV files an estimate. */
  public long dataBytes() {
    return files.stream().mapToLong(SourceFile::dataBytes).sum();
  }

  private static void checkFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new MissingDataException("%s: no such folder".formatted(folder));
    }
  }

  private static SortedMap<String, Path> find(Path folder, String pattern) {
    boolean isGlob =
        pattern.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0)
            && !Files.exists(folder.resolve(pattern));
    if (!isGlob) {
      return Identity.index(folder, List.of(packedOrPlain(folder, pattern)));
    }
    PathMatcher matcher = matcher(folder, pattern);
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      List<Path> files =
          walk.filter(file -> matcher.matches(folder.relativize(file)))
              .filter(Files::isRegularFile)
              .toList();
      if (files.isEmpty()) {
        throw new MissingDataException("%s: no file matches %s".formatted(folder, pattern));
      }
      return Identity.index(folder, files);
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static PathMatcher matcher(Path folder, String glob) {
    try {
      return folder.getFileSystem().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("glob %s: %s".formatted(glob, e.getDescription()), e);
    }
  }

  /**
   * The file of this name, or else of the name with {@code .gz}; both is the error of {@link
   * Identity#index}.
   */
  private static Path packedOrPlain(Path folder, String name) {
    Path plain = folder.resolve(name);
    Path packed = folder.resolve(name + ".gz");
    List<Path> there = Stream.of(plain, packed).filter(Files::exists).toList();
    if (there.isEmpty()) {
      throw new MissingDataException("%s: no such file, nor %s.gz".formatted(plain, name));
    }
    Identity.index(folder, there);
    return there.get(0);
  }

  /** What has been found so far. */
  private static final class Listing {
    private final Path folder;
    private final List<FileRange> ranges = new ArrayList<>();
    private final List<SourceFile> files = new ArrayList<>();

    Listing(Path folder) {
      this.folder = folder;
    }

    IdxHeader addPair(Split split, String prefix) {
      Path images = packedOrPlain(folder, prefix + IMAGES);
      Path labels = packedOrPlain(folder, prefix + LABELS);
      String identity = Identity.of(folder, images);
      String labelsIdentity = Identity.of(folder, labels);
      try (SourceStream imagesIn = open(images, identity);
          SourceStream labelsIn = open(labels, labelsIdentity)) {
        IdxHeader header = IdxHeader.readImages(imagesIn);
        IdxHeader labelsHeader = IdxHeader.readLabels(labelsIn);
        IdxReader.checkPair(imagesIn.name(), header, labelsIn.name(), labelsHeader);
        boolean whole = imagesIn.isGzip() || labelsIn.isGzip();
        int step = whole ? header.count() : rangeRecords(header);
        List<Column> columns = IdxReader.columns(header);
        for (long first = 0; first < header.count(); first += step) {
          long records = Math.min(step, header.count() - first);
          ranges.add(
              new FileRange(
                  split,
                  FileFormat.IDX,
                  images.toAbsolutePath().toString(),
                  labels.toAbsolutePath().toString(),
                  identity,
                  first,
                  records,
                  columns,
                  null));
        }
        addFile(split, identity, images, imagesIn.fileBytes(), header.fileBytes());
        addFile(split, labelsIdentity, labels, labelsIn.fileBytes(), labelsHeader.fileBytes());
        return header;
      }
    }

    /** As few ranges as there can be, of the same number of records, but the last. */
    private static int rangeRecords(IdxHeader header) {
      long most = Math.max(1, RANGE_BYTES / header.rowBytes());
      long ranges = (header.count() + most - 1) / most;
      return (int) ((header.count() + ranges - 1) / ranges);
    }

    void addCsv(Split split, String identity, Path file, List<Column> columns) {
      try (SourceStream in = open(file, identity)) {
        CsvReader.checkColumns(in.name(), CsvReader.header(in), columns);
        ranges.add(
            new FileRange(
                split,
                FileFormat.CSV,
                file.toAbsolutePath().toString(),
                null,
                identity,
                0L,
                -1L,
                columns,
                null));
        long bytes = in.fileBytes();
        addFile(split, identity, file, bytes, in.isGzip() ? GZIP_FACTOR * bytes : bytes);
      }
    }

    SourceFiles finish(List<Column> columns) {
      return new SourceFiles(columns, ranges, files);
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
