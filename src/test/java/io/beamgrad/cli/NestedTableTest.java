package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables of nested records from the first command to a service. */
class NestedTableTest {
  private static final Path FOREIGN = Path.of("src/test/resources/foreign").toAbsolutePath();

  @TempDir Path folder;

  /** The weights are of the records, whatever the layout of the file. */
  @Test
  void anArrayTrainsTheWeightsOfItsLinesAndIsPredictedByThem() throws IOException {
    List<String> lines = Files.readAllLines(FOREIGN.resolve("10-nested.jsonl"));
    String array = "[\n  " + String.join(",\n  ", lines).replace(", \"", ",\n \"") + "\n]\n";
    Files.writeString(
        Files.createDirectory(folder.resolve("lines")).resolve("t.jsonl"),
        String.join("\n", lines));
    Files.writeString(Files.createDirectory(folder.resolve("array")).resolve("t.json"), array);
    String trained = train("lines", "t.jsonl");
    assertTrue(trained.contains("80 trained, 20 validated, 0 tested, 0 rejected of 100"), trained);
    assertEquals(weights(trained), weights(train("array", "t.json")));

    Path model = folder.resolve("lines-out/model.avro");
    Path predictions = folder.resolve("p.csv");
    Cli.Result predicted =
        Cli.run(
            "predict",
            "--model",
            model.toString(),
            "--input",
            folder.resolve("array/t.json").toString(),
            "--out",
            predictions.toString());
    assertEquals(0, predicted.exitCode(), predicted.err());
    assertTrue(predicted.out().contains("100 predicted, 0 rejected"), predicted.out());
    String first = Files.readAllLines(predictions).get(1);
    String label =
        Model.load(model)
            .predict(
                Map.of(
                    "x", 1.0,
                    "customer", Map.of("age", 4739.38, "city", "green"),
                    "tags", List.of("green", "k")))
            .label();
    assertTrue(List.of(first.split(",")).contains(label), first);
  }

  private String train(String name, String file) throws IOException {
    Path spec =
        Files.writeString(
            folder.resolve(name + ".yaml"),
            """
            data:
              dir: %s
              train: %s
              features: [x, "customer.*", "tags[0]"]
              target: y
              scale: standard
            model: [{linear: {out: 1}}]
            loss: binary_cross_entropy
            optimizer: {adam: {lr: 0.1}}
            epochs: 2
            """
                .formatted(folder.resolve(name), file));
    Cli.Result result =
        Cli.run("train", spec.toString(), "--out", folder.resolve(name + "-out").toString());
    assertEquals(0, result.exitCode(), result.err());
    return result.out();
  }

  private static String weights(String printed) {
    return printed.lines().filter(line -> line.contains("SHA-256")).findFirst().orElseThrow();
  }

  /** The paths are of the first records, which may hold nothing but null there. */
  @ParameterizedTest
  @CsvSource({"null-elements-duckdb.parquet, s.a.b[1].c", "null-elements-avsc.avro, l[1].c"})
  void aPathWithinAnElementThatIsAlwaysNullIsAlwaysMissing(String file, String path) {
    Path spec = folder.resolve("spec.yaml");
    Cli.Result result =
        Cli.run(
            "init",
            "--no-trial",
            FOREIGN.resolve(file).toString(),
            "--target",
            "y",
            "--out",
            spec.toString());
    assertEquals(0, result.exitCode(), result.err());
    assertTrue(result.out().contains("left out  " + path + ": always missing"), result.out());
    Cli.Result trained =
        Cli.run("train", spec.toString(), "--out", folder + "/run", "--set", "epochs=1");
    assertTrue(trained.out().contains(" 0 rejected of 200 read"), trained.out() + trained.err());
  }
}
