package io.beamgrad.data.sources;

import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The names of pairs of IDX files, images and labels: as MNIST's, with a dot as many copies of it
 * have, and with labels as QMNIST's.
 */
final class IdxPairs {
  private static final List<String> IMAGES = List.of("-images-idx3-ubyte", "-images.idx3-ubyte");
  private static final List<String> LABELS =
      List.of("-labels-idx1-ubyte", "-labels.idx1-ubyte", "-labels-idx2-int", "-labels.idx2-int");

  private IdxPairs() {}

  /** The names of the pairs that names, globs and folders find, sorted; each once. */
  static List<String> find(DataFolder folder, List<String> patterns) {
    Set<String> pairs = new LinkedHashSet<>();
    for (String pattern : patterns) {
      if (folder.isFolder(pattern)) {
        pairs.addAll(below(folder, pattern));
      } else if (FilePatterns.isGlob(folder, pattern)) {
        List<String> all = below(folder, "");
        List<String> found = all.stream().filter(FilePatterns.matcher(pattern)).toList();
        if (found.isEmpty()) {
          throw UnmatchedGlobException.of(folder.toString(), pattern, all);
        }
        pairs.addAll(found);
      } else {
        pairs.add(folder.normal(pattern));
      }
    }
    return pairs.stream().sorted().toList();
  }

  private static List<String> below(DataFolder folder, String start) {
    return FilePatterns.walk(folder, start, "*" + IMAGES.get(0), IdxPairs::isImages).stream()
        .map(IdxPairs::of)
        .distinct()
        .toList();
  }

  /** Whether a file is one of images by its name. */
  static boolean isImages(String file) {
    return suffix(file, IMAGES).isPresent();
  }

  /** Whether a file is one of labels by its name. */
  static boolean isLabels(String file) {
    return suffix(file, LABELS).isPresent();
  }

  private static Optional<String> suffix(String file, List<String> suffixes) {
    String plain = FileIdentity.withoutCompression(file);
    return suffixes.stream().filter(plain::endsWith).findFirst();
  }

  /** The name of the pair of a file of images; the name itself of another. */
  static String of(String images) {
    String plain = FileIdentity.withoutCompression(images);
    return suffix(images, IMAGES)
        .map(suffix -> plain.substring(0, plain.length() - suffix.length()))
        .orElse(images);
  }

  /** The name of a file of images that is not there under another, for messages. */
  static String imagesName(String pair) {
    return pair + IMAGES.get(0);
  }

  /** The same for labels. */
  static String labelsName(String pair) {
    return pair + LABELS.get(0);
  }

  /** Whether there are images of this pair. */
  static boolean isThere(DataFolder folder, String pair) {
    return IMAGES.stream().anyMatch(suffix -> FilePatterns.isThere(folder, pair + suffix));
  }

  /**
   * The images of a pair.
   *
   * @throws MissingDataException where there are none
   * @throws WrongInputException where there are two such files
   */
  static String images(DataFolder folder, String pair) {
    List<String> there = there(folder, pair, IMAGES);
    if (there.size() > 1) {
      throw new WrongInputException(
          "two files for %s in %s: %s and %s; keep one"
              .formatted(pair, folder, lastName(there.get(0)), lastName(there.get(1))));
    }
    return there.isEmpty() ? FilePatterns.packedOrPlain(folder, imagesName(pair)) : there.get(0);
  }

  private static String lastName(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /** The labels of a pair; of several files those whose name comes first above. */
  static String labels(DataFolder folder, String pair) {
    List<String> there = there(folder, pair, LABELS);
    return there.isEmpty() ? FilePatterns.packedOrPlain(folder, labelsName(pair)) : there.get(0);
  }

  private static List<String> there(DataFolder folder, String pair, List<String> suffixes) {
    return suffixes.stream()
        .map(suffix -> pair + suffix)
        .filter(name -> FilePatterns.isThere(folder, name))
        .map(name -> FilePatterns.packedOrPlain(folder, name))
        .toList();
  }
}
