package io.beamgrad.data.sources;

import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.nio.file.FileSystems;
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
   * The names of the files by their identities. One that two patterns find is there once.
   *
   * @param isData which files of a folder are meant, by their names
   * @throws MissingDataException where the folder or a file is missing, or a pattern finds nothing
   * @throws WrongInputException where two files have one identity, a file lies outside of the
   *     folder, or a glob is none
   */
  static SortedMap<String, String> find(
      DataFolder folder, List<String> patterns, Predicate<String> isData) {
    folder.requireThere();
    Set<String> files = new LinkedHashSet<>();
    for (String pattern : patterns) {
      if (folder.isFolder(pattern)) {
        files.addAll(walk(folder, pattern, "a table", isData));
      } else if (isGlob(folder, pattern)) {
        files.addAll(glob(folder, pattern, isData));
      } else {
        files.add(packedOrPlain(folder, pattern));
      }
    }
    return FileIdentity.index(folder.toString(), files);
  }

  /** Whether a name is a pattern, and not that of a file. */
  static boolean isGlob(DataFolder folder, String name) {
    return isPattern(name) && !folder.exists(name);
  }

  /** Whether a name has what is special in a pattern. */
  static boolean isPattern(String name) {
    return name.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  /**
   * The names of the files that a glob matches; nothing above its first pattern is looked at.
   *
   * @param isData which files may have been meant where it matches none
   */
  static List<String> glob(DataFolder folder, String glob, Predicate<String> isData) {
    List<String> all = visible(folder, base(glob), 0);
    List<String> files = all.stream().filter(matcher(glob)).toList();
    if (files.isEmpty()) {
      throw UnmatchedGlobException.of(
          folder.toString(), glob, all.stream().filter(isData).toList());
    }
    return files;
  }

  /** The part of a name before the first part that is a pattern. */
  static String base(String glob) {
    int end = 0;
    for (int slash = glob.indexOf('/'); slash >= 0; slash = glob.indexOf('/', slash + 1)) {
      if (isPattern(glob.substring(end, slash))) {
        break;
      }
      end = slash;
    }
    return end == 0 && glob.startsWith("/") ? "/" : glob.substring(0, end);
  }

  static Predicate<String> matcher(String glob) {
    try {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + withoutDot(glob));
      return name -> matcher.matches(Path.of(name));
    } catch (PatternSyntaxException e) {
      throw new WrongInputException("glob %s: %s".formatted(glob, e.getDescription()), e);
    }
  }

  /** As names have no dot that is the folder itself. */
  static String withoutDot(String glob) {
    return glob.replaceFirst("^(\\./+)+", "");
  }

  /**
   * The names of the files below a folder, sorted, without those whose name or folder begins with a
   * dot or an underscore.
   *
   * @param start the name of the folder
   * @param what is looked for, for the message where there is none
   */
  static List<String> walk(DataFolder folder, String start, String what, Predicate<String> isData) {
    int visible = folder.normal(start).isEmpty() ? 0 : folder.normal(start).length() + 1;
    List<String> files = visible(folder, start, visible).stream().filter(isData).toList();
    if (files.isEmpty()) {
      throw new MissingDataException(
          "%s: no file matches %s".formatted(visible == 0 ? folder : folder.shown(start), what));
    }
    return files;
  }

  /**
   * @param visible from which character of a name on its parts are looked at
   */
  private static List<String> visible(DataFolder folder, String start, int visible) {
    return folder.files(start).stream().filter(name -> !isHidden(name.substring(visible))).toList();
  }

  private static boolean isHidden(String name) {
    return Stream.of(name.split("/"))
        .anyMatch(part -> part.startsWith(".") || part.startsWith("_"));
  }

  /** Whether there is a file of this name, or of this name with the suffix of a compression. */
  static boolean isThere(DataFolder folder, String name) {
    return Stream.concat(Stream.of(""), FileIdentity.COMPRESSIONS.stream())
        .anyMatch(suffix -> folder.exists(name + suffix));
  }

  /**
   * The file of this name, or of this name with the suffix of a compression; two such files are an
   * error.
   */
  static String packedOrPlain(DataFolder folder, String name) {
    List<String> there =
        Stream.concat(Stream.of(""), FileIdentity.COMPRESSIONS.stream())
            .map(suffix -> name + suffix)
            .filter(folder::exists)
            .map(folder::normal)
            .toList();
    if (there.isEmpty()) {
      throw new MissingDataException(
          "%s: no such file, nor %s%s"
              .formatted(folder.shown(name), name, String.join(", ", FileIdentity.COMPRESSIONS)));
    }
    FileIdentity.index(folder.toString(), there);
    return there.get(0);
  }
}
