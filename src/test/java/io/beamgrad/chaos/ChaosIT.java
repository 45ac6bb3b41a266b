package io.beamgrad.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One kill of each process; {@code scripts/chaos} has them all. */
@Tag("alone")
class ChaosIT {
  @TempDir static Path folder;
  private static Training training;
  private static Chaos chaos;
  private static Path undisturbed;

  @BeforeAll
  static void trainUndisturbed() throws Exception {
    training = Training.smallDigits(folder.resolve("digits"));
    chaos = new Chaos(training, folder, 1);
    undisturbed = chaos.undisturbed();
  }

  @AfterAll
  static void close() throws Exception {
    chaos.close();
  }

  /** Of a TaskManager and of the launcher {@code ClusterIT} has a kill each. */
  @ParameterizedTest
  @CsvSource({"DIRECT_RUNNER, SINKS", "JOB_MANAGER, EPOCH"})
  void aKillLosesNothing(Victim victim, Stage stage) throws Exception {
    assertLosesNothing(victim, stage);
  }

  @ParameterizedTest
  @Tag("full")
  @CsvSource({"LAUNCHER, INGEST", "EMBEDDED_FLINK, BLOCKS", "TASK_MANAGER, EPOCH"})
  void norDoesOneOfTheLauncherOrAWorker(Victim victim, Stage stage) throws Exception {
    assertLosesNothing(victim, stage);
  }

  private void assertLosesNothing(Victim victim, Stage stage) throws Exception {
    Moment moment = Moment.start(stage, training);
    Optional<KillCase.Finding> found = chaos.kill(victim, moment, victim.name(), undisturbed);
    assertTrue(found.isPresent(), "the training was over before the kill");
    KillCase.Finding finding = found.get();
    System.out.printf("%s killed in %s%n", victim, finding.hit());
    assertEquals(List.of(), finding.failures());
    if (stage == Stage.EPOCH) {
      assertEquals(Stage.EPOCH, finding.hit().stage(), finding.hit().toString());
      assertTrue(finding.hit().step() > 0, finding.hit().toString());
      assertEquals(1, finding.epochsLost());
    }
  }
}
