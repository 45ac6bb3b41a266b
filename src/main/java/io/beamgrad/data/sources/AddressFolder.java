package io.beamgrad.data.sources;

import io.beamgrad.data.files.Storage;
import io.beamgrad.data.files.StoredFile;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;

/** A folder at an address. Each look costs a request, so what was seen once is not looked up. */
final class AddressFolder extends DataFolder {
  private final String given;
  private final String root; // without a slash at its end
  private final Function<String, SortedMap<String, StoredFile>> tree;
  private final Function<String, Optional<StoredFile>> finder;
  private final Map<String, List<String>> listed = new HashMap<>();
  private final Map<String, Optional<StoredFile>> known = new HashMap<>();

  AddressFolder(String given) {
    this(given, Storage::tree, Storage::find);
  }

  /**
   * @param tree lists all files below an address
   * @param finder looks a file up
   */
  AddressFolder(
      String given,
      Function<String, SortedMap<String, StoredFile>> tree,
      Function<String, Optional<StoredFile>> finder) {
    this.given = given;
    this.tree = tree;
    this.finder = finder;
    this.root = given.replaceFirst("/+$", "");
    if (FilePatterns.isPattern(root)) {
      throw new WrongInputException(
          "%s: expected the address of a folder, without any of * ? [ { in it".formatted(given));
    }
  }

  @Override
  void requireThere() {
    // A missing folder has no files, which is told of them.
  }

  @Override
  boolean isFolder(String name) {
    return !FilePatterns.isPattern(name) && !files(name).isEmpty();
  }

  @Override
  boolean exists(String name) {
    return !FilePatterns.isPattern(name) && find(name).isPresent();
  }

  @Override
  List<String> files(String start) {
    return listed.computeIfAbsent(normal(start), this::list);
  }

  private List<String> list(String start) {
    String prefix = start.isEmpty() ? "" : start + "/";
    SortedMap<String, StoredFile> found = tree.apply(start.isEmpty() ? root : root + "/" + start);
    found.forEach((name, file) -> known.put(prefix + name, Optional.of(file)));
    return found.keySet().stream().map(name -> prefix + name).toList();
  }

  private Optional<StoredFile> find(String name) {
    String normal = normal(name);
    return normal.isEmpty()
        ? Optional.empty()
        : known.computeIfAbsent(normal, below -> finder.apply(path(below)));
  }

  @Override
  String normal(String name) {
    List<String> parts = new ArrayList<>();
    for (String part : name.split("/")) {
      if (part.equals("..")) {
        if (parts.isEmpty()) {
          throw outside(name);
        }
        parts.remove(parts.size() - 1);
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  private WrongInputException outside(String name) {
    return new WrongInputException(
        "%s does not lie below the data folder %s".formatted(shown(name), given));
  }

  @Override
  String shown(String name) {
    return root + "/" + name;
  }

  @Override
  public String path(String name) {
    return root + "/" + name;
  }

  @Override
  public StoredFile file(String name) {
    return find(name).orElseThrow(() -> new MissingDataException(shown(name) + ": no such file"));
  }

  @Override
  public String toString() {
    return given;
  }
}
