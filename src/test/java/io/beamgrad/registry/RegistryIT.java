package io.beamgrad.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.failure.LockedException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.registry.Decision.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registries that processes work in which are killed, stalled, or many at once. */
class RegistryIT {
  @TempDir Path folder;

  private Path root() {
    return folder.resolve("reg");
  }

  private ModelRegistry registry() {
    return ModelRegistry.create(root(), "m");
  }

  private static void signal(String name, Process process)
      throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    assertEquals(0, kill.waitFor());
  }

  @Test
  void killedAtRandomMomentsNothingIsLostOrDoubled() throws Exception {
    killAndCheck(4, 1);
  }

  @Test
  @Tag("full")
  void killedAtManyRandomMomentsNothingIsLostOrDoubled() throws Exception {
    killAndCheck(100, 2);
  }

  private void killAndCheck(int kills, long seed) throws Exception {
    ModelRegistry registry = registry();
    Random random = new Random(seed);
    try (Reader reader = new Reader(registry)) {
      int halves = 0;
      for (int kill = 0; kill < kills; kill++) {
        Process process = RegistryProcess.start(root(), "work");
        BufferedReader lines = process.inputReader(UTF_8);
        int published = 2 + random.nextInt(5);
        long before = 0;
        long last = System.nanoTime();
        for (int i = 0; i < published; i++) {
          String line = lines.readLine();
          assertTrue(line != null && line.matches("\\d+"), line);
          before = last;
          last = System.nanoTime();
        }
        // Anywhere in the next round, which takes about as long as the last.
        TimeUnit.NANOSECONDS.sleep((long) (random.nextDouble() * (last - before)));
        process.destroyForcibly();
        assertEquals(137, process.waitFor());

        assertEquals(List.of(), registry.historyFaults());
        halves += RegistryCheck.findings(registry).isEmpty() ? 0 : 1;
        registry.lock(Registries.LEASE).close();
        List<String> findings = new ArrayList<>(RegistryCheck.findings(registry));
        findings.removeIf(finding -> finding.contains(": left by a run"));
        assertEquals(List.of(), findings);
      }
      assertSequence(registry);
      System.out.printf(
          "%d kills, %d of them in the midst of something; %d decisions, %d loads%n",
          kills, halves, registry.history().size(), reader.loaded());
      assertTrue(reader.loaded() > 0);
      assertEquals(List.of(), reader.faults());
    }
  }

  /** That neither decisions nor versions have a gap or come twice. */
  private static void assertSequence(ModelRegistry registry) {
    List<Decision> history = registry.history();
    assertEquals(
        IntStream.rangeClosed(1, history.size()).boxed().toList(),
        history.stream().map(Decision::number).toList());
    List<Integer> published =
        history.stream()
            .filter(decision -> decision.kind().isPublish())
            .map(Decision::version)
            .toList();
    assertEquals(IntStream.rangeClosed(1, published.size()).boxed().toList(), published);
  }

  @Test
  void ofTenAtOnceOneWorksAndNineSayWhoDoes() throws Exception {
    registry();
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(RegistryProcess.start(root(), "hold", 60_000));
    }
    List<Process> holders = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (Process process : all) {
      String line = process.inputReader(UTF_8).readLine();
      if ("holds".equals(line)) {
        holders.add(process);
      } else {
        others.add(line);
        assertEquals(12, process.waitFor());
      }
    }
    assertEquals(1, holders.size());
    Process holder = holders.get(0);
    assertEquals(9, others.size());
    for (String line : others) {
      assertTrue(
          line.startsWith(
              "%s: locked by process %s on ".formatted(root().resolve("m"), holder.pid())),
          line);
    }
    holder.getOutputStream().close(); // it ends without a decision
    assertEquals(0, holder.waitFor());
    registry().lock(Registries.LEASE).close();
  }

  @Test
  void aStalledHolderThatWakesUpAfterItsLeaseIsRefused() throws Exception {
    ModelRegistry registry = registry();
    Registries.publish(registry, RegistryProcess.model(1));
    Process stalled = RegistryProcess.start(root(), "hold", 400);
    BufferedReader said = stalled.inputReader(UTF_8);
    assertEquals("holds", said.readLine());
    signal("STOP", stalled);
    try (RegistryLock lock = lockOnceItIsFree(registry)) {
      // The stalled one may wake up and write, so its folder is not shared with it.
      assertFalse(lock.staging("key").endsWith("key"));
      assertEquals(2, Registries.publish(registry, lock, RegistryProcess.model(2)).version());
    }
    signal("CONT", stalled);
    try (OutputStream in = stalled.getOutputStream()) {
      in.write('\n');
    }
    String line = said.readLine();
    assertTrue(
        line.startsWith(
            root().resolve("m") + ": this run gave no sign of life for 0.40 s and lost its lock"),
        line);
    assertEquals(1, stalled.waitFor());
    assertEquals(2, registry.current().orElseThrow().number());
    assertEquals(
        List.of(Kind.PUBLISHED, Kind.PUBLISHED),
        registry.history().stream().map(Decision::kind).toList());
    registry.lock(Registries.LEASE).close();
    assertEquals(List.of(), findingsButLeftOvers(registry));
  }

  private static List<String> findingsButLeftOvers(ModelRegistry registry) {
    return RegistryCheck.findings(registry).stream()
        .filter(finding -> !finding.contains(": left by a run"))
        .toList();
  }

  /** Asks until the lease of the other has run out. */
  private static RegistryLock lockOnceItIsFree(ModelRegistry registry) {
    while (true) {
      try {
        return registry.lock(Registries.LEASE);
      } catch (LockedException e) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aProcessThatDiedWithTheLockIsFollowedAtOnce() throws Exception {
    ModelRegistry registry = registry();
    Process process = RegistryProcess.start(root(), "hold", 3_600_000);
    assertEquals("holds", process.inputReader(UTF_8).readLine());
    process.destroyForcibly().waitFor();
    try (RegistryLock lock = registry.lock(Registries.LEASE)) {
      Path staging = lock.staging("key");
      assertTrue(staging.endsWith("key")); // taken up as it was
      assertEquals(RegistryProcess.model(0), Files.readString(staging.resolve("model.avro")));
    }
  }

  @Test
  void rollingBackWhileOnePublishesAndAnotherReads() throws Exception {
    ModelRegistry registry = registry();
    Registries.publish(registry, RegistryProcess.model(1));
    Registries.publish(registry, RegistryProcess.model(2));
    Process publisher = RegistryProcess.start(root(), "work");
    assertEquals("3", publisher.inputReader(UTF_8).readLine());
    int rolledBack = 0;
    try (Reader reader = new Reader(registry)) {
      Random random = new Random(3);
      while (rolledBack < 20) {
        List<Version> versions = registry.versions();
        try {
          int to = versions.get(random.nextInt(versions.size())).number();
          registry.rollBack(Optional.of(to), "as a test");
          rolledBack++;
        } catch (WrongInputException e) {
          // it is in service, or was pruned meanwhile
        }
      }
      publisher.destroyForcibly().waitFor();
      assertTrue(reader.loaded() > 0);
      assertEquals(List.of(), reader.faults());
    }
    registry.lock(Registries.LEASE).close();
    assertEquals(List.of(), findingsButLeftOvers(registry));
    assertSequence(registry);
  }
}
