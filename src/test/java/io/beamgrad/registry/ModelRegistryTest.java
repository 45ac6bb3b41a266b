package io.beamgrad.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.RefusedDecisionException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.registry.Decision.Draft;
import io.beamgrad.registry.Decision.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRegistryTest {
  @TempDir Path folder;

  private ModelRegistry made() {
    return ModelRegistry.create(folder.resolve("reg"), "digits");
  }

  private Path root() {
    return folder.resolve("reg/digits");
  }

  private static String said(Class<? extends Exception> type, Runnable what) {
    return assertThrows(type, what::run).getMessage();
  }

  private static List<Integer> numbers(ModelRegistry registry) {
    return registry.versions().stream().map(Version::number).toList();
  }

  private static List<Kind> kinds(ModelRegistry registry) {
    return registry.history().stream().map(Decision::kind).toList();
  }

  @Test
  void aNewRegistryHasASaltThatStays() {
    ModelRegistry made = made();
    assertTrue(made.salt().matches("[0-9a-f]{32}"), made.salt());
    assertEquals(made.salt(), made().salt());
    assertEquals(made.salt(), ModelRegistry.open(folder.resolve("reg"), "digits").salt());
    assertEquals(Optional.empty(), made.current());
    assertEquals(List.of(), made.versions());
    assertEquals(List.of(), made.history());
    assertEquals(List.of("digits"), ModelRegistry.models(folder.resolve("reg")));
  }

  @Test
  void manyWhoMakeItAtOnceAgreeOnTheSalt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Set<String> salts = new HashSet<>();
      List<Future<String>> made =
          IntStream.range(0, 16).mapToObj(i -> threads.submit(() -> made().salt())).toList();
      for (Future<String> salt : made) {
        salts.add(salt.get());
      }
      assertEquals(1, salts.size());
      assertEquals(List.of("digits"), Disk.names(folder.resolve("reg")));
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aPublishedVersionIsWholeWriteProtectedAndInService() throws IOException {
    ModelRegistry registry = made();
    Decision first = Registries.publish(registry, "one");
    Decision second = Registries.publish(registry, "two");

    assertEquals(List.of(1, 2), List.of(first.version(), second.version()));
    assertEquals(null, first.parent());
    assertEquals(1, second.parent());
    Version current = registry.current().orElseThrow();
    assertEquals(2, current.number());
    assertEquals("000002\n", Files.readString(root().resolve("current")));
    assertEquals("two", Registries.model(current));
    assertEquals(
        Set.of("model.avro", "job.yaml", "decision.json", "checksums"),
        Set.copyOf(Disk.names(current.folder())));
    assertEquals(
        "r--r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(current.model())));
    assertEquals(second, current.decision());
    assertEquals(List.of(first, second), registry.history());
    assertEquals(List.of(), current.faults());
    assertEquals(List.of(), Disk.names(root().resolve("staging")));
  }

  @Test
  void aDecisionWithoutAVersionLeavesTheOneInService() throws IOException {
    ModelRegistry registry = made();
    Registries.publish(registry, "one");
    try (RegistryLock lock = registry.lock(Registries.LEASE)) {
      Registries.fill(lock.staging("other"), "worse");
      lock.record(
          Draft.of(Kind.NOT_BETTER, 1, "it is worse")
              .withScores(new Decision.Scores("accuracy", 0.5, 0.9, 100, true)));
    }
    assertEquals(List.of(Kind.PUBLISHED, Kind.NOT_BETTER), kinds(registry));
    assertEquals(0.9, registry.history().get(1).scores().current());
    assertEquals(List.of(1), numbers(registry));
    assertEquals(List.of(), Disk.names(root().resolve("staging")));
  }

  @Test
  void rollingBackGoesToTheVersionThatWasReplacedAndIsRecorded() throws IOException {
    ModelRegistry registry = made();
    for (String model : List.of("one", "two", "three")) {
      Registries.publish(registry, model);
    }
    registry.rollBack(Optional.of(1), "two and three are bad");
    assertEquals(1, registry.current().orElseThrow().number());
    Registries.publish(registry, "four");
    registry.rollBack(Optional.empty(), "four is bad too");
    assertEquals(1, registry.current().orElseThrow().number());
    Decision last = registry.history().get(5);
    assertEquals(Kind.ROLLED_BACK, last.kind());
    assertEquals(List.of(1, 4), List.of(last.version(), last.parent()));
    assertEquals("four is bad too", last.cause());
    assertEquals(List.of(1, 2, 3, 4), numbers(registry));
  }

  @Test
  void aRollBackToWhatIsNotThereOrDamagedIsRefused() throws IOException {
    ModelRegistry registry = made();
    assertEquals(
        root() + ": has no version yet",
        said(WrongInputException.class, () -> registry.rollBack(Optional.empty(), null)));
    Registries.publish(registry, "one");
    assertEquals(
        root() + ": version 1 replaced none; say which one by --to",
        said(WrongInputException.class, () -> registry.rollBack(Optional.empty(), null)));
    assertEquals(
        root() + ": version 1 is in service already",
        said(WrongInputException.class, () -> registry.rollBack(Optional.of(1), null)));
    assertEquals(
        root() + ": has no version 7",
        said(WrongInputException.class, () -> registry.rollBack(Optional.of(7), null)));
    Registries.publish(registry, "two");
    Path model = registry.version(1).model();
    assertTrue(model.toFile().setWritable(true));
    Files.writeString(model, "ona");
    assertTrue(
        said(BrokenFileException.class, () -> registry.rollBack(Optional.of(1), null))
            .startsWith(model + ": damaged, expected SHA-256 "));
    assertEquals(2, registry.current().orElseThrow().number());
    assertEquals(2, registry.history().size());
  }

  @Test
  void pruningKeepsTheNewestWhatIsInServiceWhatItReplacedAndThePinned() throws IOException {
    ModelRegistry registry = made();
    for (int i = 1; i <= 8; i++) {
      Registries.publish(registry, "model " + i);
    }
    registry.pin(2, "it is in a paper");
    registry.rollBack(Optional.of(4), "8 is bad");
    try (RegistryLock lock = registry.lock(Registries.LEASE)) {
      Decision made = lock.prune(1, "room").orElseThrow();
      assertEquals(List.of(1, 3, 5, 6, 7), made.pruned());
      assertEquals(Optional.empty(), lock.prune(1, "room"));
    }
    assertEquals(List.of(2, 4, 8), numbers(registry));
    assertEquals(
        root() + ": has no version 3, it was pruned",
        said(WrongInputException.class, () -> registry.version(3)));
    registry.unpin(2, null);
    assertFalse(registry.isPinned(2));
    try (RegistryLock lock = registry.lock(Registries.LEASE)) {
      assertEquals(List.of(2), lock.prune(1, "room").orElseThrow().pruned());
    }
    assertEquals(9, Registries.publish(registry, "nine").version());
  }

  @Test
  void pinsAreCheckedFor() throws IOException {
    ModelRegistry registry = made();
    Registries.publish(registry, "one");
    assertEquals(
        root() + ": version 1 is not pinned",
        said(WrongInputException.class, () -> registry.unpin(1, null)));
    registry.pin(1, null);
    assertTrue(registry.isPinned(1));
    assertEquals(
        root() + ": version 1 is pinned already",
        said(WrongInputException.class, () -> registry.pin(1, null)));
  }

  @Test
  void aRunJudgedAgainstAVersionThatIsNotInServiceAnyMoreIsRefused() throws IOException {
    ModelRegistry registry = made();
    Registries.publish(registry, "one");
    Registries.publish(registry, "two");
    try (RegistryLock lock = registry.lock(Registries.LEASE)) {
      Path staging = Registries.fill(lock.staging("key"), "three");
      Draft draft = Registries.better(registry);
      registry.rollBack(Optional.of(1), "two is bad"); // needs no lock of the run's
      assertEquals(
          root()
              + ": version 1 is in service now, but this run was judged against version 2; run it"
              + " again",
          said(RefusedDecisionException.class, () -> lock.publish(staging, draft)));
      assertEquals(List.of(1, 2), numbers(registry));
      assertEquals(List.of("key"), Disk.names(root().resolve("staging")));
      assertEquals(3, lock.publish(staging, Draft.of(Kind.PUBLISHED, 1)).version());
    }
  }

  @Test
  void whatIsNoRegistryIsNotTakenForOne() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    assertEquals(
        other + ": expected a registry, found no MODEL/registry.json in it",
        said(MissingDataException.class, () -> ModelRegistry.models(other)));
    Files.writeString(other.resolve("thesis.txt"), "");
    assertEquals(
        other + ": expected a registry, or an empty or new folder for one, found thesis.txt",
        said(WrongInputException.class, () -> ModelRegistry.create(other, "m")));
    assertEquals(
        folder.resolve("none") + ": expected a registry, found no such folder",
        said(MissingDataException.class, () -> ModelRegistry.open(folder.resolve("none"), "m")));
    assertEquals(
        other.resolve("thesis.txt") + ": expected a folder for a registry, found a file",
        said(
            WrongInputException.class,
            () -> ModelRegistry.create(other.resolve("thesis.txt"), "m")));
    assertEquals(
        "s3:/bucket/reg: a registry must be a folder of a POSIX disk; object stores have no"
            + " conditional create",
        said(
            WrongInputException.class,
            () -> ModelRegistry.create(Path.of("s3://bucket/reg"), "m")));
    assertEquals(
        "a model in a registry must be named by letters, digits, '.', '_' and '-', found ../m",
        said(WrongInputException.class, () -> ModelRegistry.create(other, "../m")));
    made();
    assertEquals(
        folder.resolve("reg") + ": has no model m, but digits",
        said(MissingDataException.class, () -> ModelRegistry.open(folder.resolve("reg"), "m")));
  }

  @Test
  void aDiskWithoutHardLinksIsRefused() throws IOException {
    URI zip = URI.create("jar:" + folder.resolve("disk.zip").toUri());
    try (FileSystem disk = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      assertEquals(
          "/reg: a registry must be on a disk with hard links and atomic renames; this one has none",
          said(WrongInputException.class, () -> ModelRegistry.create(disk.getPath("/reg"), "m")));
    }
  }

  @Test
  void aRegistryOfANewerBeamgradIsRefused() throws IOException {
    made();
    Path settings = root().resolve("registry.json");
    Files.writeString(settings, "{\"formatVersion\": 3, \"content\": \"unknown\"}");
    assertEquals(
        settings + ": expected format version 2, found 3; use a newer beamgrad",
        said(BrokenFileException.class, this::made));
  }

  @Test
  void aDamagedDecisionIsNamedWithTheWayOn() throws IOException {
    ModelRegistry registry = made();
    Registries.publish(registry, "one");
    Registries.publish(registry, "two");
    Path file = root().resolve("history/000001.json");
    String whole = Files.readString(file);
    assertTrue(file.toFile().setWritable(true));
    Files.writeString(file, whole.replace("better", "bitter"));

    String said = said(BrokenFileException.class, () -> registry.lock(Registries.LEASE));
    assertTrue(said.startsWith(file + ": damaged, expected SHA-256 "), said);
    assertTrue(
        said.endsWith(
            "; put it back from a backup or from its copy "
                + root().resolve("versions/000001/decision.json")
                + ", or rename it to 000001.json.lost to go on without it"),
        said);
    assertEquals(2, registry.current().orElseThrow().number()); // readers do not need it
    assertEquals(1, registry.history().size());

    Files.move(file, root().resolve("history/000001.json.lost"));
    assertEquals(3, Registries.publish(registry, "three").version());
    assertEquals(List.of(2, 3), registry.history().stream().map(Decision::number).toList());
  }

  @Test
  void aDecisionReplacedByAnotherWholeOneIsFound() throws IOException {
    ModelRegistry registry = made();
    Registries.publish(registry, "one");
    Registries.publish(registry, "two");
    Path file = root().resolve("history/000001.json");
    Files.delete(file);
    assertEquals(List.of(file + ": is not there, but later ones are"), registry.historyFaults());
    ModelRegistry another = ModelRegistry.create(folder.resolve("another"), registry.model());
    Registries.publish(another, "another");
    Files.copy(another.folder().resolve("history/000001.json"), file);
    assertEquals(
        List.of(file + ": is another file than the one that 000002.json follows"),
        registry.historyFaults());
  }

  @Test
  void aClockThatGoesBackIsToldOfAndChangesNothing() throws IOException {
    ModelRegistry registry = made();
    Registries.publish(
        registry.withClock(Clock.fixed(Instant.parse("2026-11-23T10:00:00Z"), ZoneOffset.UTC)),
        "one");
    ModelRegistry later =
        registry.withClock(Clock.fixed(Instant.parse("2026-11-20T10:00:00Z"), ZoneOffset.UTC));
    Registries.publish(later, "two");
    assertEquals(
        List.of(
            root()
                + ": the clock has gone back, it says 2026-11-20 10:00:00 UTC, decision 1 was made"
                + " at 2026-11-23 10:00:00 UTC; their order is that of their numbers"),
        later.notes());
    assertEquals(2, registry.current().orElseThrow().number());
  }

  @Test
  void whatAKilledPublishLeftIsCompletedByTheNext() throws IOException {
    ModelRegistry registry = made();
    Registries.publish(registry, "one");
    Registries.publish(registry, "two");
    // As a kill right after the decision leaves it: no folder, the old current, the run's folder.
    Version second = registry.version(2);
    Path staging = root().resolve("staging");
    Files.move(second.folder(), staging.resolve(second.decision().staged()));
    Files.writeString(root().resolve("current"), "000001\n");
    Registries.fill(staging.resolve("key"), "two");
    Files.createDirectories(staging.resolve(".new-1"));
    assertEquals("one", Registries.model(registry.current().orElseThrow()));

    try (RegistryLock lock = registry.lock(Registries.LEASE)) {
      assertTrue(lock.isHeld());
      assertEquals("two", Registries.model(registry.current().orElseThrow()));
      assertEquals(List.of(), Disk.names(staging));
    }
    assertEquals(List.of(), registry.version(2).faults());
  }

  @Test
  void aKilledRunIsTakenUpByTheNextOfTheSameKeyAndRemovedByAnother() throws IOException {
    ModelRegistry registry = made();
    try (RegistryLock lock = registry.lock(Registries.LEASE)) {
      Registries.fill(lock.staging("monday"), "half");
    }
    try (RegistryLock lock = registry.lock(Registries.LEASE)) {
      assertEquals("half", Files.readString(lock.staging("monday").resolve("model.avro")));
      assertEquals(List.of(), Disk.names(lock.staging("tuesday")));
    }
    assertEquals(List.of("tuesday"), Disk.names(root().resolve("staging")));
  }
}
