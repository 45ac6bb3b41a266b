package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.model.Model;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Prediction;
import io.beamgrad.schema.ModelRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that say how sure they are, from training to prediction, by the commands. */
class CalibrationJobTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLASSES = "data.target=kind";
  private static final int ROWS = 600;

  @TempDir Path folder;
  private Path spec;
  private final List<float[]> features = new ArrayList<>();

  @BeforeEach
  void writeTable() throws IOException {
    Random random = new Random(3);
    StringBuilder rows = new StringBuilder("a,b,kind,two,price,day,part\n");
    for (int i = 0; i < ROWS; i++) {
      float a = (float) random.nextGaussian();
      float b = (float) random.nextGaussian();
      double x = a + 1.5 * random.nextGaussian();
      String kind = x < -0.7 ? "low" : x < 0.7 ? "middle" : "high";
      double price = 100 * Math.exp(a + 0.3 * random.nextGaussian());
      features.add(new float[] {a, b});
      rows.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%s,%s,%s,%s%n",
              a,
              b,
              kind,
              x < 0 ? "no" : "yes",
              (float) price,
              i / 20,
              i % 4 == 0 ? "calibration" : i % 4 == 1 ? "test" : "train"));
    }
    Files.writeString(folder.resolve("rows.csv"), rows);
    spec =
        Files.writeString(
            folder.resolve("job.yaml"),
            """
            data: {dir: %s, train: rows.csv, features: [a, b], target: kind, scale: standard}
            split: {validation: 0.1, test: 0.2, calibration: 0.25}
            model: [{linear: {out: 32}}, relu, {linear: {out: classes}}]
            loss: cross_entropy
            optimizer: {adam: {lr: 0.05}}
            batch: 32
            epochs: 12
            """
                .formatted(folder));
  }

  private static String succeed(String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return result.out();
  }

  private static void fail(String message, String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertNotEquals(0, result.exitCode());
    assertEquals("beamgrad: " + message + "\n", result.err());
  }

  private String[] train(String out, String... sets) {
    return Stream.concat(
            Stream.of("train", spec.toString(), "--out", folder.resolve(out).toString()),
            Stream.of(sets).flatMap(set -> Stream.of("--set", set)))
        .toArray(String[]::new);
  }

  private JsonNode run(String out) throws IOException {
    return JSON.readTree(Files.readString(folder.resolve(out).resolve("run.json")));
  }

  private String model(String out) {
    return folder.resolve(out).resolve("model.avro").toString();
  }

  private JsonNode evaluate(String out, String... more) throws IOException {
    return JSON.readTree(
        succeed(
            Stream.concat(
                    Stream.of(
                        "evaluate",
                        "--model",
                        model(out),
                        "--data",
                        folder.resolve(out).resolve("job.yaml").toString(),
                        "--json"),
                    Stream.of(more))
                .toArray(String[]::new)));
  }

  private static JsonNode test(JsonNode run) {
    for (JsonNode row : run.get("metrics")) {
      if (row.get("split").asText().equals("test")) {
        return row;
      }
    }
    throw new AssertionError("no test row");
  }

  private void requireAllRows(JsonNode counts) {
    long sum = 0;
    for (String of :
        List.of("trained", "validated", "tested", "calibrated", "heldOut", "rejected")) {
      sum += counts.get(of).asLong();
    }
    assertEquals(ROWS, sum);
  }

  @Test
  void probabilitiesAreCalibratedWhereverTheyComeOut() throws IOException {
    String said =
        succeed(
            train(
                "kinds",
                CLASSES,
                "model=[{linear: {out: 64}}, relu, {linear: {out: classes}}]",
                "epochs=40"));
    JsonNode run = run("kinds");
    requireAllRows(run.get("counts"));
    assertEquals(150, run.get("counts").get("calibrated").asLong());
    assertTrue(
        said.contains("270 trained, 60 validated, 120 tested, 150 calibrated, 0 rejected of 600"),
        said);
    JsonNode calibration = run.get("calibration");
    assertTrue(calibration.get("temperature").asDouble() > 1, "it is too sure of itself");
    assertTrue(calibration.get("error").asDouble() < calibration.get("errorBefore").asDouble());
    assertEquals("test", calibration.get("split").asText());
    assertTrue(said.contains("calibrated on 150 rows: temperature "), said);
    assertEquals(0.9, calibration.get("intervals").get(0).get("coverage").asDouble(), 0.08);
    assertTrue(Files.readString(folder.resolve("kinds/report.html")).contains("<h2>How sure</h2>"));

    JsonNode evaluated = evaluate("kinds");
    assertEquals(test(run).get("loss"), evaluated.get("loss"));
    assertEquals(calibration, evaluated.get("calibration"));
    String rows = folder.resolve("rows.csv").toString();
    said = succeed("evaluate", "--model", model("kinds"), "--input", rows);
    assertTrue(said.contains(" of 600 rows, with "), said);
    said = succeed("evaluate", "--model", model("kinds"), "--input", rows, "--json");
    assertTrue(JSON.readTree(said).get("calibration").get("split").isNull(), said);

    ModelRecord record = ModelFile.read(model("kinds"));
    assertEquals(4, record.getFormatVersion());
    assertEquals(150, record.getCalibration().getRows());
    requireSameAsModel("kinds", 0.8);
    assertTrue(succeed("inspect", model("kinds")).contains("on 150 rows, temperature"));
  }

  /** The Java model, and {@code predict} in all of its formats. */
  private void requireSameAsModel(String out, double level) throws IOException {
    Path csv = folder.resolve(out + ".csv");
    Path avro = folder.resolve(out + ".avro");
    Path json = folder.resolve(out + ".jsonl");
    for (Path file : List.of(csv, avro, json)) {
      succeed(
          "predict",
          "--model",
          model(out),
          "--input",
          folder.resolve("rows.csv").toString(),
          "--out",
          file.toString(),
          "--interval",
          Double.toString(level));
    }
    Model loaded = Model.load(Path.of(model(out)));
    List<String> lines = Files.readAllLines(csv);
    List<String> trees = Files.readAllLines(json);
    List<io.beamgrad.schema.Prediction> records =
        RecordFile.of(io.beamgrad.schema.Prediction.class).read(avro.toString());
    boolean areClasses = !loaded.labels().isEmpty();
    assertTrue(lines.get(0).contains(areClasses ? ",classes,model" : ",price_lower,price_upper,"));
    for (int row = 0; row < ROWS; row++) {
      Prediction found = loaded.predict(features.get(row));
      JsonNode tree = JSON.readTree(trees.get(row));
      if (areClasses) {
        List<String> classes = found.classes(level);
        assertEquals(classes, records.get(row).getClasses());
        assertEquals(JSON.valueToTree(classes), tree.get("classes"));
        String field = JSON.writeValueAsString(classes).replace("\"", "\"\"");
        assertTrue(lines.get(row + 1).contains(",\"" + field + "\","), lines.get(row + 1));
        assertEquals(found.probability(), records.get(row).getProbabilities().get(found.label()));
      } else {
        Prediction.Interval of = found.interval(level);
        assertEquals(of.lower(), records.get(row).getLower().get("price"));
        assertEquals(of.upper(), records.get(row).getUpper().get("price"));
        assertEquals(of.lower(), tree.get("lower").get("price").floatValue());
        assertEquals(of.upper(), tree.get("upper").get("price").floatValue());
        assertTrue(lines.get(row + 1).contains("," + of.lower() + "," + of.upper() + ","));
      }
    }
  }

  @Test
  void anEnsembleOfTwoClassesIsCalibratedAsAWhole() throws IOException {
    succeed(
        train(
            "two",
            "data.target=two",
            "loss=binary_cross_entropy",
            "ensemble.members=2",
            "refit=true",
            "earlyStopping.patience=3"));
    JsonNode run = run("two");
    requireAllRows(run.get("counts"));
    JsonNode evaluated = evaluate("two");
    assertEquals(test(run).get("loss"), evaluated.get("loss"));
    assertEquals(run.get("calibration"), evaluated.get("calibration"));
    requireSameAsModel("two", 0.8);
  }

  @Test
  void intervalsOfLogarithmsHaveTheNumbers() throws IOException {
    String said =
        succeed(
            train(
                "price",
                "data.target={columns: price, scale: log}",
                "model=[{linear: {out: numbers}}]",
                "loss=mse"));
    JsonNode interval = run("price").get("calibration").get("intervals").get(0);
    assertEquals("price", interval.get("column").asText());
    assertEquals(0.9, interval.get("coverage").asDouble(), 0.08);
    assertTrue(said.contains("calibrated on 150 rows: price is in the interval of 0.9 for "), said);
    assertEquals(run("price").get("calibration"), evaluate("price").get("calibration"));
    requireSameAsModel("price", 0.9);
    // Half of 100 is as near as twice 100.
    Prediction.Interval of = Model.load(Path.of(model("price"))).predict(0f, 0f).interval(0.9);
    float middle = Model.load(Path.of(model("price"))).predict(0f, 0f).values()[0];
    assertEquals((of.upper() + 1) / (middle + 1), (middle + 1) / (of.lower() + 1), 1e-4);
  }

  @Test
  void aQuantileIsAboveAsManyRowsAsItSays() throws IOException {
    succeed(
        train(
            "high",
            "data.target={columns: price, scale: log}",
            "model=[{linear: {out: numbers}}]",
            "loss={quantile: {at: 0.9}}",
            "split.calibration=0",
            "epochs=60"));
    Model model = Model.load(Path.of(model("high")));
    List<String> lines = Files.readAllLines(folder.resolve("rows.csv"));
    int below = 0;
    for (int row = 0; row < ROWS; row++) {
      float price = Float.parseFloat(lines.get(row + 1).split(",")[4]);
      below += price <= model.predict(features.get(row)).values()[0] ? 1 : 0;
    }
    assertEquals(0.9, (double) below / ROWS, 0.04);
  }

  @Test
  void rowsThatAColumnNamesCalibrateAndMoveNoWeight() throws IOException {
    succeed(train("with", CLASSES, "split={by: {column: part}, calibration: 0.5, validation: 0}"));
    succeed(train("without", CLASSES, "split={by: {column: part}, validation: 0}"));
    assertEquals(150, run("with").get("counts").get("calibrated").asLong());
    assertEquals(150, run("without").get("counts").get("heldOut").asLong());
    assertEquals(run("without").get("weightsSha256"), run("with").get("weightsSha256"));
    assertEquals(1, ModelFile.read(model("without")).getFormatVersion());
    assertTrue(run("without").path("calibration").isMissingNode());
    Path rows = folder.resolve("rows.csv");
    fail(
        "--interval 0.9: %s: the model has no calibration rows to take intervals from; train it with split.calibration"
            .formatted(model("without")),
        "predict",
        "--model",
        model("without"),
        "--input",
        rows.toString(),
        "--interval",
        "0.9");
    Files.writeString(rows, Files.readString(rows).replace("calibration", "holdout"));
    fail(
        "no calibration rows: column 'part' says calibration of none of 450 rows (split.calibration)",
        train("no", CLASSES, "split={by: {column: part}, calibration: 0.5, validation: 0}"));
  }

  @Test
  void foldsAreCalibratedByTheSameRows() throws IOException {
    succeed(train("folds", CLASSES, "folds=3", "split.test=0", "split.validation=0", "epochs=3"));
    JsonNode run = run("folds");
    requireAllRows(run.get("counts"));
    assertEquals(450, run.get("folds").get("each").get(0).get("trained").asLong() * 3 / 2);
    assertEquals("calibration", run.get("calibration").get("split").asText());
  }

  /**
   * A trial that is stopped is ranked by the calibrated tests, as one that is trained to its end.
   */
  @Test
  void allStagesOfASweepWithFoldsRankByTheCalibratedTests() throws IOException {
    String[] base = {CLASSES, "folds=3", "split.test=0", "split.validation=0"};
    String sweep = "sweep={optimizer.lr: [0.05, 0.001], halving: {from: 1, keep: 0.5}}";
    succeed(train("halved", with(base, "epochs=2", sweep)));
    JsonNode stopped = run("halved").at("/sweep/trials/1");
    assertEquals("stopped", stopped.get("ended").asText());
    succeed(train("alone", with(base, "epochs=1", "optimizer.lr=0.001")));
    for (JsonNode score : run("alone").at("/folds/scores")) {
      if (score.get("metric").asText().equals("loss")) {
        assertEquals(score.get("mean"), stopped.get("score"));
        return;
      }
    }
    throw new AssertionError("no loss of folds");
  }

  private static String[] with(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void whatHasNoGoodMeaningIsOneLine() {
    String rows = folder.resolve("rows.csv").toString();
    succeed(train("few", CLASSES, "split.calibration=0.02", "epochs=1"));
    fail(
        "--interval 0.95: %s: an interval of 0.95 needs at least 19 calibration rows, the model has 12"
            .formatted(model("few")),
        "predict",
        "--model",
        model("few"),
        "--input",
        rows,
        "--interval",
        "0.95");
    fail(
        "--interval 1.0: %s: the level of intervals must be above 0 and below 1, was 1.0"
            .formatted(model("few")),
        "predict",
        "--model",
        model("few"),
        "--input",
        rows,
        "--interval",
        "1");
    fail(
        spec
            + ": split.calibration must be 0 with each, whose keys have too few rows to calibrate each model by, was 0.25",
        train("no", CLASSES, "each=day"));
    fail(
        spec
            + ": split.calibration must be 0 with folds by time: its rows, the last ones, are after those of most folds, was 0.25",
        train("no", CLASSES, "folds={count: 3, by: {time: day}}"));
    fail(
        "--set split.calibration=0.7"
            + ": split.calibration and split.validation and split.test must leave rows to train on, were 0.7, 0.1 and 0.2",
        train("no", CLASSES, "split.calibration=0.7"));
    fail( // 0.7 + 0.2 + 0.1 is below 1 in doubles
        "--set split={validation: 0.7, test: 0.2, calibration: 0.1}"
            + ": split.calibration and split.validation and split.test must leave rows to train on, were 0.1, 0.7 and 0.2",
        train("no", "split={validation: 0.7, test: 0.2, calibration: 0.1}"));
    fail(
        "--set loss={quantile: {at: 1}}: loss.at must be above 0 and below 1, was 1",
        train("no", "data.target=price", "loss={quantile: {at: 1}}"));
  }
}
