package io.beamgrad.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.registry.Decision.DataFile;
import io.beamgrad.registry.Decision.Draft;
import io.beamgrad.registry.Decision.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHistoryTest {
  private static final Instant TIME = Instant.parse("2026-11-01T03:00:00.123456789Z");

  @TempDir Path folder;
  private ModelRegistry registry;
  private RegistryPaths paths;

  @BeforeEach
  void make() {
    registry = ModelRegistry.create(folder.resolve("reg"), "m");
    paths = registry.paths();
  }

  private static DataFile file(String name, String content) {
    return new DataFile(name, content.length(), TIME, Sha256.hex(content), null);
  }

  private static List<DataFile> files(int from, int to) {
    return Stream.iterate(from, i -> i + 1)
        .limit(to - from + 1)
        .map(
            i ->
                file(
                    String.format(Locale.ROOT, "day=%02d/größe \uD83D\uDE00 %d.csv", i, i),
                    "rows " + i))
        .toList();
  }

  private Decision decide(List<DataFile> files) {
    Integer parent = registry.current().map(Version::number).orElse(null);
    Draft draft =
        new Draft(
            Kind.NOT_BETTER,
            parent,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            files);
    try (RegistryLock lock = registry.lock(Registries.LEASE)) {
      return lock.record(draft);
    }
  }

  private static Set<DataFile> set(List<DataFile> files) {
    return Set.copyOf(files);
  }

  private Set<DataFile> of(Decision decision) {
    return Set.copyOf(registry.files().of(decision).values());
  }

  private Path list(Decision decision) {
    return paths.files().resolve(decision.dataFiles().list() + ".avro");
  }

  @Test
  void eachDecisionHasItsFilesAndItsListOnlyWhatChanged() {
    List<List<DataFile>> runs = new ArrayList<>();
    List<DataFile> changed = new ArrayList<>(files(3, 12));
    changed.set(4, file(changed.get(4).identity(), "other rows"));
    runs.add(files(1, 10));
    runs.add(files(1, 11));
    runs.add(files(2, 12)); // one is gone
    runs.add(changed);
    runs.add(files(40, 41)); // others: a list of its own is shorter
    runs.add(List.of(new DataFile("s3", 1, Instant.EPOCH, Sha256.hex(""), "\"etag\"")));
    List<Decision> made = runs.stream().map(this::decide).toList();

    for (int i = 0; i < runs.size(); i++) {
      assertEquals(set(runs.get(i)), of(made.get(i)));
      assertEquals(runs.get(i).size(), made.get(i).dataFiles().count());
    }
    FileDelta second = FileDelta.read(paths.files(), made.get(1).dataFiles().list());
    assertEquals(made.get(0).dataFiles().list(), second.base());
    assertEquals(files(11, 11), second.added());
    FileDelta third = FileDelta.read(paths.files(), made.get(2).dataFiles().list());
    assertEquals(List.of(files(1, 1).get(0).identity()), third.removed());
    assertEquals(null, FileDelta.read(paths.files(), made.get(4).dataFiles().list()).base());
    assertEquals(List.of(), RegistryCheck.findings(registry));
    assertFalse(list(made.get(0)).toFile().canWrite() && !isRoot());
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @Test
  void theSameFilesAgainAreTheSameList() throws IOException {
    Decision first = decide(files(1, 3));
    Registries.publish(registry, "one"); // has no files
    Decision again = decide(files(1, 3));
    assertEquals(first.dataFiles(), again.dataFiles());
    assertEquals(1, Disk.names(paths.files()).size());
    assertEquals(set(files(1, 3)), of(again));
  }

  @Test
  void aDecisionThatIsLostTakesNoFilesOfLaterOnesWithIt() throws IOException {
    decide(files(1, 10));
    Decision lost = decide(files(1, 11));
    Decision last = decide(files(2, 12));
    Path file = History.file(paths.history(), lost.number());
    Files.move(file, paths.history().resolve("000002.json.lost"));

    assertEquals(set(files(2, 12)), of(last));
    decide(files(2, 13)); // the run tidies up, but keeps the list that another starts from
    assertTrue(Files.exists(list(lost)));
    assertEquals(set(files(2, 12)), of(last));
    assertEquals(List.of(file + ": lost"), RegistryCheck.findings(registry));
  }

  @Test
  void aListThatNoDecisionNeedsIsFoundAndRemovedByTheNextRun() throws IOException {
    Decision first = decide(files(1, 10));
    FileHistory.NewList killed = registry.files().next(files(1, 20)); // before its decision
    Path left = paths.files().resolve(killed.name().list() + ".avro");
    Files.write(left, killed.content());
    Files.writeString(paths.files().resolve("notes.txt"), "mine");

    assertEquals(
        List.of(
            left + ": no decision needs it; the next run removes it",
            paths.files().resolve("notes.txt") + ": is no list of files"),
        sorted(RegistryCheck.findings(registry)));
    registry.lock(Registries.LEASE).close();
    assertFalse(Files.exists(left));
    assertTrue(Files.exists(list(first)));
    assertTrue(Files.exists(paths.files().resolve("notes.txt")));
  }

  private static List<String> sorted(List<String> lines) {
    return List.copyOf(new TreeSet<>(lines));
  }

  @Test
  void aListThatIsDamagedOrGoneIsNamedWithTheWayOn() throws IOException {
    decide(files(1, 10));
    Decision second = decide(files(1, 11));
    Path file = list(second);
    byte[] whole = Files.readAllBytes(file);
    assertTrue(file.toFile().setWritable(true));
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));

    String said = said();
    assertTrue(said.startsWith(file + ": damaged, expected the SHA-256 of its name, found "), said);
    assertEquals(List.of(said), RegistryCheck.findings(registry));
    Path lost = paths.files().resolve(second.dataFiles().list() + ".avro.lost");
    assertTrue(
        said.endsWith(
            "; put it back from a backup, or leave %s in its place to go on as if its files had never been read"
                .formatted(lost.getFileName())),
        said);
    Files.delete(file);
    assertTrue(said().startsWith(file + ": is not there, but a decision needs it; "), said());

    Files.createFile(lost);
    Decision third = decide(files(2, 12));
    assertEquals(set(files(2, 12)), of(third));
    assertEquals(Set.of(), of(second));
    assertEquals(List.of(lost + ": lost"), RegistryCheck.findings(registry));
  }

  private String said() {
    return assertThrows(
            BrokenFileException.class,
            () -> registry.files().replay((decision, isAnew, removed, added) -> {}))
        .getMessage();
  }

  @Test
  void aListThatADiskHasLostPartsOfIsWrittenAgain() throws IOException {
    Decision first = decide(files(1, 10));
    Path file = list(first);
    assertTrue(file.toFile().setWritable(true));
    Files.write(file, new byte[0]);
    Files.delete(History.file(paths.history(), 1)); // the decision did not come to the disk
    assertEquals(first.dataFiles(), decide(files(1, 10)).dataFiles());
    assertEquals(List.of(), RegistryCheck.findings(registry));
  }

  @Test
  void filesOfDecisionsOfBeforeAreReadFromTheDecisions() throws IOException {
    String before =
        """
        {
          "formatVersion" : 1,
          "number" : 1,
          "time" : "2026-11-01T03:00:00Z",
          "kind" : "not_better",
          "dataFiles" : [ {
            "identity" : "day=01/größe \uD83D\uDE00 1.csv",
            "bytes" : 6,
            "modified" : "2026-11-01T03:00:00.123456789Z",
            "sha256" : "%s"
          } ]
        }
        """
            .formatted(Sha256.hex("rows 1"));
    String content =
        before.substring(0, before.length() - 3)
            + ",\n  \"sha256\" : \""
            + Sha256.hex(before)
            + "\"\n}\n";
    Files.writeString(History.file(paths.history(), 1), content);

    Decision old = registry.history().get(0);
    assertEquals(new Decision.DataFiles(null, 1), old.dataFiles());
    assertEquals(set(files(1, 1)), of(old));
    Decision next = decide(files(1, 2));
    assertEquals(set(files(1, 2)), of(next));
    assertEquals(2, next.formatVersion());
    assertEquals(List.of(), RegistryCheck.findings(registry));
  }
}
