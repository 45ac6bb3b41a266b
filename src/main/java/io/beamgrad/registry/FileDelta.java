package io.beamgrad.registry;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.registry.Decision.DataFile;
import io.beamgrad.schema.FileList;
import io.beamgrad.schema.ListedFile;
import io.beamgrad.schema.ListedName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A list of files as its file has it: those of another list without some, and some more. The file
 * is named by the SHA-256 of its content. A file's name is written without the characters that it
 * shares with the name before it.
 *
 * @param base the other list; null where this one starts from no file
 * @param removed names of the other list's files, sorted
 * @param added sorted by identity; a file of the other list may be among them, changed
 */
record FileDelta(@Nullable String base, List<String> removed, List<DataFile> added) {
  static final String SUFFIX = ".avro";
  static final String LOST = ".avro.lost";
  private static final RecordFile<FileList> FILE = RecordFile.of(FileList.class);

  FileDelta {
    removed = List.copyOf(removed);
    added = List.copyOf(added);
  }

  /** The shorter of what changes a list into the files, and of all files. */
  static FileDelta between(
      @Nullable String base, Map<String, DataFile> before, Map<String, DataFile> now) {
    List<String> removed =
        before.keySet().stream().filter(name -> !now.containsKey(name)).sorted().toList();
    List<DataFile> added =
        now.values().stream()
            .filter(file -> !file.equals(before.get(file.identity())))
            .sorted(Comparator.comparing(DataFile::identity))
            .toList();
    return base == null || removed.size() + added.size() >= now.size()
        ? new FileDelta(
            null,
            List.of(),
            now.values().stream().sorted(Comparator.comparing(DataFile::identity)).toList())
        : new FileDelta(base, removed, added);
  }

  /** The content of the list's file. */
  @SuppressWarnings("JavaInstantGetSecondsGetNano") // the seconds are beside them
  byte[] toBytes() {
    List<ListedName> names = new ArrayList<>(removed.size());
    String last = "";
    for (String name : removed) {
      names.add(listed(last, name));
      last = name;
    }
    List<ListedFile> files = new ArrayList<>(added.size());
    last = "";
    for (DataFile file : added) {
      files.add(
          ListedFile.newBuilder()
              .setName(listed(last, file.identity()))
              .setBytes(file.bytes())
              .setModifiedSeconds(file.modified().getEpochSecond())
              .setModifiedNanos(file.modified().getNano())
              .setSha256(ByteBuffer.wrap(HexFormat.of().parseHex(file.sha256())))
              .setTag(file.tag())
              .build());
      last = file.identity();
    }
    return FILE.toBytes(List.of(new FileList(base, names, files)));
  }

  private static ListedName listed(String before, String name) {
    int most = Math.min(before.length(), name.length());
    int shared = 0;
    while (shared < most && before.charAt(shared) == name.charAt(shared)) {
      shared++;
    }
    if (shared > 0 && Character.isHighSurrogate(name.charAt(shared - 1))) {
      shared--; // half a character cannot be written
    }
    return new ListedName(shared, name.substring(shared));
  }

  /**
   * Reads a list. One that a person has said to be lost has no files.
   *
   * @param folder of the lists
   * @param list the SHA-256 of the list's file
   * @throws BrokenFileException where its file is not there, or damaged; it says how to go on
   */
  static FileDelta read(Path folder, String list) {
    Path file = folder.resolve(list + SUFFIX);
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      if (Files.exists(folder.resolve(list + LOST))) {
        return new FileDelta(null, List.of(), List.of());
      }
      throw new BrokenFileException(file + ": is not there, but a decision needs it" + goOn(list));
    } catch (IOException e) {
      throw Disk.failure("cannot read", file, e);
    }
    String found = Sha256.hex(Sha256.digest().digest(content));
    if (!found.equals(list)) {
      throw new BrokenFileException(
          "%s: damaged, expected the SHA-256 of its name, found %s%s"
              .formatted(file, found, goOn(list)));
    }
    return of(FILE.parse(file.toString(), ByteBuffer.wrap(content)).get(0));
  }

  private static String goOn(String list) {
    return "; put it back from a backup, or leave %s%s in its place to go on as if its files had never been read"
        .formatted(list, LOST);
  }

  private static FileDelta of(FileList list) {
    List<String> removed = new ArrayList<>(list.getRemoved().size());
    String last = "";
    for (ListedName name : list.getRemoved()) {
      last = last.substring(0, name.getShared()) + name.getRest();
      removed.add(last);
    }
    List<DataFile> added = new ArrayList<>(list.getAdded().size());
    last = "";
    for (ListedFile file : list.getAdded()) {
      last = last.substring(0, file.getName().getShared()) + file.getName().getRest();
      added.add(
          new DataFile(
              last,
              file.getBytes(),
              Instant.ofEpochSecond(file.getModifiedSeconds(), file.getModifiedNanos()),
              HexFormat.of().formatHex(file.getSha256().array()),
              file.getTag()));
    }
    return new FileDelta(list.getBase(), removed, added);
  }

  /** This change and then another one. */
  FileDelta then(FileDelta next) {
    Map<String, DataFile> files = new HashMap<>();
    added.forEach(file -> files.put(file.identity(), file));
    next.removed.forEach(files::remove);
    next.added.forEach(file -> files.put(file.identity(), file));
    List<String> gone = new ArrayList<>(removed);
    gone.addAll(next.removed);
    return new FileDelta(base, gone, List.copyOf(files.values()));
  }
}
