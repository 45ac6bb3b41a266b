package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.export.OnnxTable;
import io.beamgrad.model.Model;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * Small real tables by three commands: init, train and predict, with the spec as init writes it;
 * then in ONNX Runtime, by export. They lie beside the project; without them the test says that it
 * is skipped.
 */
class RealTablesIT {
  private static final Path TABLES = Path.of("../shared/data/tables");
  private static final Pattern TRAINED =
      Pattern.compile(
          "rows +([\\d,]+) trained, ([\\d,]+) validated, ([\\d,]+) tested, ([\\d,]+) rejected of"
              + " ([\\d,]+) read");

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> eachTableTrainsAndIsPredictedByThreeCommands() throws IOException {
    Path targets = TABLES.resolve("targets.json");
    requireTables(targets);
    JsonNode all = new ObjectMapper().readTree(targets.toFile());
    return all.properties().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry)));
  }

  private static void requireTables(Path file) {
    if (!Files.exists(file)) {
      System.out.println("SKIPPED: RealTablesIT needs the tables in " + TABLES);
      throw new TestAbortedException("no tables in " + TABLES);
    }
  }

  private void check(Map.Entry<String, JsonNode> tableAndTarget) throws IOException, OrtException {
    String name = tableAndTarget.getKey();
    String table = TABLES.resolve(name).toString();
    String spec = folder.resolve(name + ".yaml").toString();
    String run = folder.resolve("run-" + name).toString();
    String seen =
        succeed(
            "init",
            "--no-trial",
            table,
            "--target",
            tableAndTarget.getValue().asText(),
            "--out",
            spec);
    String trained = succeed("train", spec, "--out", run, "--set", "epochs=1");
    String predicted =
        succeed(
            "predict",
            "--model",
            run + "/model.avro",
            "--input",
            table,
            "--out",
            folder.resolve(name + ".predicted.csv").toString());

    Matcher rows = TRAINED.matcher(trained);
    assertTrue(rows.find(), trained);
    long read = number(rows.group(5));
    assertEquals(
        read,
        Stream.of(1, 2, 3, 4).mapToLong(group -> number(rows.group(group))).sum(),
        rows.group());
    assertTrue(number(rows.group(3)) >= read / 6, rows.group());
    assertTrue(trained.contains("\ntest  loss "), trained);
    assertTrue(
        seen.contains(String.format(Locale.ROOT, "looked at all %,d records of ", read)), seen);
    assertTrue(
        predicted.contains(
            String.format(Locale.ROOT, "%,d predicted, 0 rejected of %<,d read", read)),
        predicted);
    checkOnnx(name, table, run + "/model.avro");
  }

  /** ONNX Runtime says of all rows what predict says. */
  private void checkOnnx(String name, String table, String model) throws IOException, OrtException {
    Path onnx = folder.resolve(name + ".onnx");
    succeed("export", "--model", model, "--out", onnx.toString());
    List<String> lines = Files.readAllLines(folder.resolve(name + ".predicted.csv"));
    ModelRecord record = ModelFile.read(model);
    Map<String, Object> outputs = OnnxTable.run(record, onnx, table);
    float[][] found =
        (float[][])
            (outputs.containsKey("probabilities")
                ? outputs.get("probabilities")
                : outputs.values().iterator().next());
    int rows = found.length;
    int width = found[0].length;
    assertEquals(lines.size() - 1, rows);
    double unit = record.getTargets().isEmpty() ? 1 : record.getTargets().get(0).getScale();
    for (int row = 0; row < rows; row++) {
      String[] fields = lines.get(row + 1).split(",", -1);
      for (int i = 0; i < width; i++) {
        double expected = Double.parseDouble(fields[fields.length - 1 - width + i]);
        assertEquals(expected, found[row][i], 1e-5 * unit, name + " row " + row);
      }
    }
  }

  /** The prices of five companies: a line for each, and for a new one that of all. */
  @Test
  void aModelForEachCompanyIsTrainedEvaluatedPredictedAndExported()
      throws IOException, OrtException {
    Path table = TABLES.resolve("stocks.csv");
    requireTables(table);
    Path spec =
        Files.writeString(
            folder.resolve("stocks.yaml"),
            """
            data:
              {dir: %s, train: stocks.csv, features: [date], target: {columns: price, scale: standard},
               columns: {date: {date: {pattern: 'MMM d yyyy', parts: [epochDays, month]}}},
               scale: standard}
            split: {validation: 0.2, test: 0.2}
            model: [{linear: {out: 8}}, tanh, {linear: {out: 1}}]
            loss: mse
            optimizer: {adam: {lr: 0.02}}
            batch: 16
            epochs: 30
            each: {key: symbol, toPooled: 0.001}
            """
                .formatted(TABLES.toAbsolutePath().normalize()));
    Path run = folder.resolve("run-stocks");
    String model = run.resolve("model.avro").toString();
    succeed("train", spec.toString(), "--out", run.toString());
    JsonNode summary = new ObjectMapper().readTree(run.resolve("run.json").toFile());
    JsonNode test = summary.get("each").get("test");
    assertEquals(5, summary.get("each").get("own").asInt());
    assertTrue(
        test.get("loss").asDouble() < test.get("pooledLoss").asDouble() / 2, test.toString());
    String job = run.resolve("job.yaml").toString();
    JsonNode found =
        new ObjectMapper().readTree(succeed("evaluate", "--model", model, "--data", job, "--json"));
    assertEquals(test.get("loss").asDouble(), found.get("loss").asDouble());

    Path predicted = folder.resolve("stocks.csv.predicted.csv");
    succeed(
        "predict", "--model", model, "--input", table.toString(), "--out", predicted.toString());
    List<String> rows = Files.readAllLines(table);
    List<String> said = Files.readAllLines(predicted);
    Model loaded = Model.load(Path.of(model));
    for (int row = 1; row < rows.size(); row++) {
      String[] fields = rows.get(row).split(",", -1);
      float value = loaded.predict(Map.of("symbol", fields[0], "date", fields[1])).values()[0];
      assertEquals(said.get(row).split(",", -1)[1], Float.toString(value), rows.get(row));
    }
    checkOnnxOfKey(model, "AAPL", rows, said);
  }

  /** ONNX Runtime says of the rows of a key what predict says. */
  private void checkOnnxOfKey(String model, String key, List<String> rows, List<String> said)
      throws IOException, OrtException {
    Path onnx = folder.resolve(key + ".onnx");
    succeed("export", "--model", model, "--key", key, "--out", onnx.toString());
    List<Integer> its =
        IntStream.range(1, rows.size())
            .filter(row -> rows.get(row).startsWith(key + ","))
            .boxed()
            .toList();
    List<String> lines = new ArrayList<>(List.of(rows.get(0)));
    its.forEach(row -> lines.add(rows.get(row)));
    Path table = Files.write(folder.resolve(key + ".csv"), lines);
    ModelRecord all = ModelFile.read(model);
    List<Column> inputs = new ArrayList<>(all.getColumns());
    inputs.removeIf(column -> column.getName().equals("symbol")); // no input of one key's model
    ModelRecord one = ModelRecord.newBuilder(all).setColumns(inputs).build();
    Map<String, Object> outputs = OnnxTable.run(one, onnx, table.toString());
    float[][] found = (float[][]) outputs.values().iterator().next();
    assertEquals(its.size(), found.length);
    for (int row = 0; row < found.length; row++) {
      double expected = Double.parseDouble(said.get(its.get(row)).split(",", -1)[1]);
      assertEquals(expected, found[row][0], 1e-5 * all.getTargets().get(0).getScale());
    }
  }

  private static String succeed(String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return result.out();
  }

  private static long number(String shown) {
    return Long.parseLong(shown.replace(",", ""));
  }
}
