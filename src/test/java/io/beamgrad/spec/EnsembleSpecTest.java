package io.beamgrad.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Ensemble;
import io.beamgrad.schema.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys {@code ensemble} and {@code refit}. */
class EnsembleSpecTest {
  private static final String CROPS =
      """
      data: {format: csv, dir: d, train: crops.csv, features: [a, b], target: [y, z]}
      model: [{linear: {out: 2}}]
      loss: mse
      optimizer: {adam: {}}
      """;

  @TempDir Path folder;

  private JobSpec load(String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("crops.yaml"), CROPS);
    return JobSpec.load(file, List.of(overrides));
  }

  private static TrainingPlan plan(JobSpec spec) {
    return PlanFromSpec.plan(spec, List.of(), "work");
  }

  @Test
  void leftOutTheyAreASingleNetworkWithoutARefit() throws IOException {
    assertNull(plan(load()).getEnsemble());
    assertFalse(plan(load()).getRefit());
    assertEquals(load().fingerprint(), load("ensemble.members=1", "refit=false").fingerprint());
    assertEquals(1, load().ensemble().networks());
  }

  @Test
  void theyGoToThePlanAndDecideTheWeights() throws IOException {
    JobSpec spec = load("ensemble.members=8", "refit=true");
    assertEquals(new Ensemble(8, null), plan(spec).getEnsemble());
    assertTrue(plan(spec).getRefit());
    assertEquals(8, spec.ensemble().networks());
    JobSpec only = load("ensemble.members=8", "ensemble.only=3");
    assertEquals(new Ensemble(8, 3), plan(only).getEnsemble());
    assertEquals(1, only.ensemble().networks());
    assertNotEquals(load().fingerprint(), load("refit=true").fingerprint());
    assertNotEquals(load().fingerprint(), load("ensemble.members=2").fingerprint());
    assertNotEquals(only.fingerprint(), load("ensemble.members=8").fingerprint());
    assertEquals(spec, spec.with(List.of()));
  }

  @Test
  void aRefitIsOfItsNumberOfEpochs() throws IOException {
    assertEquals(load("epochs=3").fingerprint(), load("epochs=4").fingerprint());
    assertNotEquals(
        load("epochs=3", "refit=true").fingerprint(), load("epochs=4", "refit=true").fingerprint());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ensemble.members=0 | ensemble.members must be in [1, 1000], was 0
          ensemble.only=0 | ensemble.only needs an ensemble.members above 1, was 1
          ensemble.members=4 ensemble.only=4 | ensemble.only must be below ensemble.members, 4, was 4
          ensemble.members=4 init=m.avro | init must be left out with an ensemble, whose members begin with weights of their own
          refit=true split.validation=0 | refit needs a split.validation above 0, was 0.0
          refit=maybe | refit must be true or false, was "maybe"
          """)
  void whatDoesNotGoTogetherIsOneLine(String overrides, String line) {
    String message =
        assertThrows(WrongInputException.class, () -> load(overrides.split(" "))).getMessage();
    assertTrue(message.endsWith(line), message);
  }
}
