package io.beamgrad.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One kill of each process; {@code scripts/chaos} has them all. */
class ChaosIT {
  @TempDir static Path folder;
  private static Chaos chaos;
  private static Path undisturbed;

  @BeforeAll
  static void trainUndisturbed() throws Exception {
    chaos = new Chaos(Training.smallDigits(folder.resolve("digits")), folder, 1);
    undisturbed = chaos.undisturbed();
  }

  @AfterAll
  static void close() throws Exception {
    chaos.close();
  }

  @ParameterizedTest
  @CsvSource({
    "DIRECT_RUNNER, SINKS",
    "EMBEDDED_FLINK, BLOCKS",
    "LAUNCHER, INGEST",
    "TASK_MANAGER, EPOCH",
    "JOB_MANAGER, BETWEEN_EPOCHS"
  })
  void aKillLosesNothing(Victim victim, Stage stage) throws Exception {
    Optional<KillCase.Finding> finding = chaos.kill(victim, stage, victim.name(), undisturbed);
    assertTrue(finding.isPresent(), "the training was over before the kill");
    assertEquals(List.of(), finding.get().failures());
  }
}
