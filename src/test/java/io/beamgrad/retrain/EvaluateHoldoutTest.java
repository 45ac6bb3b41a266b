package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows that judged a version can be measured again. */
class EvaluateHoldoutTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** Writes days of rows in which each customer is there twice. */
  private Path spec(String holdout, String split) throws IOException {
    Random random = new Random(5);
    for (int day = 1; day <= 3; day++) {
      StringBuilder rows = new StringBuilder("who,x,w,y\n");
      for (int i = 0; i < 500; i++) {
        double x = random.nextGaussian();
        double y = x + random.nextGaussian();
        rows.append(
            String.format(Locale.ROOT, "c%d,%.3f,%.2f,%d\n", i / 2, x, 1 + x * x, y > 0 ? 1 : 0));
      }
      Path of = Files.createDirectories(folder.resolve("data/day=2026-11-0" + day));
      Files.writeString(of.resolve("rows.csv"), rows);
    }
    return Files.writeString(
        folder.resolve("job.yaml"),
        """
        name: judged
        data: {dir: %s, train: "day=*/rows.csv", features: [x], target: y, weight: w}
        split: %s
        model: [{linear: {out: 1}}]
        loss: binary_cross_entropy
        optimizer: {adam: {lr: 0.1}}
        epochs: 2
        retrain: {holdout: %s, gate: {metric: loss, maxLoss: 1, test: none}}
        """
            .formatted(folder.resolve("data"), split, holdout));
  }

  private Path version(Path spec, int number) {
    Path registry = folder.resolve("registry");
    Cli.Result end =
        Cli.run(
            "retrain",
            spec.toString(),
            "--registry",
            registry.toString(),
            "--set",
            "seed=" + number);
    assertEquals(0, end.exitCode(), end.out() + end.err());
    return registry.resolve(String.format(Locale.ROOT, "judged/versions/%06d", number));
  }

  private static Cli.Result evaluate(Path model, Path data, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--model", model.toString()));
    arguments.addAll(List.of("--data", data.toString(), "--split", "holdout"));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private static JsonNode json(Path model, Path data) throws IOException {
    Cli.Result found = evaluate(model, data, "--json");
    assertEquals(0, found.exitCode(), found.err());
    return JSON.readTree(found.out());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{share: 0.3, by: rows}|2|{validation: 0.1}",
        "{share: 0.3, key: [who]}|1|{validation: 0.1}",
        "{share: 0.3, by: content}|1|{validation: 0.1}",
        "0.3|1|{validation: 0.1, by: {group: who}}"
      })
  void itsScoreIsThatOfTheGateToTheLastBit(String holdout, int versions, String split)
      throws IOException {
    Path spec = spec(holdout, split);
    for (int number = 1; number <= versions; number++) {
      Path version = version(spec, number);
      JsonNode scores = JSON.readTree(version.resolve("decision.json").toFile()).path("scores");
      assertEquals("loss", scores.path("metric").asText());
      for (Path data : List.of(version.resolve("job.yaml"), spec)) {
        JsonNode found = json(version.resolve("model.avro"), data);
        assertEquals("holdout", found.path("split").asText());
        assertEquals(scores.path("challenger").asDouble(), found.path("loss").asDouble());
        assertEquals(scores.path("holdoutRows").asLong(), found.path("examples").asLong());
      }
    }
  }

  @Test
  void aPageIsOfTheHeldOutRows() throws IOException {
    Path version = version(spec("0.3", "{validation: 0.1}"), 1);
    Path page = folder.resolve("page.html");
    Cli.Result found =
        evaluate(
            version.resolve("model.avro"),
            version.resolve("job.yaml"),
            "--report",
            page.toString());
    assertTrue(found.out().startsWith("holdout  loss "), found.out() + found.err());
    String text = Files.readString(page);
    assertTrue(text.contains("rows of the holdout split of job.yaml"), text.substring(0, 3000));
    assertTrue(text.contains("--split holdout"));
  }

  @Test
  void whereNothingIsHeldOutItIsOneLine() throws IOException {
    Path spec = spec("0.3", "{validation: 0.1}");
    Path run = folder.resolve("run");
    assertEquals(0, Cli.run("train", spec.toString(), "--out", run.toString()).exitCode());
    Cli.Result none = evaluate(run.resolve("model.avro"), spec);
    assertEquals(2, none.exitCode());
    assertEquals(
        "beamgrad: --split holdout: no rows are held out, as split.holdout.share is 0 in %s and in %s\n"
            .formatted(spec, run.resolve("job.yaml")),
        none.err());
  }

  @Test
  void aHoldoutThatIsNotTheModelsIsRefused() throws IOException {
    Path version = version(spec("0.3", "{validation: 0.1}"), 1);
    Cli.Result other =
        evaluate(
            version.resolve("model.avro"),
            version.resolve("job.yaml"),
            "--set",
            "split.holdout.share=0.5");
    assertEquals(2, other.exitCode());
    assertTrue(
        other.err().contains("a share of 0.5 of the rows by the content of x, y with the salt '"),
        other.err());
    assertTrue(other.err().contains(", but the model held out a share of 0.3 of"), other.err());
  }
}
