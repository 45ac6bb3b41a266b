package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep in stages has one table of ranks on the direct runner and on Flink. */
class SweepIT {
  private static final String SWEEP =
      "sweep={trials: 9, draw: {optimizer.lr: {low: 0.001, high: 2, log: true}, batch: [8, 32]},"
          + " halving: {from: 1, keep: 0.4}}";

  @TempDir Path folder;

  private JsonNode report(Path spec, String out, String... more) throws IOException {
    Path run = folder.resolve(out);
    String[] arguments = new String[6 + more.length];
    String[] first = {"train", spec.toString(), "--out", run.toString(), "--set", SWEEP};
    System.arraycopy(first, 0, arguments, 0, first.length);
    System.arraycopy(more, 0, arguments, first.length, more.length);
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return new ObjectMapper().readTree(run.resolve("run.json").toFile());
  }

  @Test
  void ranksAndWeightsAreTheSameOnEveryRunner() throws IOException {
    Path spec = TinyDigits.write(folder);
    JsonNode direct = report(spec, "direct");
    assertEquals(9, direct.at("/sweep/trials").size());
    for (String slots : new String[] {"1", "2"}) {
      JsonNode flink = report(spec, "flink-" + slots, "--runner", "flink", "--parallelism", slots);
      assertEquals(direct.get("sweep"), flink.get("sweep"), slots);
      assertEquals(direct.get("weightsSha256"), flink.get("weightsSha256"), slots);
    }
  }
}
