package io.beamgrad.data.sources;

import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.data.formats.Format;
import io.beamgrad.data.formats.ImageReader;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The files that names, folders and globs stand for, each once, by their identities: their paths
 * below the folder that holds all that was named: the one named folder, or the part of the one glob
 * before its first pattern. One file that is named alone goes by its name.
 */
public final class NamedFiles {
  private static final String IMAGES = IdxPairs.imagesName("");
  private static final String LABELS = IdxPairs.labelsName("");

  private final Path root;
  private final SortedMap<String, Path> files;
  private final boolean isOneFile;

  private NamedFiles(Path root, SortedMap<String, Path> files, boolean isOneFile) {
    this.root = root;
    this.files = files;
    this.isOneFile = isOneFile;
  }

  /**
   * Finds tables: all files of a folder whose suffix tells a format, and any file that is named,
   * which is CSV where its suffix tells no format.
   *
   * @throws MissingDataException where a file or a folder is missing, a folder has no tables, or a
   *     glob matches nothing
   * @throws WrongInputException where two files have one identity, or a glob is none
   */
  public static NamedFiles tables(List<String> named) {
    return find(
        named,
        file -> Format.bySuffix(file).isPresent(),
        "*" + String.join(", *", Format.suffixes()));
  }

  /**
   * Finds pictures: all of a folder, of formats that are not read too, so that they are named, its
   * IDX files of images, and any file that is named; see above.
   */
  public static NamedFiles images(List<String> named) {
    return find(
        named,
        file -> ImageReader.hasSuffix(file) || IdxPairs.isImages(file),
        "*%s, *%s".formatted(String.join(", *", ImageReader.suffixes()), IMAGES));
  }

  /**
   * Finds pictures with labels: all IDX files {@code NAME-images-idx3-ubyte} of a folder, and each
   * such file that is named, in full or by its {@code NAME} alone. Files of labels may be named
   * too.
   */
  public static NamedFiles pairs(List<String> named) {
    List<String> images =
        named.stream()
            .filter(name -> !IdxPairs.isLabels(Path.of(name)))
            .map(NamedFiles::imagesOfPair)
            .toList();
    if (images.isEmpty()) {
      throw new MissingDataException(named.get(0) + ": labels, but no images");
    }
    NamedFiles found = find(images, IdxPairs::isImages, "*" + IMAGES);
    for (Path file : found.paths()) {
      if (!IdxPairs.isImages(file)) {
        throw new WrongInputException(
            "%s: expected a file NAME%s, whose labels are in NAME%s"
                .formatted(file.getFileName(), IMAGES, LABELS));
      }
    }
    return found;
  }

  private static String imagesOfPair(String name) {
    Path path = Path.of(name);
    Path folder = path.getParent() == null ? Path.of("") : path.getParent();
    String pair = folder.relativize(path).toString();
    return Files.exists(path) || !IdxPairs.isThere(folder, pair)
        ? name
        : IdxPairs.images(folder, pair).toString();
  }

  private static NamedFiles find(List<String> named, Predicate<Path> isData, String what) {
    Path root = null;
    Set<Path> files = new LinkedHashSet<>();
    for (String name : named) {
      Path path = Path.of(name);
      Path base;
      if (FilePatterns.isGlob(Path.of(""), name)) {
        base = base(path);
        FilePatterns.requireFolder(base);
        String glob = base.relativize(path).toString();
        PathMatcher matcher = FilePatterns.matcher(base, glob);
        files.addAll(
            absolute(FilePatterns.walk(base, glob, f -> matcher.matches(base.relativize(f)))));
      } else if (Files.isDirectory(path)) {
        base = path;
        files.addAll(absolute(FilePatterns.walk(path, what, isData)));
      } else if (Files.exists(path)) {
        base = path.toAbsolutePath().getParent();
        files.addAll(absolute(List.of(path)));
      } else {
        throw new MissingDataException(name + ": no such file");
      }
      root = common(root, base.toAbsolutePath().normalize());
    }
    if (named.size() == 1 && Files.isRegularFile(Path.of(named.get(0)))) {
      Path one = files.iterator().next();
      return new NamedFiles(root, new TreeMap<>(Map.of(one.getFileName().toString(), one)), true);
    }
    return new NamedFiles(root, FileIdentity.index(root, files), false);
  }

