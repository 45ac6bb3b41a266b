package io.beamgrad.data.formats;

import io.beamgrad.failure.WrongInputException;
import java.io.File;
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

  /** The identity of a file of this name, its path below the data folder. */
  public static String of(String name) {
    return without(Format.suffixes(), without(COMPRESSIONS, name));
  }

  /**
   * The names of files by their identities, in the order of the identities.
   *
   * @param folder that holds them, for messages
   * @throws WrongInputException where two files have one identity
   */
  public static SortedMap<String, String> index(String folder, Collection<String> names) {
    SortedMap<String, String> byIdentity = new TreeMap<>();
    for (String name : names) {
      String identity = of(name);
      String other = byIdentity.put(identity, name);
      if (other != null) {
        boolean inOrder = other.compareTo(name) <= 0;
        throw new WrongInputException(
            "two files for %s in %s: %s and %s; keep one"
                .formatted(identity, folder, inOrder ? other : name, inOrder ? name : other));
      }
    }
    return byIdentity;
  }

  /** The file's path below the data folder with its suffix, for messages. */
  public static String displayName(String file, String identity) {
    String slashed = file.replace(File.separatorChar, '/');
    int start = slashed.length();
    for (long parts = identity.chars().filter(c -> c == '/').count() + 1; parts > 0; parts--) {
      start = slashed.lastIndexOf('/', start - 1);
    }
    return slashed.substring(start + 1);
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
