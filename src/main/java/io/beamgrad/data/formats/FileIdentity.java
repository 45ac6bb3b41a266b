package io.beamgrad.data.formats;

import io.beamgrad.failure.WrongInputException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A file's identity: its path below the data folder with {@code /} between the parts, less the
 * suffix of a compression and then that of a format. A file keeps it when it is compressed or
 * converted, and when the whole folder moves; the order of all rows depends on it.
 */
public final class FileIdentity {
  /** The suffixes of compressions; at most one is taken off. */
  public static final List<String> COMPRESSIONS = List.of(".gz", ".zst", ".bz2");

  private FileIdentity() {}

  /**
   * The identity of a file.
   *
   * @throws WrongInputException where the file does not lie below the folder
   */
  public static String of(Path folder, Path file) {
    return withoutSuffixes(pathBelow(folder, file));
  }

  /**
   * The files by their identities, in the order of the identities.
   *
   * @throws WrongInputException where two files have one identity, or one does not lie below the
   *     folder
   */
  public static SortedMap<String, Path> index(Path folder, Collection<Path> files) {
    SortedMap<String, Path> byIdentity = new TreeMap<>();
    for (Path file : files) {
      String identity = of(folder, file);
      Path other = byIdentity.put(identity, file);
      if (other != null) {
        String first = pathBelow(folder, other);
        String second = pathBelow(folder, file);
        boolean inOrder = first.compareTo(second) <= 0;
        throw new WrongInputException(
            "two files for %s in %s: %s and %s; keep one"
                .formatted(identity, folder, inOrder ? first : second, inOrder ? second : first));
      }
    }
    return byIdentity;
  }

  /** The file's path below the data folder with its suffix, for messages. */
  public static String displayName(Path file, String identity) {
    int parts = (int) identity.chars().filter(c -> c == '/').count() + 1;
    int count = file.getNameCount();
    return count < parts ? file.toString() : slashed(file.subpath(count - parts, count));
  }

  private static String pathBelow(Path folder, Path file) {
    Path root = folder.toAbsolutePath().normalize();
    Path path = file.toAbsolutePath().normalize();
    if (!path.startsWith(root) || path.equals(root)) {
      throw new WrongInputException(
          "%s does not lie below the data folder %s".formatted(file, folder));
    }
    return slashed(root.relativize(path));
  }

  private static String slashed(Path path) {
    return path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }

  /** A name less the suffix of a compression and then that of a format. */
  static String withoutSuffixes(String path) {
    return without(Format.suffixes(), without(COMPRESSIONS, path));
  }

  /** A name less the suffix of a compression. */
  public static String withoutCompression(String path) {
    return without(COMPRESSIONS, path);
  }

  private static String without(List<String> suffixes, String path) {
    for (String suffix : suffixes) {
      String rest = path.substring(0, Math.max(0, path.length() - suffix.length()));
      if (path.endsWith(suffix) && !rest.isEmpty() && !rest.endsWith("/")) {
        return rest;
      }
    }
    return path;
  }
}
