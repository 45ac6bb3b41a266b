package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table nearly all of whose rows say the contrary of the few that weigh. */
class WeightedTableTest {
  private static final Path FOREIGN = Path.of("src/test/resources/foreign").toAbsolutePath();

  @TempDir Path folder;

  private static Cli.Result run(String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return result;
  }

  @Test
  void trainingAndEvaluationMeasureRowsByTheirWeights() throws IOException {
    Path spec =
        Files.writeString(
            folder.resolve("weights.yaml"),
            """
            data: {dir: %s, train: r10-06-weights.csv, features: [x], target: y, weight: w}
            model: [{linear: {out: 1}}]
            loss: binary_cross_entropy
            optimizer: {adam: {lr: 0.05}}
            epochs: 10
            split: {validation: 0.5}
            """
                .formatted(FOREIGN));
    Path out = folder.resolve("run");
    run("train", spec.toString(), "--out", out.toString());
    String model = out.resolve("model.avro").toString();
    JsonNode found =
        new ObjectMapper()
            .readTree(
                run(
                        "evaluate",
                        "--model",
                        model,
                        "--data",
                        spec.toString(),
                        "--split",
                        "validation",
                        "--json")
                    .out());

    assertTrue(found.get("accuracy").asDouble() > 0.9, found.toString());
    assertTrue(found.get("rocAuc").asDouble() > 0.9, found.toString());
    assertTrue(found.get("classes").get(1).get("f1").asDouble() > 0.9, found.toString());
    assertEquals(300, found.get("examples").asLong());
    double right = 0;
    double all = 0;
    for (int label = 0; label < 2; label++) {
      right += found.get("confusionWeights").get(label).get(label).asDouble();
      all += found.get("classes").get(label).get("weight").asDouble();
    }
    assertEquals(right / all, found.get("accuracy").asDouble(), 1e-12);
    assertEquals(all, found.get("weight").asDouble(), 1e-9);
    List<String> csv = Files.readAllLines(out.resolve("metrics.csv"));
    String[] last = csv.get(csv.size() - 1).split(",");
    assertEquals(found.get("accuracy").asText(), last[4]);
    assertEquals(found.get("rocAuc").asText(), last[10]);
    assertEquals(found.get("logLoss").asText(), last[11]);
    assertEquals(found.get("weight").asText(), last[14]);

    Path nothing = Files.writeString(folder.resolve("nothing.csv"), "x,w,y\n1,0,1\n2,0,0\n");
    Cli.Result zero = Cli.run("evaluate", "--model", model, "--input", nothing.toString());
    assertTrue(zero.err().contains("the weights of all 2 rows to evaluate on are 0\n"), zero.err());
  }
}
