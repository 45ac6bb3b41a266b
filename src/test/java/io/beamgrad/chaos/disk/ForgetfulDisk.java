package io.beamgrad.chaos.disk;

import io.beamgrad.chaos.disk.DiskWrite.Kind;
import io.beamgrad.data.files.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A disk that keeps no more than it must when its power is cut: the bytes of a file up to its last
 * force, and the names in a folder up to the folder's last force. Of all later writes it may have
 * kept any. A rename happens whole or not at all, also from folder to folder.
 */
public final class ForgetfulDisk {

  /** A folder's names as processes see them, and those that a cut cannot undo. */
  private static final class Folder {
    final Map<String, Object> now = new TreeMap<>();
    final Map<String, Object> kept = new TreeMap<>();
  }

  /** A file's bytes as processes see them, and those that a cut cannot undo. */
  private static final class Content {
    byte[] now = {};
    byte[] kept = {};
  }

  /** A place for a file or a folder. */
  private record Name(Folder folder, String text) {
    Object found() {
      return folder.now.get(text);
    }
  }

  /** A change of names that is not forced yet; null takes what has the name away. */
  private static final class Change {
    final Map<Name, Object> names;

    Change(Map<Name, Object> names) {
      this.names = names;
    }

    boolean isOf(Folder folder) {
      return names.keySet().stream().anyMatch(name -> name.folder == folder);
    }

    boolean isNamedLike(Change other) {
      return names.keySet().stream().anyMatch(other.names::containsKey);
    }
  }

  private final String root;
  private final Folder top;
  private final List<Change> changes = new ArrayList<>();
  private final Map<Integer, Object> open = new HashMap<>();
  private final List<Content> contents = new ArrayList<>();

  /**
   * @param content what the disk has at first, all of it forced
   * @param root the path of the folder as processes name it
   */
  public ForgetfulDisk(Path content, Path root) throws IOException {
    this.root = root.toString();
    this.top = (Folder) read(content);
  }

