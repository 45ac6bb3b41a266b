package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.rundir.FoldScores;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.Outcome;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sweep whose trials are judged by folds. */
class SweptFoldsTest {
  private static final String HALVED =
      "sweep={optimizer.lr: [0.001, 1.0, 0.1, 3e38], halving: {from: 1, keep: 0.5}}";

  @TempDir Path folder;
  private Path spec;

  @BeforeEach
  void write() throws IOException {
    Random random = new Random(7);
    StringBuilder csv = new StringBuilder("x,y,city,kind\n");
    for (int i = 0; i < 203; i++) {
      double x = random.nextGaussian();
      csv.append(
          String.format(
              Locale.ROOT,
              "%.4f,%.4f,t%d,%s\n",
              x,
              100 * random.nextGaussian(),
              random.nextInt(60),
              x > 1 ? "high" : x > 0 ? "up" : "down"));
    }
    Files.writeString(folder.resolve("rows.csv"), csv);
    spec =
        Files.writeString(
            folder.resolve("folded.yaml"),
            """
            data:
              {dir: %s, train: rows.csv, features: [x, y, city], target: kind,
               scale: standard, columns: {city: category}}
            model: [{linear: {out: classes}}]
            loss: cross_entropy
            optimizer: {sgd: {lr: 0.1}}
            batch: 16
            epochs: 3
            folds: 3
            """
                .formatted(folder));
  }

  private Path at(String name) {
    return folder.resolve(name);
  }

