package io.beamgrad.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
    String before = Checksums.sha256(one.resolve("model.avro"));
    change(one.resolve("model.avro"), "ona");
    Files.delete(one.resolve("job.yaml"));
    Files.writeString(one.resolve("notes.txt"), "mine");
    assertFound(
        one.resolve("job.yaml") + ": is not there, but its checksum is",
        "%s: damaged, expected SHA-256 %s, found %s"
            .formatted(
                one.resolve("model.avro"), before, Checksums.sha256(one.resolve("model.avro"))),
        one.resolve("notes.txt") + ": does not belong to the version");
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
                Checksums.sha256(one.resolve("job.yaml")),
                Checksums.sha256(one.resolve("model.avro"))));
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
}
