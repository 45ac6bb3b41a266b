package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainJobTest {
  @TempDir Path folder;
  private Path spec;

  @BeforeEach
  void writeDigits() throws IOException {
    spec = TinyDigits.write(folder);
  }

  private Path out(String name) {
    return folder.resolve(name);
  }

  private Cli.Result train(String out, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("train", spec.toString(), "--out", out(out).toString()));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(new String[0]));
  }

  private String sha256(String out, String... more) throws IOException {
    Cli.Result result = train(out, more);
    assertEquals(0, result.exitCode(), result.err());
    return json(out).get("weightsSha256").asText();
  }

  private JsonNode json(String out) throws IOException {
    return new ObjectMapper().readTree(out(out).resolve("run.json").toFile());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aRunLeavesAllItsFilesAndNoOthers() throws IOException {
    Cli.Result result = train("run");
    assertEquals(0, result.exitCode(), result.err());
    assertEquals("", result.err());
    assertEquals(
        List.of(
            "README.md",
            "details.avro",
            "job.yaml",
            "metrics.avro",
            "metrics.csv",
            "model.avro",
            "report.html",
            "run.json",
            "run.log"),
        names(out("run")));
    JsonNode counts = json("run").get("counts");
    assertEquals(
        "{\"read\":600,\"trained\":400,\"validated\":100,\"tested\":100,\"calibrated\":0,\"heldOut\":0,\"rejected\":0}",
        counts.toString());
  }

  @Test
  void metricsAreRowsOfEpochTrainValidationAndATestAtTheEnd() throws IOException {
    train("run");
    List<MetricRow> rows =
        RecordFile.of(MetricRow.class).read(out("run").resolve("metrics.avro").toString());
    assertEquals(
        List.of(
            "0 TRAIN 400",
            "0 VALIDATION 100",
            "1 TRAIN 400",
            "1 VALIDATION 100",
            "2 TRAIN 400",
            "2 VALIDATION 100",
            "3 TRAIN 400",
            "3 VALIDATION 100",
            "3 TEST 100"),
        rows.stream().map(r -> r.getEpoch() + " " + r.getSplit() + " " + r.getExamples()).toList());
    assertTrue(rows.get(8).getAccuracy() > 0.9, rows.get(8).toString());
    List<String> csv = Files.readAllLines(out("run").resolve("metrics.csv"));
    assertEquals(
        "model,epoch,split,loss,accuracy,examples,seconds,mse,mae,r2,rocAuc,logLoss,top5Accuracy,"
            + "learningRate,weight",
        csv.get(0));
    assertEquals(1 + rows.size(), csv.size());
    assertTrue(
        csv.get(2).startsWith("tiny,0,validation," + rows.get(1).getLoss() + ","), csv.get(2));
  }

  @Test
  void anEpochIsALineOfOutput() {
    String out = train("run").out();
    for (String start : List.of("tiny", "epoch", "    0 ", "    1 ", "    3 ", "test ")) {
      assertEquals(1, out.lines().filter(line -> line.startsWith(start)).count(), start + out);
    }
    assertFalse(out.contains("\u001b"), "no control characters in a pipe");
  }

  @Test
  void theSeedAloneDecidesTheBits() throws IOException {
    String first = sha256("a");
    assertEquals(first, sha256("b"));
    assertEquals(first, sha256("c", "--parallelism", "1"));
    assertEquals(first, sha256("d", "--set", "blockCache=1"));
    assertNotEquals(first, sha256("e", "--set", "seed=8"));
    assertNotEquals(first, sha256("f", "--set", "split.seed=8"));
    assertNotEquals(first, sha256("g", "--set", "shuffle.full=100"));
  }

  @Test
  void theResolvedSpecRepeatsTheRun() throws IOException {
    String first = sha256("a", "--set", "optimizer.lr=0.05");
    spec = out("a").resolve("job.yaml");
    assertEquals(first, sha256("b"));
  }

  @Test
  void compressedFilesGiveTheSameBits() throws IOException {
    String plain = sha256("a");
    for (String name : names(folder)) {
      if (name.endsWith("ubyte")) {
        Path file = folder.resolve(name);
        try (var gzip = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name + ".gz")))) {
          gzip.write(Files.readAllBytes(file));
        }
        Files.delete(file);
      }
    }
    assertEquals(plain, sha256("b"));
  }

  @Test
  void aFinishedFolderIsRefused() {
    train("run");
    Cli.Result again = train("run");
    assertEquals(2, again.exitCode());
    assertEquals(
        "beamgrad: " + out("run") + ": holds a finished run; choose another --out\n", again.err());
  }

  @Test
  void aDivergingLossEndsWithOneLineAndLeavesTheLastGoodCheckpoint() throws IOException {
    Cli.Result result = train("run", "--set", "optimizer.lr=1e38");
    assertEquals(1, result.exitCode());
    assertTrue(
        result
            .err()
            .matches(
                "beamgrad: loss is (NaN|infinite) at epoch 1 step \\d+ \\(learning rate 1E\\+38,"
                    + " batch of 32\\); last finite loss [0-9.E+]+; try a lower learning rate,"
                    + " such as --set optimizer\\.lr=1E\\+37 \\(train --find-lr suggests one\\)"
                    + " \\(work kept in .*\\)\n"),
        result.err());
    assertEquals(1, names(out("run").resolve("work/checkpoints")).size());
    assertFalse(Files.exists(out("run").resolve("model.avro")));
    assertFalse(Files.exists(out("run").resolve("run.json")));
  }

  @Test
  void anUnfinishedRunOfAnotherJobIsRefused() {
    train("run", "--set", "optimizer.lr=1e38");
    Cli.Result other = train("run", "--set", "optimizer.lr=0.1");
    assertEquals(2, other.exitCode());
    assertEquals(
        "beamgrad: "
            + out("run")
            + ": holds an unfinished run of another job, other data or another seed;"
            + " choose another --out\n",
        other.err());
  }

  @Test
  void standardisedFeaturesTrainToo() throws IOException {
    String first = sha256("a", "--set", "data.scale=standard");
    assertEquals(first, sha256("b", "--set", "data.scale=standard", "--parallelism", "1"));
    assertNotEquals(first, sha256("c"));
  }

  @Test
  void aBadRowGoesToTheRejectsAndTheJobGoesOn() throws IOException {
    spec = csv(200, "7,oops,red");
    Cli.Result result = train("run");
    assertEquals(0, result.exitCode(), result.err());
    List<Reject> rejects =
        RecordFile.of(Reject.class).read(out("run").resolve("rejects.avro").toString());
    assertEquals(1, rejects.size());
    assertEquals("rows", rejects.get(0).getFile());
    assertEquals(201, rejects.get(0).getRecord());
    assertEquals("y", rejects.get(0).getColumn());
    assertEquals("oops", rejects.get(0).getValue());
    assertEquals(1, json("run").get("counts").get("rejected").asInt());
    assertEquals(201, json("run").get("counts").get("read").asInt());
  }

  @Test
  void aBinaryJobWithEverySettingIsTrainedEvaluatedAndUsed() throws IOException {
    spec = binary();
    Cli.Result result = train("run");
    assertEquals(0, result.exitCode(), result.err());
    JsonNode run = json("run");
    int kept = run.get("epochs").get("kept").asInt();
    int trained = run.get("epochs").get("trained").asInt();
    assertEquals(kept + 2, trained);
    assertTrue(
        result
            .out()
            .contains(
                "\nepochs    %s trained of 40, weights of epoch %s kept\n"
                    .formatted(trained, kept)),
        result.out());
    assertEquals("validation", run.get("evaluation").get("split").asText());
    assertEquals(
        60,
        run.get("evaluation").get("classes").get(0).get("rows").asInt()
            + run.get("evaluation").get("classes").get(1).get("rows").asInt());

    String model = out("run").resolve("model.avro").toString();
    String inspected = Cli.run("inspect", model).out();
    assertTrue(inspected.contains("\n  layers      linear 8, tanh, dropout 0.2, linear 1\n"));
    assertTrue(inspected.contains("\n  loss        binary_cross_entropy\n"), inspected);
    assertTrue(
        inspected.contains(
            "\n  trained     %s epochs (the best, %s, kept) on 180 rows".formatted(trained, kept)),
        inspected);
    JsonNode evaluated =
        new ObjectMapper()
            .readTree(
                Cli.run("evaluate", "--model", model, "--data", spec.toString(), "--json").out());
    MetricRow best =
        RecordFile.of(MetricRow.class).read(out("run").resolve("metrics.avro").toString()).stream()
            .filter(row -> row.getEpoch() == kept && row.getSplit() == Split.VALIDATION)
            .findFirst()
            .orElseThrow();
    assertEquals(best.getLoss(), evaluated.get("loss").asDouble());
    assertEquals(best.getRocAuc(), evaluated.get("rocAuc").asDouble());
    assertEquals(run.get("evaluation").get("confusion"), evaluated.get("confusion"));

    Path rows = Files.writeString(folder.resolve("new.csv"), "x,y\n-3,0\n3,0\n");
    assertTrue(
        Cli.run("predict", "--model", model, "--input", rows.toString())
            .out()
            .matches("(?s)id,label,p_0,p_1,model\n1,0,0\\.[0-9]+,.*\n2,1,.*\n"));
  }

  private Path binary() throws IOException {
    Random random = new Random(1);
    StringBuilder csv = new StringBuilder("x,y,good\n");
    for (int i = 0; i < 240; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      csv.append(
          String.format(
              Locale.ROOT, "%.4f,%.4f,%d\n", x, y, x - y + random.nextGaussian() > 0 ? 1 : 0));
    }
    Files.writeString(folder.resolve("rows.csv"), csv);
    return Files.writeString(
        folder.resolve("binary.yaml"),
        """
        data: {format: csv, dir: %s, train: rows.csv, features: [x, y], target: good}
        split: {validation: 0.25}
        model: [{linear: {out: 8}}, tanh, {dropout: {p: 0.2}}, {linear: {out: 1}}]
        loss: binary_cross_entropy
        optimizer: {adamw: {lr: 0.05}}
        schedule: {warmUp: {length: 2}, cosine: {}}
        clipGradNorm: 1
        penalty: {l2: 0.001}
        earlyStopping: {patience: 2}
        batch: 20
        epochs: 40
        """
            .formatted(folder));
  }

  @Test
  void tooManyBadRowsFailTheJobAndAreAllWritten() throws IOException {
    spec = csv(200, "1,oops,red", "1,2", "1,2,red,4");
    Cli.Result result = train("run");
    assertEquals(1, result.exitCode());
    assertTrue(
        result
            .err()
            .startsWith(
                "beamgrad: too many rejected records: 3 of 203, the limit is 1%"
                    + " (data.maxRejects); the first: rows record 201"),
        result.err());
    assertEquals(
        3, RecordFile.of(Reject.class).read(out("run").resolve("rejects.avro").toString()).size());
  }

  @Test
  void classesThatDoNotFitTheModelAreWrongInput() throws IOException {
    spec = csv(200, "1,2,blue");
    Cli.Result result = train("run");
    assertEquals(2, result.exitCode());
    assertEquals(
        "beamgrad: column 'kind' has 3 classes (blue, green, red), but the model tells 2 apart;"
            + " the loss cross_entropy and linear: {out: classes} at the end would tell all\n",
        result.err());
  }

  private Path csv(int goodRows, String... moreRows) throws IOException {
    StringBuilder csv = new StringBuilder("x,y,kind\n");
    for (int i = 0; i < goodRows; i++) {
      csv.append(i % 7).append(',').append(i % 5).append(i % 7 > 3 ? ",red\n" : ",green\n");
    }
    for (String row : moreRows) {
      csv.append(row).append('\n');
    }
    Files.writeString(folder.resolve("rows.csv"), csv);
    Path file = folder.resolve("csv.yaml");
    Files.writeString(
        file,
        """
        data: {format: csv, dir: %s, train: rows.csv, features: [x, y], target: kind}
        model: [{linear: {out: 2}}]
        loss: cross_entropy
        optimizer: {sgd: {lr: 0.1}}
        epochs: 2
        """
            .formatted(folder));
    return file;
  }
}
