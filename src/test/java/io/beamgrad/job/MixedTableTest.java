package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.schema.Reject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of 20 mixed columns by init, train, evaluate and predict alone. */
class MixedTableTest {
  @TempDir Path folder;

  private static String succeed(String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return result.out();
  }

  @Test
  void fourCommandsTrainAndUseAModelOfATableOfAllKinds() throws IOException {
    String table = MixedTable.write(folder.resolve("customers.csv"), 2000, 1).toString();
    String spec = folder.resolve("customers.yaml").toString();
    String run = folder.resolve("run").toString();
    String model = run + "/model.avro";

    succeed("init", table, "--target", "left", "--out", spec);
    assertSpec(Files.readString(Path.of(spec)));
    succeed("train", spec, "--out", run, "--set", "epochs=8");

    Path bad = MixedTable.write(folder.resolve("more.csv"), 500, 2);
    Files.writeString(bad, Files.readString(bad).replaceFirst("(\n1000),(yes|no),", "$1,maybe,"));
    String rejects = folder.resolve("rejects.avro").toString();
    String json =
        succeed(
            "evaluate",
            "--model",
            model,
            "--data",
            spec,
            "--set",
            "data.test=more.csv",
            "--set",
            "split.test=0",
            "--rejects",
            rejects,
            "--json");
    JsonNode found = new ObjectMapper().readTree(json);
    assertEquals(500, found.get("examples").asInt());
    assertEquals(1, found.get("unknown").asInt());
    assertEquals(0, found.get("rejected").asInt());
    assertTrue(found.get("accuracy").asDouble() > 0.8, json);
    assertEquals(List.of(), RecordFile.of(Reject.class).read(rejects));

    List<String> predicted =
        succeed("predict", "--model", model, "--input", bad.toString()).lines().toList();
    assertEquals("id,label,p_no,p_yes,model", predicted.get(0));
    assertEquals(501, predicted.size());
    assertTrue(predicted.stream().skip(1).allMatch(l -> l.matches("\\d+,(no|yes),[\\d.E-]+,.*")));
    assertTrue(succeed("inspect", model).contains("city: 6 categories (city0, city1"));
  }

  private static void assertSpec(String spec) {
    for (String line :
        List.of(
            "  target: left  # 2 classes: no, yes",
            "    # left out: id: an id: it is different in each record",
            "    # left out: constant: always '7'",
            "    # left out: empty: always missing",
            "    age: {number: {missing: median, indicator: true}}  # numbers",
            "    city: {category: {missing: own}}  # 6 categories",
            "    member: {boolean: {missing: false, indicator: true}}  # true or false",
            "    joined: {date: {parts: [epochDays, dayOfYear, weekday], missing: zero, indicator: true}}",
            "    seen: {date: {pattern: \"dd.MM.yyyy HH:mm\", parts: [epochDays, dayOfYear, weekday, hour]}}",
            "    tiny: number  # numbers",
            "preset: tabular-1  # a recipe",
            "loss: cross_entropy")) {
      assertTrue(spec.contains(line), line + "\n" + spec);
    }
  }

  @Test
  void initRefusesToOverwriteAndSaysWhatIsThere() throws IOException {
    String table = MixedTable.write(folder.resolve("customers.csv"), 100, 1).toString();
    Path there = Files.writeString(folder.resolve("there.yaml"), "seed: 1\n");

    Cli.Result refused = Cli.run("init", table, "--target", "left", "--out", there.toString());
    assertEquals(2, refused.exitCode());
    assertEquals("beamgrad: " + there + ": is there already; --out names another\n", refused.err());
    assertEquals("seed: 1\n", Files.readString(there));

    Path out = folder.resolve("out.yaml");
    Cli.Result unknown = Cli.run("init", table, "--target", "lef", "--out", out.toString());
    assertEquals(2, unknown.exitCode());
    assertEquals("beamgrad: " + table + ": no column 'lef'; did you mean left?\n", unknown.err());
    Cli.Result constant = Cli.run("init", table, "--target", "constant", "--out", out.toString());
    assertEquals(
        "beamgrad: " + table + ": column 'constant' is always '7'; there is nothing to learn\n",
        constant.err());
    assertTrue(Files.notExists(out));
  }

  @Test
  void initOfNumbersTrainsToo() throws IOException {
    String table = MixedTable.write(folder.resolve("customers.csv"), 1000, 1).toString();
    String spec = folder.resolve("tenure.yaml").toString();
    succeed("init", table, "--target", "tenure", "--out", spec);
    String out =
        succeed("train", spec, "--out", folder.resolve("run").toString(), "--set", "epochs=32");
    JsonNode found =
        new ObjectMapper()
            .readTree(
                succeed(
                    "evaluate",
                    "--model",
                    folder.resolve("run/model.avro").toString(),
                    "--data",
                    spec,
                    "--json"));
    assertTrue(found.get("r2").asDouble() > 0.95, out + found);
  }
}
