package io.beamgrad.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.cli.Cli;
import io.beamgrad.registry.Decision.DataFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten years of 200 new files a day, of which each run reads those of 30 days. */
class LongHistoryTest {
  private static final int DAYS = 3650;
  private static final int FILES = 200;
  private static final int WINDOW = 30;

  @TempDir static Path folder;
  private static LongHistory history;
  private static ModelRegistry registry;

  @BeforeAll
  static void write() throws IOException {
    history = new LongHistory(folder.resolve("reg"), FILES, WINDOW);
    registry = history.write(DAYS);
  }

  private static long bytes(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void tenYearsOfDecisionsAreSmallAndAFileIsListedOnce() throws IOException {
    long decisions = bytes(registry.paths().history());
    assertTrue(decisions < 20_000_000, "decisions of " + decisions + " bytes");
    // Half of it are SHA-256 of different contents.
    long lists = bytes(registry.paths().files());
    assertTrue(lists < 80L * DAYS * FILES, "lists of " + lists + " bytes");
  }

  @Test
  void aListOfDecisionsReadsEachOnceAndNoListOfFiles() throws IOException {
    Path files = registry.paths().files();
    Path aside = Files.move(files, folder.resolve("aside"));
    try {
      long before = BytesRead.byThisProcess();
      Cli.Result list = Cli.run("registry", "list", "--registry", folder.resolve("reg").toString());
      long read = BytesRead.byThisProcess() - before;
      assertEquals("", list.err());
      assertEquals(2 + DAYS, list.out().lines().count());
      // And classes, where this is the first test.
      long most = bytes(registry.paths().history()) + 10_000_000;
      assertTrue(read < most, "read %s bytes, at most %s expected".formatted(read, most));
    } finally {
      Files.move(aside, files);
    }
  }

  @Test
  void onePassOverAllListsGivesTheFilesOfEachRunWithOneRunInMemory() throws IOException {
    Map<String, DataFile> there = new HashMap<>();
    AtomicInteger most = new AtomicInteger();
    long before = BytesRead.byThisProcess();
    FileHistory files = registry.files();
    files.replay(
        (decision, isAnew, removed, added) -> {
          removed.forEach(there::remove);
          added.forEach(file -> there.put(file.identity(), file));
          assertEquals(decision.dataFiles().count(), there.size());
          most.accumulateAndGet(there.size(), Math::max);
        });
    long read = BytesRead.byThisProcess() - before;
    assertEquals(FILES * WINDOW, most.get());
    long once = bytes(registry.paths().history()) + bytes(registry.paths().files()) + 10_000_000;
    assertTrue(read < once, "read %s bytes, at most %s expected".formatted(read, once));
    for (DataFile file : history.files(DAYS - WINDOW + 1)) {
      assertEquals(file, there.get(file.identity()));
    }
  }
}
