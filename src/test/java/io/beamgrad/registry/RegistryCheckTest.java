package io.beamgrad.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryCheckTest {
  @TempDir Path folder;

  private ModelRegistry registry;
  private RegistryPaths paths;

  @BeforeEach
  void publish() throws IOException {
    registry = ModelRegistry.create(folder.resolve("reg"), "m");
    paths = registry.paths();
    for (String model : List.of("one", "two", "three")) {
      Registries.publish(registry, model);
    }
    registry.pin(1, "first");
    registry.rollBack(Optional.of(2), "three is bad");
    assertEquals(List.of(), RegistryCheck.findings(registry));
  }

  private void change(Path file, String text) throws IOException {
    assertTrue(file.toFile().setWritable(true));
    Files.writeString(file, text);
  }

  private void assertFound(String... findings) {
    assertEquals(List.of(findings), RegistryCheck.findings(registry));
  }

  @Test
  void aDamagedMissingOrStrangeFileOfAVersion() throws IOException {
    Path one = paths.version(1);
    String before = Sha256.ofFile(one.resolve("model.avro"));
    change(one.resolve("model.avro"), "ona");
    Files.delete(one.resolve("job.yaml"));
    Files.writeString(one.resolve("notes.txt"), "mine");
    assertFound(
        one.resolve("job.yaml") + ": is not there, but its checksum is",
        "%s: damaged, expected SHA-256 %s, found %s"
            .formatted(one.resolve("model.avro"), before, Sha256.ofFile(one.resolve("model.avro"))),
        one.resolve("notes.txt") + ": does not belong to the version");
  }

  private Path publishRun(String runJson, byte[] checkpoint) throws IOException {
    try (RegistryLock lock = registry.lock(Registries.LEASE)) {
      Path run = Registries.fill(lock.staging("key"), "four");
      Files.write(run.resolve("checkpoint.avro"), checkpoint);
      Files.writeString(run.resolve("run.json"), runJson);
      return paths.version(lock.publish(run, Registries.better(registry)).version());
    }
  }

  private static String runJson(String sha256) {
    return "{\"files\": [{\"name\": \"checkpoint.avro\", \"sha256\": \"%s\"}]}".formatted(sha256);
  }

  @Test
  void aFileThatIsNotTheOneOfTheRunIsNotPublished() throws IOException {
    byte[] content = {1, 2, 3};
    String right = Sha256.hex(Sha256.digest().digest(content));
    String message =
        assertThrows(BrokenFileException.class, () -> publishRun(runJson("abc"), content))
            .getMessage();
    assertTrue(
        message.endsWith(
            "/checkpoint.avro: is not the file of the run, whose run.json says SHA-256 abc, found "
                + right),
        message);
    assertEquals(3, registry.versions().size());
    Path version = publishRun(runJson(right), content);
    assertFound();
    Path checkpoint = version.resolve("checkpoint.avro");
    change(checkpoint, "4");
    assertFound(
        "%s: damaged, expected SHA-256 %s, found %s"
            .formatted(checkpoint, right, Sha256.ofFile(checkpoint)));
  }

  /** As an earlier beamgrad published it, whose run.json has no hashes. */
  @Test
  void aCheckpointThatWasCutShortBeforeItWasPublishedIsFound() throws IOException {
    Path version = paths.version(1);
    for (String file : List.of("run.json", "checkpoint.avro")) {
      Files.writeString(version.resolve(file), "{}");
    }
    assertTrue(version.resolve("checksums").toFile().setWritable(true));
    SortedMap<String, String> checksums = Checksums.of(version);
    checksums.keySet().removeAll(List.of(Checksums.FILE, Checksums.DECISION));
    Files.write(version.resolve("checksums"), Checksums.text(checksums));
    assertFound(
        version.resolve("checkpoint.avro")
            + ": not a whole Avro file of Checkpoint: it does not begin as an Avro file does");
  }

  @Test
  void checksumsThatWereMadeAgain() throws IOException {
    Path one = paths.version(1);
    change(one.resolve("model.avro"), "ona");
    Path checksums = one.resolve("checksums");
    change(
        checksums,
        "%s  job.yaml\n%s  model.avro\n"
            .formatted(
                Sha256.ofFile(one.resolve("job.yaml")), Sha256.ofFile(one.resolve("model.avro"))));
    assertFound(checksums + ": is not the file that decision 1 published");
  }

  @Test
  void aVersionThatIsGoneOrThatNobodyPublished() throws IOException {
    Storage.delete(paths.version(1).toString());
    Files.createDirectories(paths.version(9));
    assertFound(
        paths.version(1) + ": is not there, but decision 1 published it",
        paths.version(9) + ": no decision published it");
  }

  @Test
  void anotherDecisionInAVersion() throws IOException {
    Path decision = paths.version(1).resolve("decision.json");
    change(decision, Files.readString(paths.version(2).resolve("decision.json")));
    assertFound(decision + ": is not decision 1 of the history");
  }

  @Test
  void aDecisionThatIsMissingOrGivenUp() throws IOException {
    Path pinned = paths.history().resolve("000004.json");
    Files.delete(pinned);
    assertFound(
        pinned + ": is not there, but later ones are", paths.pin(1) + ": no decision pinned it");
    Files.writeString(paths.history().resolve("000004.json.lost"), "");
    assertFound(pinned + ": lost", paths.pin(1) + ": no decision pinned it");
  }

  @Test
  void aWrongCurrent() throws IOException {
    Files.writeString(paths.current(), "000003\n");
    assertFound(
        paths.current()
            + ": names version 3, but version 2 is in service by the history; the next decision"
            + " completes it");
    Files.writeString(paths.current(), "two\n");
    assertFound(paths.current() + ": expected the number of a version, found two");
    Files.delete(paths.current());
    assertFound(
        paths.current()
            + ": names none, but version 2 is in service by the history; the next decision"
            + " completes it");
    registry.unpin(1, null);
    assertFound();
  }

  @Test
  void aPinThatIsGone() throws IOException {
    Files.delete(paths.pin(1));
    assertFound(paths.pin(1) + ": is not there, but was pinned");
  }

  @Test
  void whatARunHasLeftUnlessOneIsAtWork() {
    try (RegistryLock lock = registry.lock(Registries.LEASE)) {
      lock.staging("key");
      assertFound();
    }
    assertFound(
        paths.staging().resolve("key")
            + ": left by a run that did not come to its end; the next run goes on with it or"
            + " removes it");
  }

  @Test
  void straysAreNamedAndLeftAlone() throws IOException {
    List<Path> strays =
        List.of(
            paths.history().resolve(".DS_Store"),
            paths.history().resolve("20261128.json"),
            paths.history().resolve("20261128120000.json"),
            paths.history().resolve("0000009.json"),
            paths.history().resolve("000007.json.bak"),
            paths.history().resolve("lost+found"),
            paths.versions().resolve("000003.bak"),
            paths.versions().resolve("000004"),
            paths.versions().resolve("20261128"),
            paths.versions().resolve("20261128120000"),
            paths.versions().resolve("99999999999999999999"),
            paths.versions().resolve("lost+found"),
            paths.pins().resolve("20261128120000"),
            paths.pins().resolve("notes.txt"));
    for (Path stray : strays) {
      if (stray.getFileName().toString().endsWith(".json")) {
        Files.writeString(stray, "{}");
      } else if (stray.endsWith("000004") || stray.endsWith(".DS_Store")) {
        Files.writeString(stray, "mine");
      } else {
        copy(paths.version(3), stray);
      }
    }
    List<String> lines =
        strays.stream()
            .map(
                stray ->
                    stray
                        + (stray.startsWith(paths.history())
                            ? ": is no decision of the history"
                            : stray.startsWith(paths.versions())
                                ? ": no decision published it"
                                : ": no decision pinned it"))
            .toList();
    assertEquals(sorted(lines), sorted(RegistryCheck.findings(registry)));
    assertEquals(sorted(lines), sorted(registry.snapshot().strays()));
    assertEquals(List.of(1, 2, 3), numbers());

    // A new version takes the next number whose place is free, and those above play no part.
    Decision next = Registries.publish(registry, "four");
    assertEquals(6, next.number());
    assertEquals(5, next.version());
    assertEquals(sorted(lines), sorted(registry.notes()));
    assertEquals("four", Registries.model(registry.current().orElseThrow()));
    try (RegistryLock lock = registry.lock(Registries.LEASE)) {
      assertEquals(List.of(3), lock.prune(1, "old").orElseThrow().pruned());
    }
    assertEquals(sorted(lines), sorted(RegistryCheck.findings(registry)));
    assertTrue(strays.stream().allMatch(Files::exists));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    for (String name : Disk.names(from)) {
      Files.copy(from.resolve(name), to.resolve(name));
    }
  }

  private List<Integer> numbers() {
    return registry.versions().stream().map(Version::number).toList();
  }

  private static List<String> sorted(List<String> lines) {
    return lines.stream().sorted().toList();
  }

  @Test
  void aFileWhereAFolderIsExpectedAndAFolderWhereAFileIs() throws IOException {
    Storage.delete(paths.version(3).toString());
    Files.writeString(paths.version(3), "mine");
    assertFound(
        paths.version(3) + ": is not there, but decision 3 published it",
        paths.version(3) + ": expected a folder, found a file");
    assertEquals(List.of(1, 2), numbers());

    Path decision = paths.history().resolve("000004.json");
    Files.delete(decision);
    Files.createDirectory(decision);
    assertEquals(List.of(decision + ": expected a file, found a folder"), registry.historyFaults());
  }

  @Test
  void aVersionWhoseDecisionIsLostKeepsItsNumber() throws IOException {
    Path decision = paths.history().resolve("000003.json");
    Files.move(decision, paths.history().resolve("000003.json.lost"));
    assertEquals(List.of(1, 2, 3), numbers());
    assertEquals(4, Registries.publish(registry, "four").version());
  }

  @Test
  void aDamagedDecisionAmongOthersIsNoStray() throws IOException {
    Path decision = paths.history().resolve("000005.json");
    change(decision, "{}");
    assertEquals(
        List.of(decision + ": damaged, it does not end in its SHA-256"), registry.historyFaults());
    Path pinned = paths.history().resolve("000004.json");
    Files.delete(pinned);
    assertEquals(
        List.of(
            pinned + ": is not there, but later ones are",
            decision + ": damaged, it does not end in its SHA-256"),
        registry.historyFaults());
  }
}
