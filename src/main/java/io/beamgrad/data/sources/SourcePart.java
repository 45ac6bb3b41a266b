package io.beamgrad.data.sources;

import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.failure.MissingDataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One part of a job's data, whose content has not been read yet: a file of a table, or a pair of
 * IDX files.
 *
 * @param name below the data folder, as {@code data.train} may name it
 * @param files the file, or images and labels
 */
public record SourcePart(String name, List<Path> files) {
  private static final Pattern DATE = Pattern.compile("(?<!\\d)\\d{4}-\\d{2}-\\d{2}(?!\\d)");

  public SourcePart {
    files = List.copyOf(files);
  }

  /**
   * The parts that patterns find, sorted by name. A folder or a glob may find none.
   *
   * @param which the folder and the format of the data; its lists of files do not matter
   * @param patterns such as those of the files to train on
   * @param isIdx true for pairs of images and labels, false for tables
   * @throws MissingDataException where the folder is missing, or a file that is named
   * @throws IllegalArgumentException where two files have one identity, a file lies outside of the
   *     folder, or a glob is none
   */
  public static List<SourcePart> find(DataPaths which, List<String> patterns, boolean isIdx) {
    FilePatterns.requireFolder(which.folder());
    SortedMap<String, SourcePart> found = new TreeMap<>();
    for (String pattern : patterns) {
      for (String name : names(which, pattern, isIdx)) {
        found.put(name, new SourcePart(name, files(which, name, isIdx)));
      }
    }
    FileIdentity.index(
        which.folder(), found.values().stream().flatMap(data -> data.files().stream()).toList());
    return List.copyOf(found.values());
  }

  private static List<String> names(DataPaths which, String pattern, boolean isIdx) {
    Path root = which.folder().toAbsolutePath().normalize();
    try {
      return isIdx
          ? IdxPairs.find(which.folder(), List.of(pattern))
          : FilePatterns.find(which.folder(), List.of(pattern), which::isTable).values().stream()
              .map(file -> slashed(root, file))
              .toList();
    } catch (MissingDataException e) {
      if (Files.isDirectory(which.folder().resolve(pattern))
          || FilePatterns.isGlob(which.folder(), pattern)) {
        return List.of();
      }
      throw e;
    }
  }

  private static List<Path> files(DataPaths which, String name, boolean isIdx) {
    return isIdx
        ? List.of(IdxPairs.images(which.folder(), name), IdxPairs.labels(which.folder(), name))
        : List.of(which.folder().resolve(name));
  }

  private static String slashed(Path root, Path file) {
    Path below = root.relativize(file.toAbsolutePath().normalize());
    return below.toString().replace(below.getFileSystem().getSeparator(), "/");
  }

  /** The first ISO date in the name, such as that of {@code day=2026-11-23/part-1.csv}. */
  public Optional<LocalDate> date() {
    Matcher date = DATE.matcher(name);
    while (date.find()) {
      try {
        return Optional.of(LocalDate.parse(date.group()));
      } catch (DateTimeException e) {
        // Such as 2026-13-45, which is no date.
      }
    }
    return Optional.empty();
  }
}