  private Cli.Result train(Path of, String out, String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", of.toString(), "--out"));
    arguments.add(at(out).toString());
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private String trained(Path of, String out, String... more) {
    Cli.Result result = train(of, out, more);
    assertEquals(0, result.exitCode(), result.out() + result.err());
    return result.out();
  }

  private JsonNode run(String out) throws IOException {
    return new ObjectMapper().readTree(at(out).resolve("run.json").toFile());
  }

  private List<String> weightsOfFolds(String out) {
    return RecordFile.of(FoldResult.class).read(at(out) + "/folds.avro").stream()
        .map(fold -> fold.getOutcome().getWeightsSha256())
        .toList();
  }

  private static JsonNode loss(JsonNode run) {
    for (JsonNode score : run.at("/folds/scores")) {
      if (score.get("metric").asText().equals("loss")) {
        return score;
      }
    }
    throw new AssertionError(run.toString());
  }

  /**
   * Each trial is what it is alone with its folds, and the best one's files are those of the run.
   */
  @Test
  void theBestByTheMeanOfItsFoldsIsTrainedOnAllRows() throws IOException {
    String said = trained(spec, "sweep", "--sweep", "optimizer.lr=0.01,0.3,3e38", "--keep-work");

    JsonNode trials = run("sweep").at("/sweep/trials");
    assertEquals(3, trials.size());
    List<Integer> order = new ArrayList<>();
    trials.forEach(trial -> order.add(trial.get("trial").asInt()));
    assertEquals(List.of(1, 0, 2), order);
    trained(at("sweep/0/job.yaml"), "alone");
    assertEquals(loss(run("alone")).get("mean"), trials.get(1).get("score"));
    assertEquals(loss(run("alone")).get("deviation"), trials.get(1).get("deviation"));
    assertEquals(weightsOfFolds("alone"), weightsOfFolds("sweep/0"));
    trained(at("sweep/job.yaml"), "best", "--set", "sweep=null");
    assertEquals(203, run("sweep").at("/counts/trained").asInt());
    assertEquals(run("best").get("weightsSha256"), run("sweep").get("weightsSha256"));
    assertEquals(run("best").at("/folds/scores"), run("sweep").at("/folds/scores"));
    assertEquals(weightsOfFolds("best"), weightsOfFolds("sweep"));
    assertArrayEquals(
        Files.readAllBytes(at("best/out-of-fold.avro")),
        Files.readAllBytes(at("sweep/out-of-fold.avro")));

    String failed = trials.get(2).get("message").asText();
    assertTrue(failed.startsWith("fold 0 of 3: loss is "), failed);
    List<String> lines = said.lines().toList();
    int header = lines.indexOf("rank  trial  mean loss  deviation  epochs  optimizer.lr  ended");
    assertTrue(header > 0, said);
    assertTrue(lines.get(header + 1).matches(" +1 +1 +0\\.\\d{4} +0\\.\\d{4} +3 +0\\.3"), said);
    assertEquals("best      trial 1 of 3, of which 1 failed", lines.get(header + 4));
    assertTrue(said.contains("trial 0 is trained on its 3 folds"), said);
    assertTrue(said.contains("trial 1 is trained on all rows"), said);
    for (String files : List.of("0/folds/0", "0/folds/1", "0/folds/2", "2/folds/2")) {
      assertEquals(
          List.of(), Storage.list(at("sweep/work/trials/folded-" + files) + "/predictions"));
    }
    assertEquals(
        List.of("00000000.avro"),
        Storage.list(at("sweep/work/trials/folded-1/folds/2") + "/predictions"));
    String page = Files.readString(at("sweep/report.html"));
    assertTrue(page.contains("By the mean of their scores over the folds, the best first"));
    assertTrue(page.contains("<h2>Cross validation</h2>"));
  }

  /** Those of each trial are checked, also where another one is the best. */
  @Test
  void recordsThatAFoldOfATrialLosesAreFound() throws IOException {
    String[] more = {"--sweep", "optimizer.lr=0.01,0.3", "--set", "epochs=1"};
    trained(spec, "sweep", more);
    FoldResult fold = RecordFile.of(FoldResult.class).read(at("sweep/0") + "/folds.avro").get(2);
    FoldScores.requireWhole("", fold, 3);
    FoldResult of204 =
        FoldResult.newBuilder(fold)
            .setOutcome(Outcome.newBuilder(fold.getOutcome()).setRead(204).build())
            .build();

    JobFailedException lost =
        assertThrows(
            JobFailedException.class, () -> FoldScores.requireWhole("trial 0: ", of204, 3));

    assertTrue(
        lost.getMessage()
            .startsWith(
                "trial 0: fold 2 of 3: the counts do not add up: 204 records read, but 136 trained,"),
        lost.getMessage());
  }

  @Test
  void stagesRankByTheFoldsAndGoOnAfterAnInterruption() throws IOException {
    String[] more = {"--set", HALVED, "--keep-work"};
    trained(spec, "halved", more);
    JsonNode whole = run("halved");
    byte[] predictions = Files.readAllBytes(at("halved/out-of-fold.avro"));
    List<String> ends = new ArrayList<>();
    whole
        .at("/sweep/trials")
        .forEach(trial -> ends.add(trial.get("ended").asText() + trial.get("epochs")));
    assertEquals(List.of("trained3", "stopped2", "stopped1", "failed0"), ends);
    int best = whole.at("/sweep/trials/0/trial").asInt();
    String folds = "halved/work/trials/folded-%s/folds/".formatted(best);
    Files.delete(newest(at(folds + "0/checkpoints")));
    Files.writeString(newest(at(folds + "1/paused")), "damaged");
    Storage.delete(at(folds + "2").toString());
    Storage.delete(at(folds + "/../checkpoints").normalize().toString());
    for (String file : List.of("run.json", "work/trials.avro", "folds.avro", "out-of-fold.avro")) {
      Files.delete(at("halved").resolve(file));
    }

    String said = trained(spec, "halved", more);

    assertTrue(said.contains("continuing an unfinished run; its data is read already"), said);
    assertEquals(whole.get("sweep"), run("halved").get("sweep"));
    assertEquals(whole.at("/folds/scores"), run("halved").at("/folds/scores"));
    assertEquals(whole.get("weightsSha256"), run("halved").get("weightsSha256"));
    assertArrayEquals(predictions, Files.readAllBytes(at("halved/out-of-fold.avro")));
  }

  private static Path newest(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.max(Path::compareTo).orElseThrow();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{optimizer.lr: [3e38, 2e38]} | all 2 trials failed",
        "{optimizer.lr: [3e38, 2e38], halving: {from: 1}} | no trial came to the end of the last stage",
      })
  void whereAFoldOfEachTrialFailsTheRunDoes(String sweep, String how) {
    Cli.Result result = train(spec, "run", "--set", "sweep=" + sweep);

    assertEquals(1, result.exitCode(), result.out());
    assertTrue(
        result
            .err()
            .startsWith(
                "beamgrad: %s; the first, trial 0 (optimizer.lr=3.0E38): fold 0 of 3: loss is "
                    .formatted(how)),
        result.err());
    assertEquals(1, result.err().lines().count());
    assertFalse(Files.exists(at("run/model.avro")));
  }

  /** The folds know nothing of the test rows. */
  @Test
  void whereTheBestTrialFailsOnAllRowsTheRunDoes() throws IOException {
    Files.writeString(folder.resolve("test.csv"), "x,y,city,kind\n1,2,t1,other\n");
    Cli.Result result =
        train(spec, "run", "--sweep", "optimizer.lr=0.1,0.2", "--set", "data.test=test.csv");

    assertEquals(2, result.exitCode(), result.out());
    assertEquals(
        "beamgrad: trial 1 (optimizer.lr=0.2), the best by its folds, on all rows: none of the 1"
            + " test rows is of a class that the training rows have\n",
        result.err());
  }
}
