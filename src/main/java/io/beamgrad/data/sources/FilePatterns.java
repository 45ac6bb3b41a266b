package io.beamgrad.data.sources;

import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** Finds the files that names, globs and folders name; see {@link DataPaths}. */
final class FilePatterns {
  private FilePatterns() {}

  /**
   * The files by their identities. One that two patterns find is there once.
   *
   * @param isData which files of a folder are meant
   * @throws MissingDataException where the folder or a file is missing, or a pattern finds nothing
   * @throws WrongInputException where two files have one identity, a file lies outside of the
   *     folder, or a glob is none
   */
  static SortedMap<String, Path> find(Path folder, List<String> patterns, Predicate<Path> isData) {
    requireFolder(folder);
    Set<Path> files = new LinkedHashSet<>();
    for (String pattern : patterns) {
      Path named = folder.resolve(pattern);
      if (Files.isDirectory(named)) {
        files.addAll(walk(named, "a table", file -> isData.test(file)));
      } else if (isGlob(folder, pattern)) {
        PathMatcher matcher = matcher(folder, pattern);
        files.addAll(walk(folder, pattern, file -> matcher.matches(folder.relativize(file))));
      } else {
        files.add(packedOrPlain(folder, pattern).normalize());
      }
    }
    return FileIdentity.index(folder, files);
  }

  static void requireFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new MissingDataException("%s: no such folder".formatted(folder));
    }
  }

  /** Whether a name is a pattern, and not that of a file. */
  static boolean isGlob(Path folder, String pattern) {
    return pattern.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0)
        && !Files.exists(folder.resolve(pattern));
  }

  static PathMatcher matcher(Path folder, String glob) {
    try {
      return folder.getFileSystem().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw new WrongInputException("glob %s: %s".formatted(glob, e.getDescription()), e);
    }
  }

  /**
   * The files below a folder, sorted by path, without those whose name or folder begins with a dot
   * or an underscore.
   *
   * @param what is looked for, for the message where there is none
   */
  static List<Path> walk(Path folder, String what, Predicate<Path> isData) {
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      List<Path> files =
          walk.filter(file -> isData.test(file) && !isHidden(folder.relativize(file)))
              .filter(Files::isRegularFile)
              .map(Path::normalize)
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new MissingDataException("%s: no file matches %s".formatted(folder, what));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static boolean isHidden(Path path) {
    for (Path part : path) {
      if (part.toString().startsWith(".") || part.toString().startsWith("_")) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is a file of this name, or of this name with the suffix of a compression. */
  static boolean isThere(Path folder, String name) {
    return Stream.concat(Stream.of(""), FileIdentity.COMPRESSIONS.stream())
        .anyMatch(suffix -> Files.isRegularFile(folder.resolve(name + suffix)));
  }

  /**
   * The file of this name, or of this name with the suffix of a compression; two such files are an
   * error.
   */
  static Path packedOrPlain(Path folder, String name) {
    List<Path> there =
        Stream.concat(Stream.of(""), FileIdentity.COMPRESSIONS.stream())
            .map(suffix -> folder.resolve(name + suffix))
            .filter(Files::exists)
            .toList();
    if (there.isEmpty()) {
      throw new MissingDataException(
          "%s: no such file, nor %s%s"
              .formatted(folder.resolve(name), name, String.join(", ", FileIdentity.COMPRESSIONS)));
    }
    FileIdentity.index(folder, there);
    return there.get(0);
  }
}
