package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ensemble that is refit, in all commands. */
class EnsembleCommandTest {
  @TempDir Path folder;
  private Path spec;

  @BeforeEach
  void writeTable() throws IOException {
    StringBuilder csv = new StringBuilder("x,y,kind,part\n");
    for (int i = 0; i < 400; i++) {
      double x = i % 19 / 19.0;
      double y = i % 23 / 23.0;
      String part = i % 4 == 0 ? "validation" : i % 10 == 1 ? "test" : "train";
      // A class that only one validation row has, which a refit has no output for.
      String kind = i == 8 ? "odd" : x * x + y * y > 0.6 ? "far" : "near";
      csv.append(String.format(Locale.ROOT, "%.4f,%.4f,%s,%s\n", x, y, kind, part));
    }
    Files.writeString(folder.resolve("points.csv"), csv);
    spec =
        Files.writeString(
            folder.resolve("points.yaml"),
            """
            data: {dir: %s, train: points.csv, features: [x, y], target: kind}
            split: {by: {column: part}}
            model: [{linear: {out: 16}}, tanh, {linear: {out: classes}}]
            loss: cross_entropy
            optimizer: {adam: {lr: 0.03}}
            batch: 32
            epochs: 12
            earlyStopping: {patience: 3}
            """
                .formatted(folder));
  }

  private static Cli.Result ok(String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return result;
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private String train(String out, String... overrides) {
    List<String> arguments = new ArrayList<>(List.of("train", spec.toString()));
    for (String override : overrides) {
      arguments.add("--set");
      arguments.add(override);
    }
    arguments.add("--out");
    arguments.add(folder.resolve(out).toString());
    return ok(arguments.toArray(new String[0])).out();
  }

  @Test
  void theLastEpochsLineIsOfTheKeptMembersAsInTheFiles() throws IOException {
    String said = train("run", "ensemble.members=3", "refit=true");
    JsonNode metrics = json(folder.resolve("run/run.json")).get("metrics");
    JsonNode last = metrics.get(metrics.size() - 2); // before that of the test
    assertEquals("validation", last.get("split").asText());
    int epoch = last.get("epoch").asInt();
    String line =
        String.format(Locale.ROOT, "(?m)^ *%d +[0-9.]+ +%.4f ", epoch, last.get("loss").asDouble());
    assertTrue(Pattern.compile(line).matcher(said).find(), said + line);
  }

  @Test
  void weightsOfAnEnsembleAreNoStartAndSaySo() {
    train("run", "ensemble.members=2", "epochs=1");
    String model = folder.resolve("run/model.avro").toString();
    String tensors = folder.resolve("weights.safetensors").toString();
    ok("export", "--model", model, "--out", tensors);
    for (String init : List.of(model, tensors)) {
      Cli.Result refused = Cli.run("train", spec.toString(), "--set", "init=" + init);
      assertEquals(2, refused.exitCode());
      String expected =
          "init: %s: expected the weights of a single network, found those of an ensemble";
      assertTrue(refused.err().contains(expected.formatted(init)), refused.err());
    }
  }

  @Test
  void allCommandsKnowIt() throws Exception {
    String said = train("run", "ensemble.members=3", "refit=true");
    Path run = folder.resolve("run");
    JsonNode summary = json(run.resolve("run.json"));
    JsonNode counts = summary.get("counts");
    long both = counts.get("trained").asLong() + counts.get("validated").asLong();
    assertEquals(both - 1, counts.get("refit").asLong());
    assertTrue(
        said.contains(
            "refit     from the start on %s training and validation rows; validation scores are of the model before it"
                .formatted(both - 1)),
        said);
    JsonNode members = summary.at("/epochs/members");
    assertEquals(3, members.size());
    String third = members.get(2).get("weightsSha256").asText();
    assertTrue(said.contains("          member 2  SHA-256 " + third), said);

    train("only", "ensemble.members=3", "refit=true", "ensemble.only=2");
    assertEquals(third, json(folder.resolve("only/run.json")).get("weightsSha256").asText());

    String model = run.resolve("model.avro").toString();
    Cli.Result refused =
        Cli.run("evaluate", "--model", model, "--data", spec.toString(), "--split", "validation");
    assertEquals(2, refused.exitCode());
    assertEquals(
        "--split validation: %s was refit on its validation rows, which say nothing of it any more"
            .formatted(model),
        refused.err().strip().replaceFirst("^(error|beamgrad): ", ""));
    JsonNode tested =
        new ObjectMapper()
            .readTree(
                ok(
                        "evaluate",
                        "--model",
                        model,
                        "--data",
                        spec.toString(),
                        "--split",
                        "test",
                        "--json")
                    .out());
    JsonNode metrics = summary.get("metrics");
    JsonNode test = metrics.get(metrics.size() - 1);
    assertEquals("test", test.get("split").asText());
    assertEquals(test.get("loss").asDouble(), tested.get("loss").asDouble());

    String inspected = ok("inspect", model).out();
    assertTrue(inspected.contains("the mean of 3 networks of these layers"), inspected);
    assertTrue(inspected.contains("member 2  SHA-256 " + third), inspected);
    assertTrue(inspected.contains("members.2.2.bias"), inspected);
    assertTrue(inspected.contains("on %s rows: training and validation".formatted(both - 1)));

    assertTrue(
        ok("runs", run.toString()).out().contains("validation is of the model before its refit"));
    String page = Files.readString(run.resolve("report.html"));
    assertTrue(page.contains("validation scores are of the model before that"), page);
    assertTrue(page.contains(third));
    Path compared = folder.resolve("compare.html");
    String only = folder.resolve("only").toString();
    String table = ok("compare", run.toString(), only, "--out", compared.toString()).out();
    assertTrue(table.contains("refit"), table);

    Path csv = folder.resolve("found.csv");
    ok(
        "predict",
        "--model",
        model,
        "--input",
        folder.resolve("points.csv").toString(),
        "--out",
        csv.toString());
    String row = Files.readAllLines(csv).get(1);
    float[] p = Model.load(Path.of(model)).predict(0.0, 0.0).probabilities();
    assertTrue(row.contains(Float.toString(p[0])), row);
    ok("export", "--model", model, "--out", folder.resolve("m.onnx").toString());
    ok("export", "--model", model, "--out", folder.resolve("m.npz").toString());
    ok("export", "--model", model, "--out", folder.resolve("m.safetensors").toString());
  }
}
