package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.model.KeyedModels;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trained model by key is measured and predicts as its training measured it. */
class KeyedEvaluationTest {
  private static final int CUSTOMERS = 7;

  @TempDir Path folder;
  private String model;
  private String spec;

  @BeforeEach
  void train() throws IOException {
    Random random = new Random(3);
    StringBuilder rows = new StringBuilder("customer,a,y\n");
    for (int i = 0; i < 40 * CUSTOMERS; i++) {
      double a = random.nextGaussian();
      int customer = i % CUSTOMERS;
      rows.append(String.format(Locale.ROOT, "c%d,%.4f,%.4f%n", customer, a, (customer - 2) * a));
    }
    Files.writeString(folder.resolve("lines.csv"), rows);
    spec =
        Files.writeString(
                folder.resolve("job.yaml"),
                """
                name: lines
                data: {dir: %s, train: lines.csv, features: ["*"], target: y}
                split: {validation: 0.2, test: 0.25}
                model: [{linear: {out: 1}}]
                loss: mse
                optimizer: {sgd: {lr: 0.05}}
                batch: 4
                epochs: 5
                each: {key: customer, minRows: 5}
                """
                    .formatted(folder))
            .toString();
    Cli.Result trained = Cli.run("train", spec, "--out", folder.resolve("run").toString());
    assertEquals(0, trained.exitCode(), trained.out() + trained.err());
    model = folder.resolve("run/model.avro").toString();
  }

  private static JsonNode json(String... arguments) throws IOException {
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.out() + result.err());
    return new ObjectMapper().readTree(result.out());
  }

  @Test
  void testRowsHaveTheLossOfTheRunToTheLastBitAndThatOfThePooledModelBeside() throws IOException {
    MetricRow row =
        RecordFile.of(MetricRow.class).read(folder.resolve("run/metrics.avro").toString()).stream()
            .filter(of -> of.getSplit() == Split.TEST)
            .findFirst()
            .orElseThrow();
    JsonNode found = json("evaluate", "--model", model, "--data", spec, "--json");
    assertEquals("test", found.at("/split").asText());
    assertEquals(row.getLoss(), found.at("/loss").doubleValue());
    assertEquals(row.getMae(), found.at("/mae").doubleValue());
    assertEquals(row.getR2(), found.at("/r2").doubleValue());
    assertEquals(row.getExamples(), found.at("/examples").asLong());

    ModelRecord pooled = KeyedModels.pooled(ModelFile.read(model));
    String alone = folder.resolve("pooled.avro").toString();
    ModelFile.write(alone, pooled);
    JsonNode ofPooled = json("evaluate", "--model", alone, "--data", spec, "--json");
    assertTrue(ofPooled.at("/pooled").isMissingNode());
    assertEquals(ofPooled.at("/loss"), found.at("/pooled/loss"));
    assertTrue(found.at("/loss").doubleValue() < 0.7 * found.at("/pooled/loss").doubleValue());

    String shown = Cli.run("evaluate", "--model", model, "--data", spec).out();
    assertTrue(shown.contains("\npooled model alone  loss "), shown);
    assertFalse(Cli.run("evaluate", "--model", alone, "--data", spec).out().contains("alone"));
  }

  @Test
  void newKeysArePredictedByThePooledModelAndCounted() throws IOException {
    Path rows =
        Files.writeString(
            folder.resolve("new.csv"), "customer,a,y\nc5,1,3\nnew,1,3\nnewer,1,3\n,1,3\n");
    String alone = folder.resolve("pooled.avro").toString();
    ModelFile.write(alone, KeyedModels.pooled(ModelFile.read(model)));
    String file = rows.toString();
    List<String> own = Cli.run("predict", "--model", model, "--input", file).out().lines().toList();
    List<String> pooled =
        Cli.run("predict", "--model", alone, "--input", file).out().lines().toList();
    assertEquals(4, own.size(), "the header, and no line for a row without a key");
    assertFalse(value(own, 1).equals(value(pooled, 1)));
    assertEquals(value(pooled, 2), value(own, 2));
    assertEquals(value(pooled, 3), value(own, 3));

    JsonNode found = json("evaluate", "--model", model, "--input", file, "--json");
    assertEquals(3, found.at("/examples").asInt());
    assertEquals(1, found.at("/rejected").asInt());
    assertEquals("customer", found.at("/inputs/0/column").asText());
    assertEquals(2, found.at("/inputs/0/outsideTraining").asInt());
  }

  private static String value(List<String> lines, int row) {
    return lines.get(row).split(",")[1];
  }
}