  private static List<Path> absolute(List<Path> files) {
    return files.stream().map(file -> file.toAbsolutePath().normalize()).toList();
  }

  /** The part of a glob before the first name that is a pattern. */
  private static Path base(Path glob) {
    Path base = glob.isAbsolute() ? glob.getRoot() : Path.of("");
    for (Path part : glob) {
      if (part.toString().chars().anyMatch(c -> "*?[{".indexOf(c) >= 0)) {
        break;
      }
      base = base.resolve(part);
    }
    return base;
  }

  private static Path common(Path one, Path other) {
    Path common = other;
    while (one != null && !one.startsWith(common)) {
      common = common.getParent();
    }
    return common;
  }

  /** True where one file was named, and no folder or glob, which may have more tomorrow. */
  public boolean isOneFile() {
    return isOneFile;
  }

  /** The name for messages: that of the one file, or of the folder that holds all files. */
  public String name() {
    return (isOneFile ? files.get(files.firstKey()).getFileName() : root).toString();
  }

  /** The paths of all files, absolute. */
  public List<Path> paths() {
    return List.copyOf(files.values());
  }

  /**
   * Tables to read these columns of, all of them rows to test on.
   *
   * @throws BrokenFileException where a file is not of its format, or has not these columns
   */
  public SourceFiles tablesOf(List<Column> columns, CsvStyle csv) {
    SourceFilesBuilder listing = new SourceFilesBuilder(root);
    files.forEach(
        (identity, file) ->
            listing.add(
                Split.TEST,
                identity,
                file,
                Format.bySuffix(file).orElse(Format.CSV),
                csv,
                columns));
    listing.requireKeys();
    return listing.finish(columns);
  }

  /**
   * Images without labels.
   *
   * @param image the column, whose shape an IDX file has and a picture is scaled to
   * @throws BrokenFileException where a file is not of its format, or of other images
   */
  public SourceFiles imagesOf(Column image) {
    SourceFilesBuilder listing = new SourceFilesBuilder(root);
    files.forEach((identity, file) -> listing.addImages(Split.TEST, identity, file, image));
    return listing.finish(List.of(image));
  }

  /**
   * Images with labels.
   *
   * @throws MissingDataException where a file of labels is missing
   * @throws BrokenFileException where a header is wrong, or counts or sizes of images differ
   */
  public SourceFiles pairsOf() {
    SourceFilesBuilder listing = new SourceFilesBuilder(root);
    for (Path file : files.values()) {
      listing.addPair(Split.TEST, IdxPairs.of(root.relativize(file).toString()));
    }
    return listing.finishPairs();
  }

  /**
   * The ranges in groups, each of enough work for one worker, in the order of the files. The groups
   * depend on the files alone.
   */
  public static List<List<FileRange>> units(SourceFiles source) {
    int mostRanges = 256; // pictures are small, but take time each
    Map<String, Long> rangesOfFile =
        source.ranges().stream()
            .collect(Collectors.groupingBy(FileRange::getIdentity, Collectors.counting()));
    Map<String, Long> bytesOfFile =
        source.files().stream()
            .collect(Collectors.toMap(SourceFile::identity, SourceFile::dataBytes, Long::sum));
    List<List<FileRange>> units = new ArrayList<>();
    List<FileRange> unit = new ArrayList<>();
    long bytes = 0;
    for (FileRange range : source.ranges()) {
      String file = range.getIdentity();
      unit.add(range);
      bytes += bytesOfFile.get(file) / rangesOfFile.get(file);
      if (bytes >= SourceFiles.RANGE_BYTES / 2 || unit.size() == mostRanges) {
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
}
