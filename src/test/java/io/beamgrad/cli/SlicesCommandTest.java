package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate --by}: scores by the values of a feature. */
class SlicesCommandTest {
  @TempDir Path folder;
  private String model;
  private String test;

  /** In the south the target is that of the north and 3 more, which the model cannot know. */
  @BeforeEach
  void train() throws IOException {
    StringBuilder rows = new StringBuilder("shop,x,y\n");
    StringBuilder later = new StringBuilder("shop,x,y\n");
    for (int i = 0; i < 60; i++) {
      String shop = i % 3 == 0 ? "south" : "north";
      rows.append(shop).append(',').append(i).append(',').append(i).append('\n');
      later
          .append(shop)
          .append(',')
          .append(i)
          .append(',')
          .append(i + (i % 3 == 0 ? 3 : 0))
          .append('\n');
    }
    Files.writeString(folder.resolve("train.csv"), rows);
    test = Files.writeString(folder.resolve("later.csv"), later).toString();
    Path spec =
        Files.writeString(
            folder.resolve("job.yaml"),
            """
            data: {dir: %s, train: train.csv, features: [x, shop], target: y, columns: {shop: category, x: {number: {scale: standard}}}}
            split: {validation: 0}
            model: [{linear: {out: 1}}]
            loss: mse
            optimizer: {sgd: {lr: 0.1}}
            batch: 10
            epochs: 60
            """
                .formatted(folder));
    String out = folder.resolve("run").toString();
    Cli.Result result = Cli.run("train", spec.toString(), "--out", out);
    assertEquals(0, result.exitCode(), result.err());
    model = out + "/model.avro";
  }

  @Test
  void scoresAreToldByValueTheWorstFirst() throws IOException {
    Cli.Result text =
        Cli.run("evaluate", "--model", model, "--input", test, "--by", "shop", "--by", "x");
    assertEquals(0, text.exitCode(), text.err());
    assertTrue(text.out().contains("shop   rows  abs. error"), text.out());
    assertTrue(text.out().indexOf("\nsouth") < text.out().indexOf("\nnorth"), text.out());
    JsonNode json =
        new ObjectMapper()
            .readTree(
                Cli.run("evaluate", "--model", model, "--input", test, "--by", "shop", "--json")
                    .out());
    assertEquals("shop", json.at("/by/0/column").asText());
    JsonNode south = json.at("/by/0/slices/0");
    JsonNode north = json.at("/by/0/slices/1");
    assertEquals("south", south.path("value").asText());
    assertEquals(3, south.path("mae").asDouble(), 0.1);
    assertEquals(0, north.path("mae").asDouble(), 0.1);
    assertTrue(south.path("low").asDouble() < south.path("mae").asDouble());
    long rows = south.path("examples").asLong() + north.path("examples").asLong();
    assertEquals(json.path("examples").asLong(), rows);
    double mean =
        (south.path("mae").asDouble() * south.path("examples").asLong()
                + north.path("mae").asDouble() * north.path("examples").asLong())
            / rows;
    assertEquals(json.path("mae").asDouble(), mean, 1e-9);
  }

  @Test
  void anotherColumnIsRefused() {
    Cli.Result result = Cli.run("evaluate", "--model", model, "--input", test, "--by", "shopp");
    assertEquals(2, result.exitCode());
    assertEquals(
        "--by: expected a feature of %s with one value in a row, found shopp (did you mean shop?)"
            .formatted(model),
        result.err().strip().replaceFirst("^beamgrad[^:]*: |^error: ", ""));
  }
}
