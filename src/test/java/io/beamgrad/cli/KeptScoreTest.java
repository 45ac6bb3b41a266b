package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model is known by one number: the score of the weights that were kept. */
class KeptScoreTest {
  private static final Path FOREIGN = Path.of("src/test/resources/foreign").toAbsolutePath();

  @TempDir Path folder;

  private static Cli.Result ok(String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return result;
  }

  private static JsonNode json(String... arguments) throws IOException {
    return new ObjectMapper().readTree(ok(arguments).out());
  }

  @Test
  void everyOutputHasTheScoreOfTheKeptWeights() throws IOException {
    String data = "data.dir=" + FOREIGN;
    String spec = FOREIGN.resolve("08-noise.yaml").toString();
    String run = folder.resolve("run").toString();
    String other = folder.resolve("other").toString();
    ok("train", spec, "--set", data, "--out", run);
    ok("train", spec, "--set", data, "--set", "epochs=3", "--out", other);
    JsonNode summary = new ObjectMapper().readTree(Path.of(run, "run.json").toFile());
    int kept = summary.at("/epochs/kept").asInt();
    List<MetricRow> validated =
        RecordFile.of(MetricRow.class).read(run + "/metrics.avro").stream()
            .filter(row -> row.getSplit() == Split.VALIDATION)
            .toList();
    double score = validated.get(kept).getAccuracy();
    double best = validated.stream().mapToDouble(MetricRow::getAccuracy).max().orElseThrow();
    double last = validated.get(validated.size() - 1).getAccuracy();
    assertTrue(kept < summary.at("/epochs/trained").asInt());
    assertTrue(best > score);
    assertNotEquals(last, score);

    String model = run + "/model.avro";
    String percent = String.format(Locale.ROOT, "%.1f%%", 100 * score);
    JsonNode found = json("evaluate", "--model", model, "--data", run + "/job.yaml", "--json");
    assertEquals(score, found.get("accuracy").asDouble());
    assertEquals(validated.get(kept).getLoss(), found.get("loss").asDouble());

    JsonNode listed = json("runs", run, "--json").get("validation");
    assertEquals(score, listed.get("value").asDouble());
    assertEquals(kept, listed.get("epoch").asInt());
    String line = String.format(Locale.ROOT, "%.2f%%", 100 * score);
    assertTrue(ok("runs", run).out().contains(line));

    String compared = folder.resolve("compare.html").toString();
    String table = ok("compare", run, other, "--out", compared).out();
    assertTrue(table.contains(line), table);
    String curve = "</i>run <b>%s</b>".formatted(percent);
    assertTrue(Files.readString(Path.of(compared)).contains(curve), curve);

    String page = Files.readString(Path.of(run, "report.html"));
    assertTrue(page.contains("</i>validation <b>%s</b>".formatted(percent)), percent);
    assertTrue(page.contains("; validation %s".formatted(percent)), "for screen readers");
    assertEquals(score, summary.at("/evaluation/topAccuracy/0").asDouble(), 1e-12);
  }
}
