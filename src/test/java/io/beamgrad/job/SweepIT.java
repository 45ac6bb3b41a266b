package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A sweep in stages has one table of ranks on the direct runner and on Flink, be it judged by its
 * validation rows or by folds.
 */
class SweepIT {
  private static final String SWEEP =
      "sweep={trials: 9, draw: {optimizer.lr: {low: 0.001, high: 2, log: true}, batch: [8, 32]},"
          + " halving: {from: 1, keep: 0.4}}";

  @TempDir Path folder;

  private JsonNode report(Path spec, String out, String folds, String... more) throws IOException {
    Path run = folder.resolve(out);
    List<String> arguments = new ArrayList<>(List.of("train", spec.toString(), "--out"));
    arguments.addAll(List.of(run.toString(), "--set", SWEEP, "--set", "folds=" + folds));
    arguments.addAll(List.of(more));
    Cli.Result result = Cli.run(arguments.toArray(new String[0]));
    assertEquals(0, result.exitCode(), result.err());
    return new ObjectMapper().readTree(run.resolve("run.json").toFile());
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "2"})
  void ranksAndWeightsAreTheSameOnEveryRunner(String folds) throws IOException {
    Path spec = TinyDigits.write(folder);
    JsonNode direct = report(spec, "direct", folds);
    assertEquals(9, direct.at("/sweep/trials").size());
    for (String slots : new String[] {"1", "2"}) {
      JsonNode flink =
          report(spec, "flink-" + slots, folds, "--runner", "flink", "--parallelism", slots);
      assertEquals(direct.get("sweep"), flink.get("sweep"), slots);
      assertEquals(direct.get("weightsSha256"), flink.get("weightsSha256"), slots);
      assertEquals(direct.at("/folds/scores"), flink.at("/folds/scores"), slots);
    }
  }
}
