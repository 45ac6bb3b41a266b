package io.beamgrad.data.sources;

import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.data.rows.PathDate;
import io.beamgrad.failure.MissingDataException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One part of a job's data, whose content has not been read yet: a file of a table, or a pair of
 * IDX files.
 *
 * @param name below the data folder, as {@code data.train} may name it
 * @param files the names of the file, or of images and labels
 */
public record SourcePart(String name, List<String> files) {
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
    which.folder().requireThere();
    SortedMap<String, SourcePart> found = new TreeMap<>();
    UnmatchedGlobException unmatched = null;
    for (String pattern : patterns) {
      try {
        for (String name : names(which, pattern, isIdx)) {
          found.put(name, new SourcePart(name, files(which, name, isIdx)));
        }
      } catch (UnmatchedGlobException e) {
        unmatched = unmatched == null ? e : unmatched;
      }
    }
    if (found.isEmpty() && unmatched != null) {
      throw unmatched;
    }
    FileIdentity.index(
        which.folder().toString(),
        found.values().stream().flatMap(data -> data.files().stream()).toList());
    return List.copyOf(found.values());
  }

  private static Collection<String> names(DataPaths which, String pattern, boolean isIdx) {
    try {
      return isIdx
          ? IdxPairs.find(which.folder(), List.of(pattern))
          : FilePatterns.find(which.folder(), List.of(pattern), which::isTable).values();
    } catch (MissingDataException e) {
      boolean isGlob = FilePatterns.isGlob(which.folder(), pattern);
      if (isGlob ? e instanceof UnmatchedGlobException : !which.folder().isFolder(pattern)) {
        throw e;
      }
      return List.of();
    }
  }

  private static List<String> files(DataPaths which, String name, boolean isIdx) {
    return isIdx
        ? List.of(IdxPairs.images(which.folder(), name), IdxPairs.labels(which.folder(), name))
        : List.of(name);
  }

  /** The identity of its rows: that of the file, or of the images. */
  public String identity() {
    return FileIdentity.of(files.get(0));
  }

  /**
   * The day in the name, such as that of {@code day=2026-11-23/part-1.csv}: see {@link PathDate}.
   */
  public Optional<LocalDate> date() {
    return PathDate.of(name);
  }
}
