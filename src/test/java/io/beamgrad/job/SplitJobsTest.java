package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jobs by every way to split: what they count, that evaluate finds the same rows, what is wrong.
 */
class SplitJobsTest {
  @TempDir Path folder;
  private Path spec;
  private String out = "run";

  @BeforeEach
  void writeTable() throws IOException {
    Files.writeString(folder.resolve("rows.csv"), rows(200, 1));
    Files.writeString(folder.resolve("more.csv"), rows(50, 2));
    spec =
        Files.writeString(
            folder.resolve("splits.yaml"),
            """
            data: {format: csv, dir: %s, train: rows.csv, features: [x, y], target: kind}
            model: [{linear: {out: 2}}]
            loss: cross_entropy
            optimizer: {sgd: {lr: 0.1}}
            epochs: 2
            """
                .formatted(folder));
  }

  private static String rows(int count, long seed) {
    Random random = new Random(seed);
    StringBuilder csv = new StringBuilder("x,y,kind,day,customer,part\n");
    for (int i = 0; i < count; i++) {
      double x = random.nextGaussian();
      csv.append(
          String.format(
              Locale.ROOT,
              "%.4f,%.4f,%s,2024-01-%02d,c%d,%s\n",
              x,
              random.nextGaussian(),
              x > 0 ? "up" : "down",
              1 + random.nextInt(30),
              random.nextInt(40),
              List.of("train", "train", "valid", "test", "later").get(random.nextInt(5))));
    }
    return csv.toString();
  }

