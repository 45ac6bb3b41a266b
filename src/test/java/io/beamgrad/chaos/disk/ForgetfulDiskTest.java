package io.beamgrad.chaos.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.chaos.disk.DiskWrite.Kind;
import io.beamgrad.data.files.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForgetfulDiskTest {
  private static final byte[] TEXT = {'a', 'b'};
  private static final int TRIES = 300;

  @TempDir Path folder;
  private final List<DiskWrite> writes = new ArrayList<>();
  private int opened;

  private String path(String name) {
    return name.isEmpty() ? folder.toString() : folder.resolve(name).toString();
  }

  private void write(String name) {
    writes.add(DiskWrite.of(Kind.CREATE, path(name)));
    writes.add(DiskWrite.open(++opened, path(name)));
    writes.add(DiskWrite.of(Kind.WRITE, opened, 0, TEXT));
  }

  private void force(String name) {
    writes.add(DiskWrite.open(++opened, path(name)));
    writes.add(DiskWrite.of(Kind.FORCE, opened, 0, new byte[0]));
  }

  private void rename(String from, String to) {
    writes.add(DiskWrite.of(Kind.RENAME, path(from), path(to)));
  }

  /** All that a cut may leave: names, with the first of the two letters that a file has. */
  private Set<String> states() throws IOException {
    Random random = new Random(1);
    Set<String> states = new TreeSet<>();
    for (int i = 0; i < TRIES; i++) {
      ForgetfulDisk disk = new ForgetfulDisk(folder, folder);
      writes.forEach(disk::add);
      disk.cut(random);
      StringBuilder state = new StringBuilder();
      disk.files().forEach((name, hash) -> state.append(name).append(text(hash)).append(' '));
      states.add(state.toString().strip());
    }
    return states;
  }

  private static String text(String hash) {
    for (String text : List.of("ab", "a", "a\0", "\0\0", "")) {
      if (Sha256.hex(text).equals(hash)) {
        return "=" + text.replace('\0', '0');
      }
    }
    return "";
  }

  @Test
  void whatIsNotForcedMayBeGoneEmptyCutShortOrOfZeros() throws IOException {
    write("f");
    assertEquals(Set.of("", "f=", "f=a", "f=a0", "f=00", "f=ab"), states());
  }

  @Test
  void bytesThatAreForcedAreThereWhereTheNameIs() throws IOException {
    write("f");
    force("f");
    assertEquals(Set.of("", "f=ab"), states());
  }

  @Test
  void aForcedFolderHasItsNames() throws IOException {
    write("f");
    force("f");
    force("");
    assertEquals(Set.of("f=ab"), states());
  }

  @Test
  void aRenameThatIsNotForcedHappensOrNot() throws IOException {
    write("f");
    force("f");
    force("");
    rename("f", "g");
    assertEquals(Set.of("f=ab", "g=ab"), states());
  }

  @Test
  void aRenameWhoseFolderAloneIsForcedMayNameAnEmptyFile() throws IOException {
    write("f");
    rename("f", "g");
    force("");
    assertEquals(Set.of("g=", "g=a", "g=a0", "g=00", "g=ab"), states());
  }

  @Test
  void aNewFolderIsGoneWithAllInItWhereTheOneAboveIsNotForced() throws IOException {
    writes.add(DiskWrite.of(Kind.MAKE_FOLDER, path("d")));
    write("d/f");
    force("d/f");
    force("d");
    assertEquals(Set.of("", "d/ d/f=ab"), states());
  }

  @Test
  void aDeletionMayBeUndone() throws IOException {
    Files.write(folder.resolve("f"), TEXT);
    writes.add(DiskWrite.of(Kind.DELETE, path("f")));
    assertEquals(Set.of("", "f=ab"), states());
    force("");
    assertEquals(Set.of(""), states());
  }

  @Test
  void aLinkHasTheBytesOfItsFile() throws IOException {
    Files.write(folder.resolve("f"), TEXT);
    writes.add(DiskWrite.of(Kind.LINK, path("f"), path("g")));
    force("");
    assertEquals(Set.of("f=ab g=ab"), states());
  }
}
