package io.beamgrad.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.failure.WrongInputException;
import java.util.List;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.options.ExperimentalOptions;
import org.junit.jupiter.api.Test;

class RunnerOptionsTest {
  @Test
  void theUsersOptionsWin() {
    DirectOptions direct =
        RunnerOptions.of(
                Runner.DIRECT, 2, List.of("--targetParallelism=3", "--enforceImmutability=true"))
            .as(DirectOptions.class);
    assertEquals(3, direct.getTargetParallelism());
    assertTrue(direct.isEnforceImmutability());
    assertFalse(direct.isEnforceEncodability());
  }

  @Test
  void flinkWithoutAnAddressIsTheEmbeddedOne() {
    assertEquals(
        "[local]",
        RunnerOptions.of(Runner.FLINK, 2, List.of())
            .as(FlinkPipelineOptions.class)
            .getFlinkMaster());
    assertEquals(
        "Beam's options after --: --flinkMaster is given as --flink-master before --",
        assertThrows(
                WrongInputException.class,
                () -> RunnerOptions.of(Runner.FLINK, 2, List.of("--flinkMaster=host:8081")))
            .getMessage());
  }

  @Test
  void theUsersOptionsMayBeOfAnyKindEvenAfterAJobWithout() {
    RunnerOptions.of(Runner.DIRECT, 2, List.of());
    assertEquals(
        List.of("some_experiment"),
        RunnerOptions.of(Runner.DIRECT, 2, List.of("--experiments=some_experiment"))
            .as(ExperimentalOptions.class)
            .getExperiments());
  }

  @Test
  void anUnknownOptionIsWrongInput() {
    String message =
        assertThrows(
                WrongInputException.class,
                () -> RunnerOptions.of(Runner.DIRECT, 2, List.of("--nothing=1")))
            .getMessage();
    assertTrue(message.startsWith("Beam's options after --: "), message);
  }
}
