package io.beamgrad.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.Jvms;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.retrain.DailyDigits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retrains that are killed, that overlap, and that a rollback comes into. */
@Tag("alone")
class RetrainKillIT {
  private static final String SECOND = "2026-11-02";

  @TempDir static Path folder;
  private static RetrainKills kills;

  @BeforeAll
  static void retrainUndisturbed() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    List<String> command = new ArrayList<>(List.of(java));
    command.addAll(Jvms.IN_ARABIC);
    command.addAll(List.of("-jar", "target/beamgrad.jar"));
    kills = RetrainChaos.kills(command, folder);
  }

  private static void assertLostNothing(RetrainKills.Finding finding) {
    System.out.println("killed in " + finding.hit());
    assertEquals(List.of(), finding.failures());
  }

  @Test
  void aKillInTheTrainingLosesNothing() throws Exception {
    RetrainKills.Finding finding = kills.killInTraining(100_000, "training", SECOND);
    assertLostNothing(finding);
    assertEquals("training", finding.hit());
  }

  @Test
  void aKillWhileAVersionIsPublishedLosesNothing() throws Exception {
    assertLostNothing(kills.killInPublish(500, "publish", SECOND));
  }

  @Test
  void oneThatIsAskedToEndLetsGoOfTheLockAndIsGoneOnWith() throws Exception {
    Path registry = kills.copy("asked");
    Process process = kills.start(registry, SECOND);
    Path staging = registry.resolve("daily/staging");
    while (process.isAlive() && RetrainKills.names(staging).isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    process.destroy();
    assertEquals(130, process.waitFor());
    assertTrue(
        Files.readString(Path.of(registry + ".log"))
            .endsWith("beamgrad: interrupted; the same command goes on after the last epoch\n"));
    ModelRegistry.open(registry, "daily").lock(Duration.ofMinutes(1)).close();
    assertEquals(0, kills.start(registry, SECOND).waitFor());
    assertEquals(List.of(), kills.differences(registry));
  }

  @Test
  @Tag("full")
  void onFlinkItIsTheSame() throws Exception {
    Path registry = kills.copy("flink");
    assertEquals(0, kills.start(registry, SECOND, "--runner", "flink").waitFor());
    assertEquals(List.of(), kills.differences(registry));
  }

  @Test
  @Tag("full")
  void thirtyKillsLoseNothing() throws Exception {
    Random random = new Random(1);
    for (int i = 1; i <= 30; i++) {
      assertLostNothing(RetrainChaos.kill(kills, i, random));
    }
  }

  @Test
  void ofTenAtOnceOneWorks() throws Exception {
    Path registry = kills.copy("ten");
    List<Process> ten = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ten.add(kills.start(registry, SECOND));
    }
    List<Integer> exitCodes = new ArrayList<>();
    for (Process process : ten) {
      exitCodes.add(process.waitFor());
    }
    assertEquals(
        List.of(0, 12, 12, 12, 12, 12, 12, 12, 12, 12), exitCodes.stream().sorted().toList());
    assertEquals(
        9, Files.readString(Path.of(registry + ".log")).split("beamgrad: ", -1).length - 1);
    assertEquals(List.of(), kills.differences(registry));
  }

  @Test
  void aRollbackWhileOneRunsIsTakenNoteOf() throws Exception {
    Path registry = folder.resolve("rollback");
    ModelRegistry model;
    try (RegistryReader reader = RegistryReader.start(kills.copyUndisturbed("rollback"), "daily")) {
      new DailyDigits(folder).day(3, 1000);
      Process process = kills.start(registry, "2026-11-03");
      Path staging = registry.resolve("daily/staging");
      while (process.isAlive() && RetrainKills.names(staging).isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      model = ModelRegistry.open(registry, "daily");
      model.rollBack(Optional.of(1), "by a person");
      assertEquals(0, process.waitFor(), () -> "see " + registry + ".log");
      reader.close();
      assertEquals(List.of(), reader.offences());
      assertTrue(reader.loads() > 10, () -> reader.loads() + " loads");
    }
    // It was judged against version 2, and then against the one that took its place.
    assertEquals(3, model.current().orElseThrow().number());
    assertEquals(1, model.history().get(model.history().size() - 1).parent());
  }
}
