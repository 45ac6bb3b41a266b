package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.Prediction;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cross validation: which rows each fold trains and tests on, and what is said of them. */
class FoldsTest {
  private static final int ROWS = 203;

  @TempDir Path folder;
  private Path spec;

  @BeforeEach
  void writeTable() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data/rows.csv"), rows(Map.of()));
    spec =
        Files.writeString(
            folder.resolve("folded.yaml"),
            """
            data:
              {format: csv, dir: %s, train: rows.csv, features: [x, y, city], target: kind,
               scale: standard, columns: {city: category}}
            model: [{linear: {out: classes}}]
            loss: cross_entropy
            optimizer: {sgd: {lr: 0.1}}
            batch: 16
            epochs: 2
            """
                .formatted(folder.resolve("data")));
  }

  /**
   * @param parts what the column part says of a row, by its number from 1; else train
   */
  private static String rows(Map<Integer, String> parts) {
    Random random = new Random(7);
    StringBuilder csv = new StringBuilder("x,y,city,kind,day,customer,part\n");
    for (int i = 1; i <= ROWS; i++) {
      double x = random.nextGaussian();
      csv.append(
          String.format(
              Locale.ROOT,
              "%.4f,%.4f,t%d,%s,2024-01-%02d,c%d,%s\n",
              x,
              100 * random.nextGaussian(),
              random.nextInt(60),
              x > 1 ? "high" : x > 0 ? "up" : "down",
              1 + random.nextInt(30),
              random.nextInt(40),
              parts.getOrDefault(i, "train")));
    }
    return csv.toString();
  }

  private Cli.Result train(String out, String... overrides) {
    List<String> arguments =
        new ArrayList<>(List.of("train", spec.toString(), "--out", at(out).toString()));
    for (String override : overrides) {
      arguments.addAll(List.of("--set", override));
    }
    return Cli.run(arguments.toArray(new String[0]));
  }

  private void trained(String out, String... overrides) {
    Cli.Result result = train(out, overrides);
    assertEquals(0, result.exitCode(), result.err());
  }

  private Path at(String name) {
    return folder.resolve(name);
  }

  private List<FoldResult> folds(String out) {
    return RecordFile.of(FoldResult.class).read(at(out) + "/folds.avro");
  }

  private List<Prediction> outOfFold(String out) {
    return RecordFile.of(Prediction.class).read(at(out) + "/out-of-fold.avro");
  }

  private JsonNode run(String out) throws IOException {
    return new ObjectMapper().readTree(at(out).resolve("run.json").toFile());
  }

  private static String version(FoldResult fold) {
    return "folded@" + fold.getOutcome().getWeightsSha256().substring(0, 12);
  }

  /** The rows that a fold tests on, by number. */
  private Map<Integer, String> tested(String out, FoldResult fold) {
    Map<Integer, String> tested = new HashMap<>();
    for (Prediction row : outOfFold(out)) {
      if (row.getModel().equals(version(fold))) {
        tested.put(Integer.parseInt(row.getId()), "test");
      }
    }
    return tested;
  }

  /** What a fold does with each row, as the column part says it. */
  private Map<Integer, String> parts(String out, FoldResult fold, boolean isByTime)
      throws IOException {
    Map<Integer, String> parts = tested(out, fold);
    List<String> lines = Files.readAllLines(at("data/rows.csv"));
    String last =
        parts.keySet().stream()
            .map(row -> day(lines.get(row)))
            .max(String::compareTo)
            .orElseThrow();
    for (int row = 1; isByTime && row <= ROWS; row++) {
      if (day(lines.get(row)).compareTo(last) > 0) {
        parts.put(row, "later");
      }
    }
    return parts;
  }

  private static String day(String line) {
    return line.split(",")[4];
  }

  /** The rows that a fold trains on alone say how columns become input, and in which order. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "3",
        "{count: 2, by: random}",
        "{count: 3, by: {group: customer}}",
        "{count: 2, by: {group: [customer, city]}}",
        "{count: 3, by: {time: day}}"
      })
  void aFoldIsATrainingOfItsOwnOnItsRows(String by) throws IOException {
    trained("folds", "folds=" + by);
    Map<String, Prediction> all = new HashMap<>();
    outOfFold("folds").forEach(row -> all.put(row.getId(), row));
    boolean isByTime = by.contains("time");
    assertTrue(isByTime ? all.size() < ROWS : all.size() == ROWS, all.toString());
    for (FoldResult fold : folds("folds")) {
      Map<Integer, String> tested = tested("folds", fold);
      assertEquals(fold.getOutcome().getTested(), tested.size());
      Files.writeString(at("data/rows.csv"), rows(parts("folds", fold, isByTime)));
      String alone = "alone" + fold.getFold();
      trained(alone, "split.by={column: part}");

      assertEquals(fold.getOutcome().getWeightsSha256(), run(alone).get("weightsSha256").asText());
      assertEquals(
          (Long) run(alone).at("/counts/trained").asLong(), fold.getOutcome().getTrained());
      assertEquals(
          RecordFile.of(MetricRow.class).read(at(alone) + "/metrics.avro").stream()
              .filter(row -> row.getSplit() == Split.TEST)
              .mapToDouble(MetricRow::getLoss)
              .sum(),
          fold.getMetrics().stream()
              .filter(row -> row.getSplit() == Split.TEST)
              .mapToDouble(MetricRow::getLoss)
              .sum(),
          1e-12); // test rows come in another order
      Cli.run(
          "predict",
          "--model",
          at(alone) + "/model.avro",
          "--input",
          at("data/rows.csv").toString(),
          "--out",
          at(alone) + "/said.avro");
      for (Prediction said : RecordFile.of(Prediction.class).read(at(alone) + "/said.avro")) {
        if (tested.containsKey(Integer.parseInt(said.getId()))) {
          assertEquals(said, all.get(said.getId()));
        }
      }
    }
  }

  @Test
  void rowsOfOneGroupAreInOneFold() throws IOException {
    trained("folds", "split={validation: 0.2, by: {group: customer}}", "folds=4");
    assertEquals("group", run("folds").at("/folds/by").asText());
    List<String> lines = Files.readAllLines(at("data/rows.csv"));
    Map<String, String> foldOf = new HashMap<>();
    for (Prediction row : outOfFold("folds")) {
      String customer = lines.get(Integer.parseInt(row.getId())).split(",")[5];
      assertEquals(foldOf.computeIfAbsent(customer, c -> row.getModel()), row.getModel());
    }
    for (FoldResult fold : folds("folds")) {
      assertTrue(fold.getOutcome().getTested() > 20, fold.getOutcome().toString());
      assertTrue(fold.getOutcome().getValidated() > 10, fold.getOutcome().toString());
    }
  }

  @Test
  void foldsByTimeTrainOnWhatWasBefore() throws IOException {
    trained("folds", "split={test: 0.1, by: {time: day}}", "folds=4");
    assertEquals("time", run("folds").at("/folds/by").asText());
    long pool = run("folds").at("/counts/trained").asLong();
    long before = 0;
    for (FoldResult fold : folds("folds")) {
      Outcome outcome = fold.getOutcome();
      assertEquals(fold.getFold() == 0 ? outcome.getTrained() : before, outcome.getTrained());
      before = outcome.getTrained() + outcome.getTested();
      assertEquals(ROWS - before, outcome.getHeldOut());
      assertEquals(pool / 5.0, (double) outcome.getTested(), 10); // rows of a day stay together
    }
    assertEquals(pool, before);
  }

  @Test
  void theFinalModelIsTrainedOnAllRowsAsWithoutFolds() throws IOException {
    trained("folds", "folds=4");
    trained("plain", "split.validation=0");

    assertEquals(ROWS, run("folds").at("/counts/trained").asInt());
    assertEquals(run("plain").get("weightsSha256"), run("folds").get("weightsSha256"));
    assertEquals(run("plain").get("chain"), run("folds").get("chain"));
    assertFalse(run("plain").has("folds"));
    assertFalse(Files.exists(at("plain/folds.avro")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.3"})
  void foldsHaveAsManyRowsOfEachClassButForOne(String validation) {
    trained("folds", "folds=5", "split.validation=" + validation);
    List<List<Long>> classes = new ArrayList<>();
    for (FoldResult fold : folds("folds")) {
      Outcome outcome = fold.getOutcome();
      assertTrue(List.of(40L, 41L).contains(outcome.getTested()), outcome.toString());
      assertEquals(ROWS, outcome.getTested() + outcome.getValidated() + outcome.getTrained());
      classes.add(
          outcome.getConfusion().getCounts().stream()
              .map(row -> row.stream().mapToLong(Long::longValue).sum())
              .toList());
    }
    for (int c = 0; c < 3; c++) {
      int of = c;
      long least = classes.stream().mapToLong(rows -> rows.get(of)).min().orElseThrow();
      long most = classes.stream().mapToLong(rows -> rows.get(of)).max().orElseThrow();
      assertTrue(least > 0 && most - least <= 1, classes.toString());
    }
  }

  @Test
  void theScoreIsTheMeanOfTheFoldsAndItsDeviation() throws IOException {
    Cli.Result result = train("folds", "folds={count: 3, by: random}");
    assertEquals(0, result.exitCode(), result.err());
    double[] accuracies =
        folds("folds").stream()
            .flatMap(fold -> fold.getMetrics().stream())
            .filter(row -> row.getSplit() == Split.TEST)
            .mapToDouble(MetricRow::getAccuracy)
            .toArray();
    double mean = (accuracies[0] + accuracies[1] + accuracies[2]) / 3;
    double squares = 0;
    for (double accuracy : accuracies) {
      squares += (accuracy - mean) * (accuracy - mean);
    }
    JsonNode folds = run("folds").get("folds");
    assertEquals("random", folds.get("by").asText());
    assertEquals(3, folds.get("each").size());
    JsonNode score = null;
    for (JsonNode one : folds.get("scores")) {
      score = one.get("metric").asText().equals("accuracy") ? one : score;
    }
    assertEquals(mean, score.get("mean").asDouble(), 1e-15);
    assertEquals(Math.sqrt(squares / 3), score.get("deviation").asDouble(), 1e-15);
    assertTrue(
        result
            .out()
            .lines()
            .anyMatch(
                line -> line.matches(String.format(Locale.ROOT, "mean .*%.2f%%.*", 100 * mean))),
        result.out());
    String page = Files.readString(at("folds/report.html"), UTF_8);
    assertTrue(page.contains("<h2>Cross validation</h2>"));
  }

  /** Test rows and rows that are held out are no fold's; all others are of one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "split={validation: 0.2, test: 0.1}",
        "split={validation: 0.2, test: 0.1, by: stratified}",
        "split={validation: 0.2, test: 0.2, by: {group: customer}}",
        "split={validation: 0.2, test: 0.2, by: {time: day}}",
        "split={validation: 0.2, holdout: {share: 0.2, salt: a, key: [customer]}}",
        "split={by: {column: part}}"
      })
  void eachRowThatIsNotForTestIsOfOneFold(String split) throws IOException {
    Files.writeString(
        at("data/rows.csv"), rows(Map.of(1, "test", 2, "valid", 3, "later", 4, "valid")));
    trained("folds", split, "folds={count: 3, by: random}", "earlyStopping.metric=accuracy");
    trained("plain", split, "earlyStopping.metric=accuracy");

    JsonNode counts = run("folds").get("counts");
    assertEquals(run("plain").get("counts"), counts);
    assertEquals(run("plain").get("weightsSha256"), run("folds").get("weightsSha256"));
    boolean isByColumn = split.contains("part");
    long rows = counts.get("trained").asLong();
    long validated = counts.get("validated").asLong();
    assertEquals(isByColumn ? rows : rows + validated, outOfFold("folds").size());
    for (FoldResult fold : folds("folds")) {
      Outcome of = fold.getOutcome();
      assertEquals(ROWS, of.getTrained() + of.getValidated() + of.getTested() + of.getHeldOut());
      assertEquals(rows + validated, of.getTrained() + of.getValidated() + of.getTested());
      if (isByColumn) {
        assertEquals(2, of.getValidated());
      }
      assertTrue(of.getValidated() > 0);
    }
  }

  @Test
  void ofNumbersRowsAreDealtAtRandom() throws IOException {
    String[] ofNumbers = {
      "data.features=[x, city]",
      "data.target={columns: y, scale: standard}",
      "model=[{linear: {out: numbers}}]",
      "loss=mse",
      "ensemble.members=2"
    };
    List<String> overrides = new ArrayList<>(List.of(ofNumbers));
    overrides.add("folds=3");
    trained("folds", overrides.toArray(new String[0]));
    FoldResult fold = folds("folds").get(1);
    Files.writeString(at("data/rows.csv"), rows(tested("folds", fold)));
    overrides.set(5, "split.by={column: part}");
    trained("alone", overrides.toArray(new String[0]));

    assertEquals("random", run("folds").at("/folds/by").asText());
    assertEquals(fold.getOutcome().getWeightsSha256(), run("alone").get("weightsSha256").asText());
    Cli.run(
        "predict",
        "--model",
        at("alone/model.avro").toString(),
        "--input",
        at("data/rows.csv").toString(),
        "--out",
        at("said.avro").toString());
    List<Prediction> said = RecordFile.of(Prediction.class).read(at("said.avro").toString());
    for (int row : tested("folds", fold).keySet()) {
      assertEquals(said.get(row - 1), outOfFold("folds").get(row - 1));
    }
  }

  @Test
  void rowsOfSeveralFilesAreNamedAsPredictNamesThem() throws IOException {
    Files.writeString(at("data/more.csv"), rows(Map.of()));
    trained("folds", "folds=2", "data.train=[rows.csv, more.csv]");

    List<String> ids = outOfFold("folds").stream().map(Prediction::getId).toList();
    assertEquals(2 * ROWS, ids.size());
    assertEquals("more:1", ids.get(0));
    assertEquals("rows:" + ROWS, ids.get(2 * ROWS - 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "folds=1|folds must be a whole number in [2, 1000], or a map of count, by, was 1",
        "folds={count: 3, by: often}|folds.by must be random, stratified, {group: COLUMN}, {group: [COLUMNS]} or {time: COLUMN}, was \"often\"",
        "folds={count: 3, by: {column: part}}|folds.by must be random, stratified, {group: COLUMN}, {group: [COLUMNS]} or {time: COLUMN}, was",
        "folds={count: 3, by: {time: part}}|too many rejected records",
        "folds={count: 3, by: {group: nobody}}|nobody",
        "folds={count: 40, by: {time: day}}|folds: column 'day' has too few different times for 40 folds",
        "folds={count: 100, by: {group: city}}|folds: no value of column 'city' falls into fold",
        "folds={by: random}|folds.count is missing; it must be a whole number in [2, 1000]",
        "folds={count: 3, seed: 1}|folds.seed is not a key; known in folds: count, by"
      })
  void wrongFoldsAreOneLine(String wrong) {
    String[] said = wrong.split("\\|");
    Cli.Result result = train("folds", said[0]);
    assertTrue(result.exitCode() > 0);
    assertTrue(result.err().contains(said[1]), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  @ParameterizedTest
  @CsvSource({
    "split.by={column: part},split.by.column",
    "data.validation=late.csv,data.validation"
  })
  void rowsThatAlwaysValidateAreNotOfGroupsOrTimesThatAFoldTestsOn(String always, String key) {
    for (String by : List.of("{group: customer}", "{time: day}")) {
      Cli.Result result = train("folds", always, "folds={count: 3, by: %s}".formatted(by));
      assertEquals(2, result.exitCode());
      assertTrue(
          result.err().contains("folds.by must be random or stratified with " + key), result.err());
    }
  }

  @Test
  void aColumnMayBeTheTimeOfTheSplitAndTheGroupOfFolds() throws IOException {
    trained(
        "folds",
        "split={test: 0.1, by: {time: day}}",
        "data.columns.day={date: {pattern: yyyy-MM-dd}}",
        "folds={count: 3, by: {group: day}}");
    long pool = run("folds").at("/counts/trained").asLong();
    assertEquals(pool, folds("folds").stream().mapToLong(f -> f.getOutcome().getTested()).sum());
    trained(
        "held",
        "split={test: 0.1, by: {time: day}, holdout: {share: 0.1, salt: s, key: [day]}}",
        "data.columns.day={date: {pattern: yyyy-MM-dd}}");
    assertTrue(run("held").at("/counts/heldOut").asLong() > 0);
  }

  /** All rows of the first days are of one customer, who validates with this seed. */
  @Test
  void aFoldWithoutRowsToTrainOnIsOneLine() throws IOException {
    StringBuilder csv = new StringBuilder("x,y,city,kind,day,customer,part\n");
    for (int i = 0; i < 300; i++) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%d,1,t1,%s,2024-01-%02d,%s,train\n",
              i,
              i % 2 == 0 ? "up" : "down",
              1 + i / 10,
              i < 100 ? "first" : "c" + i % 40));
    }
    Files.writeString(at("data/rows.csv"), csv);
    Cli.Result result =
        train(
            "folds",
            "split={validation: 0.5, by: {group: customer}, seed: 6}",
            "folds={count: 2, by: {time: day}}");
    assertEquals(2, result.exitCode(), result.out());
    assertEquals(
        "beamgrad: folds: fold 0 of 2 has no rows to train on: all that it does not test on validate",
        result.err().replaceFirst(" \\(work kept.*", "").strip());
  }

  @Test
  void aClassWithFewerRowsThanFoldsIsOneLine() throws IOException {
    Files.writeString(at("data/rows.csv"), rows(Map.of()) + "1,2,t1,rare,2024-01-01,c1,train\n");
    Cli.Result result = train("folds", "folds=5");
    assertEquals(2, result.exitCode());
    assertTrue(
        result
            .err()
            .contains(
                "class 'rare' of column 'kind' has too few rows for 5 folds: 1; folds: {count: 5, by: random} deals them all the same"),
        result.err());
    trained("random", "folds={count: 5, by: random}");
  }

  @Test
  void numbersAreNotStratifiedAndRetrainingHasNoFolds() {
    Cli.Result numbers =
        train(
            "folds",
            "data.features=[x]",
            "data.target=y",
            "model=[{linear: {out: numbers}}]",
            "loss=mse",
            "folds={count: 3, by: stratified}");
    assertEquals(2, numbers.exitCode());
    assertTrue(
        numbers
            .err()
            .contains(
                "folds.by must not be stratified with the loss \"mse\", whose target is no class"),
        numbers.err());

    Cli.Result late = train("folds", "split={validation: 0.2, by: {time: day}}", "folds=3");
    assertEquals(2, late.exitCode());
    assertTrue(
        late.err()
            .contains(
                "split.validation must be 0 with folds by time: its rows, the last ones, are after those of most folds"),
        late.err());

    Cli.Result retrained =
        Cli.run(
            "retrain", spec.toString(), "--registry", at("models").toString(), "--set", "folds=3");
    assertEquals(2, retrained.exitCode());
    assertTrue(
        retrained
            .err()
            .contains("folds is for train; retrain judges by rows that are held out (folds: null)"),
        retrained.err());
  }

  @Test
  void foldsThatWereStoppedGoOnFromTheirCheckpoints() throws IOException {
    String[] arguments = {
      "train", spec.toString(), "--out", at("folds").toString(), "--set", "folds=3", "--keep-work"
    };
    assertEquals(0, Cli.run(arguments).exitCode());
    JsonNode whole = run("folds");
    byte[] predictions = Files.readAllBytes(at("folds/out-of-fold.avro"));
    for (String file :
        List.of("run.json", "folds.avro", "out-of-fold.avro", "work/outcomes.avro")) {
      Files.delete(at("folds").resolve(file));
    }
    try (Stream<Path> checkpoints = Files.list(at("folds/work/folds/1/checkpoints"))) {
      Files.delete(checkpoints.max(Path::compareTo).orElseThrow()); // that of the last epoch
    }
    Storage.delete(at("folds/work/folds/2").toString());

    Cli.Result result = Cli.run(arguments);

    assertEquals(0, result.exitCode(), result.err());
    assertTrue(result.out().contains("continuing an unfinished run; its data is read already"));
    assertArrayEquals(predictions, Files.readAllBytes(at("folds/out-of-fold.avro")));
    assertEquals(whole.get("folds"), run("folds").get("folds"));
    assertEquals(whole.get("weightsSha256"), run("folds").get("weightsSha256"));
  }

  @Test
  void aFoldThatFailsIsNamed() throws IOException {
    trained("folds", "folds=3");
    Map<Integer, String> tested = tested("folds", folds("folds").get(2));
    tested.replaceAll((row, test) -> "0");
    Files.writeString(at("data/rows.csv"), rows(tested).replace(",train\n", ",1\n"));
    Cli.Result result = train("weighed", "folds=3", "data.weight=part");
    assertEquals(2, result.exitCode());
    assertTrue(
        result.err().contains("fold 2 of 3: the weights of all 67 test rows are 0"), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertFalse(Files.exists(at("weighed/run.json")));
  }
}
