package io.beamgrad.data.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
  @TempDir Path folder;

  @Test
  void aFileAppearsWholeOrNotAtAll() throws IOException {
    String path = folder.resolve("a/b.txt").toString();
    Storage.write(
        path,
        out -> {
          out.write(1);
          out.flush();
          assertFalse(Storage.exists(path), "not under its name while it is written");
          assertEquals(List.of(), Storage.list(folder.resolve("a").toString()));
        });
    assertEquals(List.of("b.txt"), Storage.list(folder.resolve("a").toString()));
    assertThrows(
        UncheckedIOException.class,
        () ->
            Storage.write(
                path,
                out -> {
                  out.write(new byte[100_000]);
                  throw new IOException("disk full");
                }));
    assertEquals(1, Files.size(Path.of(path)), "the file before it is still there");
    try (var files = Files.list(folder.resolve("a"))) {
      assertEquals(1, files.count(), "nothing else is left");
    }
  }

  @Test
  void anInterruptedThreadWritesFilesAndStaysInterrupted() throws IOException {
    Path file = folder.resolve("a/b.txt");
    Thread.currentThread().interrupt();
    Storage.write(file.toString(), out -> out.write(1));
    assertTrue(Thread.interrupted());
    assertEquals(1, Files.size(file));
  }

  @Test
  void deletesFoldersAndDoesNotMindWhatIsNotThere() {
    Storage.write(folder.resolve("x/y/z").toString(), out -> out.write(1));
    Storage.delete(folder.resolve("x").toString());
    Storage.delete(folder.resolve("x").toString());
    assertFalse(Storage.exists(folder.resolve("x").toString()));
    assertEquals(List.of(), Storage.list(folder.resolve("x").toString()));
    assertTrue(Files.exists(folder));
  }

  @Test
  void severalMayDeleteTheSameTreeAtOnce() throws Exception {
    Path tree = folder.resolve("tree");
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 100; i++) {
        Files.createFile(Files.createDirectories(tree.resolve("a" + i)).resolve("file"));
      }
      CompletableFuture<Void> first =
          CompletableFuture.runAsync(() -> Storage.delete(tree.toString()));
      while (count(tree) == 100) {
        Thread.onSpinWait(); // until the first is in its midst
      }
      Storage.delete(tree.toString());
      first.get();
      assertFalse(Files.exists(tree));
    }
  }

  private static int count(Path folder) {
    String[] names = folder.toFile().list();
    return names == null ? 0 : names.length;
  }

  @Test
  void saysWhatIsInAFolder() {
    String root = folder.resolve("x").toString();
    assertTrue(Storage.isEmptyFolder(root));
    assertTrue(Storage.readIfThere(root + "/a").isEmpty());
    Storage.write(root + "/a", out -> out.write(new byte[] {3, 4, 5}));
    assertEquals(3, Storage.readIfThere(root + "/a").orElseThrow()[0]);
    assertEquals(3, Storage.sizes(root).get("a"));
    assertFalse(Storage.isEmptyFolder(root));
  }

  @Test
  void aFailureNamesTheFileAndTheReason() {
    String path = folder.resolve("none").toString();
    assertEquals(
        "cannot read " + path + ": no such file",
        assertThrows(UncheckedIOException.class, () -> Storage.open(path)).getMessage());
  }

  @Test
  void aFullDiskIsNamedAndLeavesNothingBehind() throws IOException {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "no /dev/full");
    String path = folder.resolve("x.avro").toString();
    Storage.Body body =
        out -> {
          out.write(1);
          try (OutputStream device = Files.newOutputStream(full)) {
            device.write(1);
          }
        };
    String message =
        assertThrows(UncheckedIOException.class, () -> Storage.write(path, body)).getMessage();
    assertEquals("cannot write " + path + ": No space left on device", message);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }
}
