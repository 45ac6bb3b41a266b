package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.model.ModelFile;
import io.beamgrad.spec.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepJobTest {
  private static final String GRID = "optimizer.lr=0.01,0.3,1e6";
  private static final String HALVED =
      "sweep={optimizer.lr: [0.001, 1.0, 0.1, 3e38], halving: {from: 1, keep: 0.5}}";

  @TempDir Path folder;
  private Path spec;

  @BeforeEach
  void write() throws IOException {
    spec = TinyDigits.write(folder);
  }

  private Path train(String out, String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", spec.toString(), "--out"));
    arguments.add(folder.resolve(out).toString());
    arguments.addAll(List.of(more));
    Cli.Result result = Cli.run(arguments.toArray(String[]::new));
    assertEquals(0, result.exitCode(), result.out() + result.err());
    return folder.resolve(out);
  }

  private static JsonNode report(Path run) throws IOException {
    return new ObjectMapper().readTree(run.resolve("run.json").toFile());
  }

  private static List<String> ranks(Path run) throws IOException {
    List<String> ranks = new ArrayList<>();
    for (JsonNode trial : report(run).at("/sweep/trials")) {
      ranks.add(
          "%s %s %s %s"
              .formatted(
                  trial.get("trial"),
                  trial.get("ended").asText(),
                  trial.get("epochs"),
                  trial.path("score")));
    }
    return ranks;
  }

  @Test
  void theBestTrialIsTheModelAndEachIsWhatItIsAlone() throws IOException {
    Path run = train("sweep", "--sweep", GRID, "--sweep", "batch=32,8");

    JsonNode report = report(run);
    JsonNode best = report.at("/sweep/trials/0");
    assertEquals("loss", report.at("/sweep/metric").asText());
    assertEquals(6, report.at("/sweep/trials").size());
    assertEquals(best.get("weightsSha256"), report.get("weightsSha256"));
    assertEquals("tiny", ModelFile.read(run.resolve("model.avro").toString()).getName());
    JsonNode of = report(run.resolve(best.get("trial").asText()));
    assertEquals(best.get("weightsSha256"), of.get("weightsSha256"));
    Path alone = train("alone", "--set", "optimizer.lr=0.3", "--set", "batch=8");
    assertEquals(report(alone).get("weightsSha256"), report(run.resolve("3")).get("weightsSha256"));
    assertEquals(report(alone).at("/fingerprint"), report(run.resolve("3")).at("/fingerprint"));
  }

  @Test
  void theRunsSpecHasTheBestSettingsAndRepeatsIt() throws IOException {
    Path run = train("sweep", "--sweep", "optimizer.lr=0.01,0.3");

    JobSpec resolved = JobSpec.load(run.resolve("job.yaml"), List.of());
    assertTrue(resolved.toYaml().contains("lr: 0.3"), resolved.toYaml());
    spec = run.resolve("job.yaml");
    assertEquals(ranks(run), ranks(train("again")));
    assertEquals(
        report(run).get("weightsSha256"),
        report(train("best", "--set", "sweep=null")).get("weightsSha256"));
  }

  @Test
  void halvingStopsTheWorseAndTheFailed() throws IOException {
    Path run = train("halved", "--set", HALVED);

    List<String> ranks = ranks(run);
    assertEquals(4, ranks.size());
    assertTrue(ranks.get(0).matches("[12] trained 3 .*"), ranks.toString());
    assertTrue(ranks.get(1).matches("[12] stopped 2 .*"), ranks.toString());
    assertTrue(ranks.get(2).matches("0 stopped 1 .*"), ranks.toString());
    assertEquals("3 failed 0 ", ranks.get(3));
    assertTrue(
        report(run).at("/sweep/trials/3/message").asText().startsWith("loss is "),
        report(run).at("/sweep").toString());
    assertFalse(Files.exists(run.resolve("0/model.avro")));
    assertTrue(Files.exists(run.resolve("0/metrics.avro")));
    assertTrue(Files.exists(run.resolve("0/job.yaml")));
    String page = Files.readString(run.resolve("report.html"));
    assertTrue(page.contains("<h2>Trials</h2>"));
    assertTrue(page.contains("stopped"));
    String alone = "optimizer.lr=" + (ranks.get(0).startsWith("1") ? "1.0" : "0.1");
    assertEquals(
        report(train("alone", "--set", alone)).get("weightsSha256"),
        report(run).get("weightsSha256"));
  }

  @Test
  void anInterruptedSweepGoesOnToTheSameRanks() throws IOException {
    Path run = train("halved", "--set", HALVED, "--keep-work");
    List<String> ranks = ranks(run);
    Files.delete(run.resolve("run.json"));
    deleteNewest(run.resolve("work/trials/tiny-1/checkpoints"));
    Files.delete(run.resolve("work/trials.avro"));

    train("halved", "--set", HALVED, "--resume");

    assertEquals(ranks, ranks(run));
    assertTrue(report(run).at("/runner/continued").asBoolean());
    assertFalse(Files.exists(run.resolve("work")));
  }

  @Test
  void stagesThatAKillCouldRankAnewAreRefused() {
    Cli.Result result =
        Cli.run(
            "train",
            spec.toString(),
            "--out",
            folder.resolve("run").toString(),
            "--set",
            HALVED,
            "--set",
            "ensemble.members=2",
            "--set",
            "earlyStopping.patience=1",
            "--set",
            "refit=true");

    assertEquals(2, result.exitCode(), result.out());
    assertEquals(
        "beamgrad: sweep.halving is not possible with an ensemble that has earlyStopping.patience"
            + " and refit; leave out one of these",
        result.err().strip());
  }

  private static void deleteNewest(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Files.delete(files.sorted().reduce((before, last) -> last).orElseThrow());
    }
  }

  @Test
  void theTableIsShownByRank() {
    Cli.Result result =
        Cli.run(
            "train",
            spec.toString(),
            "--out",
            folder.resolve("run").toString(),
            "--sweep",
            "optimizer.lr=0.001,1.0");

    assertEquals(0, result.exitCode(), result.err());
    List<String> lines = result.out().lines().toList();
    int header = lines.indexOf("rank  trial  validation loss  epochs  optimizer.lr");
    assertTrue(header > 0, result.out());
    assertTrue(lines.get(header + 1).matches(" +1 +1 +0\\.\\d{4} +3 +1\\.0"), result.out());
    assertTrue(lines.get(header + 2).matches(" +2 +0 +\\d\\.\\d{4} +3 +0\\.001"), result.out());
    assertEquals("best      trial 1 of 2", lines.get(header + 3));
    assertTrue(lines.get(header + 4).startsWith("test  loss "), result.out());
  }

  @Test
  void whereAllTrialsFailTheRunDoes() {
    Cli.Result result =
        Cli.run(
            "train",
            spec.toString(),
            "--out",
            folder.resolve("run").toString(),
            "--sweep",
            "optimizer.lr=3e38,2e38");

    assertEquals(1, result.exitCode(), result.out());
    assertTrue(
        result
            .err()
            .startsWith(
                "beamgrad: all 2 trials failed; the first, trial 0 (optimizer.lr=3.0E38): loss is "),
        result.err());
    assertEquals(1, result.err().lines().count());
  }

  @Test
  void withoutAScoreThereIsNoBest() throws IOException {
    Files.writeString(folder.resolve("rows.csv"), "x,y\n1,2\n2,3\n3,4\n");
    spec =
        Files.writeString(
            folder.resolve("rows.yaml"),
            """
            data: {dir: %s, train: rows.csv, features: [x], target: y}
            split: {validation: 0.1}
            model: [{linear: {out: 1}}]
            loss: mse
            optimizer: {sgd: {lr: 0.01}}
            sweep: {batch: [1, 2]}
            """
                .formatted(folder));

    Cli.Result result =
        Cli.run("train", spec.toString(), "--out", folder.resolve("run").toString());

    assertEquals(2, result.exitCode(), result.out());
    assertEquals(
        "beamgrad: all 2 trials failed; the first, trial 0 (batch=1): a sweep ranks trials by the"
            + " validation loss, but no rows give one (split.validation)\n",
        result.err());
  }

  @Test
  void aRateIsNotSearchedForASweep() {
    Cli.Result result = Cli.run("train", spec.toString(), "--find-lr", "--sweep", "batch=8,16");

    assertEquals(2, result.exitCode());
    assertEquals("beamgrad: --find-lr: is of one training, not of a sweep\n", result.err());
  }
}
