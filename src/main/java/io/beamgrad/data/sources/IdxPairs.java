package io.beamgrad.data.sources;

import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.failure.MissingDataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The names of pairs of IDX files, images and labels. */
final class IdxPairs {
  private static final String IMAGES = "-images-idx3-ubyte";
  private static final String LABELS = "-labels-idx1-ubyte";

  private IdxPairs() {}

  /** The names of the pairs that names, globs and folders find, sorted; each once. */
  static List<String> find(Path folder, List<String> patterns) {
    Set<String> pairs = new LinkedHashSet<>();
    for (String pattern : patterns) {
      if (Files.isDirectory(folder.resolve(pattern))) {
        below(folder, folder.resolve(pattern)).forEach(pairs::add);
      } else if (FilePatterns.isGlob(folder, pattern)) {
        PathMatcher matcher = FilePatterns.matcher(folder, pattern);
        List<String> found =
            below(folder, folder).stream().filter(pair -> matcher.matches(Path.of(pair))).toList();
        if (found.isEmpty()) {
          throw new MissingDataException(
              "%s: no file matches %s%s".formatted(folder, pattern, IMAGES));
        }
        pairs.addAll(found);
      } else {
        pairs.add(Path.of(pattern).normalize().toString());
      }
    }
    return pairs.stream().sorted().toList();
  }

  private static List<String> below(Path folder, Path start) {
    return FilePatterns.walk(start, "*" + IMAGES, file -> plainName(file).endsWith(IMAGES)).stream()
        .map(file -> folder.normalize().relativize(file).resolveSibling(plainName(file)))
        .map(path -> path.toString().substring(0, path.toString().length() - IMAGES.length()))
        .distinct()
        .toList();
  }

  private static String plainName(Path file) {
    return file.getFileName() == null
        ? ""
        : FileIdentity.withoutCompression(file.getFileName().toString());
  }

  static String imagesName(String pair) {
    return pair + IMAGES;
  }

  static String labelsName(String pair) {
    return pair + LABELS;
  }

  static Path images(Path folder, String pair) {
    return FilePatterns.packedOrPlain(folder, pair + IMAGES);
  }

  static Path labels(Path folder, String pair) {
    return FilePatterns.packedOrPlain(folder, pair + LABELS);
  }
}
