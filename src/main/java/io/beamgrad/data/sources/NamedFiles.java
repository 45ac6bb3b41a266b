package io.beamgrad.data.sources;

import io.beamgrad.data.files.Storage;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.data.formats.Format;
import io.beamgrad.data.formats.ImageReader;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The files that names, folders and globs stand for, each once, by their identities: their paths
 * below the folder that holds all that was named: the one named folder, or the part of the one glob
 * before its first pattern. One file that is named alone goes by its name.
 */
public final class NamedFiles {
  private static final String IMAGES = IdxPairs.imagesName("");
  private static final String LABELS = IdxPairs.labelsName("");

  private final DataFolder root;
  private final SortedMap<String, String> files; // names by identities
  private final boolean isOneFile;

  private NamedFiles(DataFolder root, SortedMap<String, String> files, boolean isOneFile) {
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
            .filter(name -> !IdxPairs.isLabels(name))
            .map(NamedFiles::imagesOfPair)
            .toList();
    if (images.isEmpty()) {
      throw new MissingDataException(named.get(0) + ": labels, but no images");
    }
    NamedFiles found = find(images, IdxPairs::isImages, "*" + IMAGES);
    for (String file : found.files.values()) {
      if (!IdxPairs.isImages(file)) {
        throw new WrongInputException(
            "%s: expected a file NAME%s, whose labels are in NAME%s"
                .formatted(file.substring(file.lastIndexOf('/') + 1), IMAGES, LABELS));
      }
    }
    return found;
  }

  private static String imagesOfPair(String name) {
    if (!FilePatterns.isPattern(name) && !Storage.exists(name)) {
      DataFolder folder = parent(name);
      String pair = name.substring(name.lastIndexOf('/') + 1);
      if (IdxPairs.isThere(folder, pair)) {
        return folder.path(IdxPairs.images(folder, pair));
      }
    }
    return name;
  }

  /** What one of the given names stands for: files below a folder. */
  private record Found(DataFolder folder, List<String> names, boolean isFile) {
    Stream<String> paths() {
      return names.stream().map(folder::path);
    }
  }

  private static NamedFiles find(List<String> named, Predicate<String> isData, String what) {
    List<Found> all = named.stream().map(name -> find(name, isData, what)).toList();
    if (all.size() == 1 && all.get(0).isFile()) {
      String name = all.get(0).names().get(0);
      return new NamedFiles(all.get(0).folder(), new TreeMap<>(Map.of(name, name)), true);
    }
    String root =
        all.stream().map(found -> root(found.folder())).reduce(NamedFiles::common).orElseThrow();
    Set<String> files = new LinkedHashSet<>();
    all.forEach(
        found -> found.paths().forEach(path -> files.add(path.substring(root.length() + 1))));
    DataFolder folder = DataFolder.of(root.isEmpty() ? "/" : root);
    return new NamedFiles(folder, FileIdentity.index(folder.toString(), files), false);
  }

  private static Found find(String name, Predicate<String> isData, String what) {
    boolean isThere = !Storage.isRemote(name) && Files.exists(Path.of(name));
    if (FilePatterns.isPattern(name) && !isThere) {
      String base = FilePatterns.base(name);
      DataFolder folder = DataFolder.of(base);
      folder.requireThere();
      String glob = name.substring(base.isEmpty() || base.equals("/") ? 0 : base.length() + 1);
      return new Found(folder, FilePatterns.glob(folder, glob, isData), false);
    }
    DataFolder folder = DataFolder.of(name);
    if (folder.isFolder("")) {
      return new Found(folder, FilePatterns.walk(folder, "", what, isData), false);
    }
    DataFolder parent = parent(name);
    String last = name.substring(name.lastIndexOf('/') + 1);
    if (!parent.exists(last)) {
      throw new MissingDataException(name + ": no such file");
    }
    return new Found(parent, List.of(last), true);
  }

  /** The folder of a file. */
  private static DataFolder parent(String file) {
    int slash = file.lastIndexOf('/');
    return DataFolder.of(slash == 0 ? "/" : file.substring(0, Math.max(0, slash)));
  }

  /** The absolute path or the address of a folder without a slash at its end. */
  private static String root(DataFolder folder) {
    return folder.path("").replaceFirst("/+$", "");
  }

  /** The deepest folder that holds both. */
  private static String common(String one, String other) {
    String common = one;
    while (!(other + "/").startsWith(common + "/")) {
      common = common.substring(0, Math.max(0, common.lastIndexOf('/')));
    }
    if (common.isEmpty() ? Storage.isRemote(one + other) : common.matches("[a-z0-9]+:/?")) {
      throw new WrongInputException(
          "expected files of one disk or store, found %s and %s".formatted(one, other));
    }
    return common;
  }

  /** True where one file was named, and no folder or glob, which may have more tomorrow. */
  public boolean isOneFile() {
    return isOneFile;
  }

  /** The name for messages: that of the one file, or of the folder that holds all files. */
  public String name() {
    return isOneFile ? files.firstKey() : root.toString();
  }

  /** The paths of all files, absolute, or their addresses. */
  public List<String> paths() {
    return files.values().stream().map(root::path).toList();
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
    for (String file : files.values()) {
      listing.addPair(Split.TEST, IdxPairs.of(file));
    }
    return listing.finishPairs();
  }
}
