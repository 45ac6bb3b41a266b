package io.beamgrad.data.sources;

import io.beamgrad.data.rows.Partitions;
import io.beamgrad.data.rows.PathDate;
import io.beamgrad.failure.MissingDataException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A glob that matches no file, though there are files in folders below that are partitions, such as
 * {@code day=2026-11-23} or {@code 2026/11/23}. The message says why it matches none of them.
 */
final class UnmatchedGlobException extends MissingDataException {
  private static final long serialVersionUID = 1L;

  private UnmatchedGlobException(String message) {
    super(message);
  }

  /**
   * Says that a glob matches none of some files, and why, where that can be told.
   *
   * @param folder the folder that was looked in, for the message
   * @param names the files below it, as the glob's parts name them
   */
  static MissingDataException of(String folder, String glob, List<String> names) {
    String nothing = "%s: no file matches %s".formatted(folder, glob);
    Optional<String> ofPartitions =
        why(glob, names.stream().filter(UnmatchedGlobException::isInPartition).toList());
    if (ofPartitions.isPresent()) {
      return new UnmatchedGlobException(nothing + ofPartitions.get());
    }
    return new MissingDataException(nothing + why(glob, names).orElse(""));
  }

  private static boolean isInPartition(String name) {
    String folders = name.substring(0, name.lastIndexOf('/') + 1);
    return !Partitions.of(name).isEmpty() || PathDate.of(folders).isPresent();
  }

  private static Optional<String> why(String glob, List<String> names) {
    String[] parts = FilePatterns.withoutDot(glob).split("/");
    if (glob.matches(".*\\{[^}]*/.*")) {
      return Optional.empty(); // its parts are no globs
    }
    int head = parts.length - 1;
    int open = 0; // how many parts there are before the first that enters folders
    while (open < head && !parts[open].contains("**")) {
      open++;
    }
    boolean entersFolders = open < head || parts[head].contains("**");
    for (String name : names) {
      String[] of = name.split("/");
      boolean isBelow = of.length > Math.max(1, open) && matches(parts, of, open);
      if (isBelow && (entersFolders || of.length == parts.length)) {
        return Optional.of("; there is " + name);
      }
      if (isBelow && of.length > parts.length && matches(parts[head], of[head])) {
        return Optional.of(ofFolder(glob, of, head));
      }
      if (isBelow && matches(parts[head], of[of.length - 1])) {
        return Optional.of(ofFile(parts, of, name));
      }
    }
    return Optional.empty();
  }

  private static boolean matches(String[] parts, String[] of, int most) {
    return IntStream.range(0, most).allMatch(i -> matches(parts[i], of[i]));
  }

  private static boolean matches(String part, String name) {
    return FilePatterns.matcher(part).test(name);
  }

  private static String ofFolder(String glob, String[] of, int head) {
    String last = of[of.length - 1];
    int dot = last.indexOf('.');
    return "; it matches the folder %s and no file: write %s/**%s"
        .formatted(of[head], glob, dot < 0 ? "" : last.substring(dot));
  }

  private static String ofFile(String[] parts, String[] of, String name) {
    String last = parts[parts.length - 1];
    String head = String.join("/", Arrays.copyOf(parts, parts.length - 1));
    String before = head.isEmpty() ? "" : head + "/";
    StringBuilder exact = new StringBuilder(before);
    for (int i = parts.length - 1; i < of.length - 1; i++) {
      int equals = of[i].indexOf('=');
      exact.append(equals > 0 ? of[i].substring(0, equals + 1) : "").append("*/");
    }
    return "; %s enters no folder, but there is %s: write %s**/%s or %s%s"
        .formatted(last, name, before, last, exact, last);
  }
}