  private Object read(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      Content content = content();
      content.now = Files.readAllBytes(path);
      content.kept = content.now;
      return content;
    }
    Folder folder = new Folder();
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        folder.now.put(file.getFileName().toString(), read(file));
      }
    }
    folder.kept.putAll(folder.now);
    return folder;
  }

  private Content content() {
    Content content = new Content();
    contents.add(content);
    return content;
  }

  /** Takes what a process did. */
  public void add(DiskWrite write) {
    switch (write.kind()) {
      case CREATE -> change(Map.of(name(write.path()), content()));
      case MAKE_FOLDER -> change(Map.of(name(write.path()), new Folder()));
      case OPEN -> open.put(write.file(), name(write.path()).found());
      case WRITE, TRUNCATE -> write((Content) open.get(write.file()), write);
      case FORCE -> force(open.get(write.file()));
      case LINK -> change(Map.of(name(write.other()), name(write.path()).found()));
      case DELETE -> changeTo(new LinkedHashMap<>(), name(write.path()), null);
      case RENAME -> {
        Map<Name, Object> names = new LinkedHashMap<>();
        names.put(name(write.other()), name(write.path()).found());
        changeTo(names, name(write.path()), null);
      }
    }
  }

  private Name name(String path) {
    Folder folder = top;
    String below = path.equals(root) ? "" : path.substring(root.length() + 1);
    for (int slash = below.indexOf('/'); slash >= 0; slash = below.indexOf('/')) {
      folder = (Folder) folder.now.get(below.substring(0, slash));
      below = below.substring(slash + 1);
    }
    if (below.isEmpty()) {
      Folder above = new Folder(); // of the root, which has no name that could be lost
      above.now.put("", top);
      return new Name(above, "");
    }
    return new Name(folder, below);
  }

  private void changeTo(Map<Name, Object> names, Name name, Object found) {
    names.put(name, found);
    change(names);
  }

  private void change(Map<Name, Object> names) {
    names.forEach(
        (name, found) -> {
          if (found == null) {
            name.folder.now.remove(name.text);
          } else {
            name.folder.now.put(name.text, found);
          }
        });
    changes.add(new Change(names));
  }

  private static void write(Content content, DiskWrite write) {
    int end = Math.toIntExact(write.position()) + write.bytes().length;
    boolean isCut = write.kind() == Kind.TRUNCATE;
    byte[] bytes = Arrays.copyOf(content.now, isCut ? end : Math.max(end, content.now.length));
    System.arraycopy(write.bytes(), 0, bytes, end - write.bytes().length, write.bytes().length);
    content.now = bytes;
  }

  private void force(Object forced) {
    if (forced instanceof Content content) {
      content.kept = content.now;
      return;
    }
    List<Change> ofFolder =
        changes.stream().filter(change -> change.isOf((Folder) forced)).toList();
    ofFolder.forEach(this::keep);
  }

  /** Keeps a change and those before it that it needs. */
  private void keep(Change change) {
    int index = changes.indexOf(change);
    if (index < 0) {
      return; // as another needed it
    }
    List<Change> before = List.copyOf(changes.subList(0, index));
    for (Change earlier : before) {
      if (change.isNamedLike(earlier)) {
        keep(earlier);
      }
    }
    change.names.forEach(
        (name, found) -> {
          if (found == null) {
            name.folder.kept.remove(name.text);
          } else {
            name.folder.kept.put(name.text, found);
          }
        });
    changes.remove(change);
  }

  /** Cuts the power. What was not forced is lost, or kept, or kept in part. */
  public void cut(Random random) {
    int names = random.nextInt(4); // none, all, some, or the first ones are kept
    int first = random.nextInt(changes.size() + 1);
    for (int i = 0; i < first && names == 3; i++) {
      keep(changes.get(0));
    }
    for (Change change : List.copyOf(changes)) {
      if (names == 1 || (names == 2 && random.nextBoolean())) {
        keep(change);
      }
    }
    changes.clear();
    int bytes = random.nextInt(6);
    for (Content content : contents) {
      content.kept = afterCut(content, bytes == 5 ? random.nextInt(5) : bytes, random);
    }
    settle(top);
  }

  private static byte[] afterCut(Content content, int how, Random random) {
    if (Arrays.equals(content.now, content.kept)) {
      return content.now;
    }
    int some = random.nextInt(content.now.length + 1);
    return switch (how) {
      case 0 -> content.kept;
      case 1 -> content.now;
      case 2 -> new byte[content.now.length];
      case 3 -> Arrays.copyOf(content.now, some);
      default -> Arrays.copyOf(Arrays.copyOf(content.now, some), content.now.length);
    };
  }

  private static void settle(Folder folder) {
    folder.now.clear();
    folder.now.putAll(folder.kept);
    for (Object found : folder.now.values()) {
      if (found instanceof Folder below) {
        settle(below);
      } else {
        ((Content) found).now = ((Content) found).kept;
      }
    }
  }

  /** The SHA-256 of each file that processes see, and of each folder none, by its path. */
  public SortedMap<String, String> files() {
    SortedMap<String, String> files = new TreeMap<>();
    collect(top, "", files);
    return files;
  }

  private static void collect(Folder folder, String path, SortedMap<String, String> into) {
    folder.now.forEach(
        (name, found) -> {
          if (found instanceof Folder below) {
            into.put(path + name + "/", "");
            collect(below, path + name + "/", into);
          } else {
            into.put(path + name, Sha256.hex(Sha256.digest().digest(((Content) found).now)));
          }
        });
  }

  /** Writes what processes see to a new folder. */
  public void writeTo(Path folder) throws IOException {
    write(top, folder, new IdentityHashMap<>());
  }

  private static void write(Folder folder, Path path, Map<Object, Path> written)
      throws IOException {
    Files.createDirectories(path);
    for (Map.Entry<String, Object> entry : folder.now.entrySet()) {
      Path file = path.resolve(entry.getKey());
      if (entry.getValue() instanceof Folder below) {
        write(below, file, written);
      } else if (written.putIfAbsent(entry.getValue(), file) == null) {
        Files.write(file, ((Content) entry.getValue()).now);
      } else {
        Files.createLink(file, written.get(entry.getValue()));
      }
    }
  }
}