  private Cli.Result run(String command, String... overrides) {
    List<String> arguments = new ArrayList<>(List.of(command));
    if (command.equals("train")) {
      arguments.addAll(List.of(spec.toString(), "--out", folder.resolve(out).toString()));
    } else {
      arguments.addAll(List.of("--model", folder.resolve("run/model.avro").toString(), "--data"));
      arguments.addAll(List.of(spec.toString(), "--json"));
    }
    for (String override : overrides) {
      arguments.addAll(
          override.startsWith("--") ? List.of(override.split(" ")) : List.of("--set", override));
    }
    return Cli.run(arguments.toArray(new String[0]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "split={validation: 0.2, test: 0.1}",
        "split={validation: 0.2, test: 0.1, by: stratified}",
        "split={validation: 0.2, test: 0.2, by: {group: customer}}",
        "split={validation: 0.2, test: 0.2, by: {time: day}}",
        "split={by: {column: part}}",
        "split={validation: 0.2, test: 0.2, by: {group: [customer, part]}}",
        "split={validation: 0.2, test: 0.2, holdout: {share: 0.2, salt: a, key: [customer, day]}}",
        "split={validation: 0.2, test: 0.2, holdout: {share: 0.2, salt: a, content: [x, kind]}}",
        "data.validation=more.csv",
      })
  void evaluateGivesWhatTrainingGaveToTheLastBit(String split) throws IOException {
    Cli.Result trained = run("train", split);
    assertEquals(0, trained.exitCode(), trained.err());
    JsonNode counts =
        new ObjectMapper().readTree(folder.resolve("run/run.json").toFile()).get("counts");
    long sum = 0;
    for (String count :
        List.of("trained", "validated", "tested", "calibrated", "heldOut", "rejected")) {
      sum += counts.get(count).asLong();
    }
    assertEquals(split.startsWith("data") ? 250 : 200, sum);
    boolean isHeldOut = split.contains("column: part") || split.contains("holdout");
    assertEquals(isHeldOut, counts.get("heldOut").asLong() > 0);
    assertEquals(
        isHeldOut,
        trained.out().contains(" %s held out, ".formatted(counts.get("heldOut").asLong())));

    List<MetricRow> rows =
        RecordFile.of(MetricRow.class).read(folder.resolve("run/metrics.avro").toString());
    int compared = 0;
    for (MetricRow row : rows) {
      // A train row after epoch 0 is of the weights on their way.
      if (row.getEpoch() == 2 && row.getSplit() != Split.TRAIN) {
        String name = row.getSplit().name().toLowerCase(Locale.ROOT);
        Cli.Result evaluated = run("evaluate", split, "--split " + name);
        assertEquals(0, evaluated.exitCode(), evaluated.err());
        JsonNode found = new ObjectMapper().readTree(evaluated.out());
        assertEquals(row.getExamples(), found.get("examples").asLong());
        assertEquals(row.getLoss(), found.get("loss").asDouble());
        compared++;
      }
    }
    assertEquals(split.startsWith("data") ? 1 : 2, compared);
    JsonNode training = new ObjectMapper().readTree(run("evaluate", split, "--split train").out());
    assertEquals(counts.get("trained").asLong(), training.get("examples").asLong());
    JsonNode usual = new ObjectMapper().readTree(run("evaluate", split).out());
    assertEquals(compared == 2 ? "test" : "validation", usual.get("split").asText());
  }

  @Test
  void aKeyThatIsMissingOrNoTimeIsAReject() throws IOException {
    Files.writeString(
        folder.resolve("rows.csv"), rows(200, 1) + "1,2,up,,c1,train\n1,2,up,soon,c1,train\n");
    Cli.Result result = run("train", "split={by: {time: day}}", "data.maxRejects=0.001");
    assertEquals(1, result.exitCode());
    assertTrue(
        result
            .err()
            .startsWith(
                "beamgrad: too many rejected records: 2 of 202, the limit is 0.1%"
                    + " (data.maxRejects); the first: rows record 201 column day: value is"
                    + " missing"),
        result.err());
    out = "other";
    assertEquals(0, run("train", "split={by: {group: day}}", "data.maxRejects=0.1").exitCode());
  }

  private void assertWrong(String message, String... overrides) {
    out += "-";
    Cli.Result result = run("train", overrides);
    assertEquals("beamgrad: " + message + "\n", result.err());
    assertEquals(2, result.exitCode());
  }

  @Test
  void whatDoesNotGoTogetherIsOneLine() {
    assertWrong(
        "--set split.validation=0.1: split.validation must be 0 or left out where data.validation"
            + " names files, was 0.1",
        "data.validation=more.csv",
        "split.validation=0.1");
    assertWrong(
        "--set split.test=0.1: split.test must be 0 or left out where data.test names files, was"
            + " 0.1",
        "data.test=more.csv",
        "split.test=0.1");
    assertWrong(
        "--set split.test=0.1: split.test must be 0 or left out where a column says what is for"
            + " what, was 0.1",
        "split.by={column: part}",
        "split.test=0.1");
    assertWrong(
        "--set split.test=0.8: split.test and split.validation must leave rows to train on, were"
            + " 0.8 and 0.2",
        "split.test=0.8");
    assertWrong(
        "--set split.by=stratified: split.by must not be stratified with the loss \"mse\", whose"
            + " target is no class",
        "loss=mse",
        "model=[{linear: {out: 1}}]",
        "split.by=stratified");
    assertWrong(
        "--set split.by={groups: x}: split.by must be random, stratified, {group: COLUMN}, {group:"
            + " [COLUMNS]}, {time: COLUMN} or {column: COLUMN}, was {\"groups\":\"x\"}",
        "split.by={groups: x}");
    assertWrong(
        "rows.csv: no column 'who'; the header has x, y, kind, day, customer, part",
        "split.by={group: who}");
    assertWrong(
        "rows is both in train (*.csv) and in validation (rows.csv)",
        "data.train='*.csv'",
        "data.validation=rows.csv");
  }

  @Test
  void aSplitThatTheRowsDoNotAllowIsOneLine() throws IOException {
    assertWrong(
        "no training rows: column 'customer' says train of none; 0 are for validation, 0 for test,"
            + " 200 held out, the first as 'c24'",
        "split.by={column: customer}");
    Files.writeString(folder.resolve("rows.csv"), rows(60, 1) + "1,2,odd,7,c1,train\n");
    assertWrong(
        "class 'odd' of column 'kind' has too few rows to stratify: 1, but split.validation 0.2"
            + " needs 5",
        "model=[{linear: {out: 3}}]",
        "split.by=stratified");
    assertWrong(
        "column 'day' has 60 dates and 1 numbers; a split by time needs the one or the other",
        "model=[{linear: {out: 3}}]",
        "split.by={time: day}");
  }
}
