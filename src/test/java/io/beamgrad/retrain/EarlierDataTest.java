package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.Decision.DataFile;
import io.beamgrad.registry.Decision.Kind;
import io.beamgrad.registry.Histories;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.Version;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EarlierDataTest {
  private static final Set<String> ALL = Set.of("a", "b", "c", "d", "e");

  @TempDir Path folder;
  private ModelRegistry registry;

  @BeforeEach
  void make() {
    registry = ModelRegistry.create(folder.resolve("reg"), "m");
  }

  /** Files such as {@code a1}: the file a with the content 1. */
  private static List<DataFile> files(String... names) {
    return Stream.of(names)
        .map(
            of ->
                new DataFile(
                    of.substring(0, 1),
                    of.length(),
                    Instant.EPOCH,
                    Sha256.hex(of.substring(1)),
                    null))
        .toList();
  }

  private Decision run(Kind kind, String spec, String... files) {
    return Histories.decide(registry, kind, spec, files(files));
  }

  private EarlierData earlier(String spec) {
    return earlier(spec, ALL);
  }

  private EarlierData earlier(String spec, Set<String> names) {
    Integer current = registry.current().map(Version::number).orElse(null);
    return new EarlierData(registry.files(), names, spec, current);
  }

  @Test
  void whatTheVersionInServiceAndThoseItComesFromHaveReadIsSeen() {
    run(Kind.PUBLISHED, "s", "a1", "b1");
    run(Kind.PUBLISHED, "s", "b1", "c1");
    run(Kind.NOT_BETTER, "s", "b1", "c2", "d1");
    run(Kind.PUBLISHED, "s", "e1");
    EarlierData earlier = earlier("s");
    assertTrue(earlier.hasSeen(files("a1", "b1", "c1", "e1")));
    assertFalse(earlier.hasSeen(files("a2")));
    assertFalse(earlier.hasSeen(files("d1")));
    assertFalse(earlier.hasSeen(files("c1", "c2")));

    registry.rollBack(Optional.of(1), "of old");
    assertTrue(earlier("s").hasSeen(files("a1", "b1")));
    assertFalse(earlier("s").hasSeen(files("c1")));
    assertFalse(earlier("s").hasSeen(files("e1")));
    assertTrue(earlier("s").hasSeenByName(files("b7")));
    assertFalse(earlier("s").hasSeenByName(files("c1")));
  }

  @Test
  void whatWasNewInAStoppedRunOfTheSameSpecIsSetAsideUntilARunHasPassedOnIt() {
    run(Kind.PUBLISHED, "s", "a1");
    Decision first = run(Kind.STOPPED, "s", "a1", "b1", "c1");
    Decision second = run(Kind.STOPPED, "s", "a1", "c1", "d1");
    EarlierData earlier = earlier("s");
    assertFalse(earlier.isSetAside(files("a1")));
    assertTrue(earlier.isSetAside(files("b1")));
    assertTrue(earlier.isSetAside(files("c1", "d1")));
    assertFalse(earlier.isSetAside(files("c1", "d2")), "one of the pair has changed");
    assertEquals(Optional.of(first), earlier.setAsideBy(files("b1")));
    assertEquals(Optional.of(second), earlier.setAsideBy(files("b1", "c1")));
    assertEquals(Optional.empty(), earlier.setAsideBy(files("a1")));

    EarlierData mended = earlier("t");
    assertFalse(mended.isSetAside(files("b1")));
    run(Kind.NOT_BETTER, "t", "a1", "b1");
    assertFalse(earlier("s").isSetAside(files("b1")));
    assertTrue(earlier("s").isSetAside(files("c1")));
  }

  @Test
  void onlyTheFilesOfInterestAndThoseOfTheLastRunAreKept() {
    run(Kind.PUBLISHED, "s", "a1", "b1", "c1");
    run(Kind.PUBLISHED, "s", "c1", "d1");
    EarlierData earlier = earlier("s", Set.of("a"));
    assertEquals(Set.of("a"), earlier.byIdentity().keySet());
    assertTrue(earlier.hasSeen(files("a1", "c1", "d1")));
    assertFalse(earlier.hasSeen(files("b1")));
  }

  @Test
  void theNewestRecordOfAFileIsKnownThoughLaterRunsHadOthers() {
    run(Kind.PUBLISHED, "s", "a1", "b1");
    run(Kind.NOT_BETTER, "s", "a2", "b1");
    run(Kind.NOT_BETTER, "s", "b1");
    assertEquals(
        Set.copyOf(files("a2", "b1")),
        earlier("s").byIdentity().values().stream().collect(Collectors.toSet()));
  }
}
