package io.beamgrad.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.metrics.Metric;
import io.beamgrad.schema.Cross;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepKeysTest {
  private static final String JOB =
      """
      data: {dir: ., train: a.csv, features: ["*"], target: y}
      model: [{linear: {out: 8}}, relu, {linear: {out: 1}}]
      loss: mse
      optimizer: {adam: {lr: 0.01}}
      epochs: 20
      """;

  @TempDir Path folder;

  private JobSpec load(String... overrides) throws IOException {
    return JobSpec.load(Files.writeString(folder.resolve("job.yaml"), JOB), List.of(overrides));
  }

  private String complaint(String... overrides) {
    return assertThrows(WrongInputException.class, () -> load(overrides).trials()).getMessage();
  }

  @Test
  void allWaysToWriteAGridAreOne() throws IOException {
    JobSpec spec = load("sweep={optimizer.lr: [0.1, 0.2], batch: [8]}");

    assertEquals(
        spec.sweep(), load("sweep={grid: {optimizer.lr: [0.1, 0.2], batch: [8]}}").sweep());
    assertEquals(
        spec.sweep(), load("sweep.grid.optimizer.lr=[0.1, 0.2]", "sweep.batch=[8]").sweep());
    assertEquals(
        spec.sweep(), load("sweep.optimizer.lr=[0.1, 0.2]", "sweep.grid.batch=[8]").sweep());
    assertEquals(spec, JobSpec.load(write(spec), List.of()));
  }

  private Path write(JobSpec spec) throws IOException {
    return Files.writeString(folder.resolve("again.yaml"), spec.toYaml());
  }

  @Test
  void aTrialIsTheSpecWithItsValuesByItself() throws IOException {
    JobSpec spec = load("sweep={optimizer.lr: [0.1, 0.2], 'model[0].linear.out': [4, 5]}");

    JobSpec third = spec.trials().get(2);

    assertEquals(4, spec.trials().size());
    assertEquals("job-2", third.name());
    assertNull(third.sweep());
    JobSpec alone = load("optimizer.lr=0.2", "model[0].linear.out=4");
    assertEquals(alone.fingerprint(), third.fingerprint());
    JobSpec best = spec.withTrial(2);
    assertEquals(alone.optimizer(), best.optimizer());
    assertEquals(alone.model(), best.model());
    assertEquals(spec.sweep(), best.sweep());
    assertEquals(
        spec.trials().stream().map(JobSpec::fingerprint).toList(),
        best.trials().stream().map(JobSpec::fingerprint).toList());
  }

  @Test
  void trialsMayDifferByCrosses() throws IOException {
    assertEquals(
        List.of(List.of(), List.of(new Cross(List.of("a", "b"), 65536))),
        load("sweep={data.crosses: [null, [[a, b]]]}").trials().stream()
            .map(trial -> trial.data().crosses())
            .toList());
  }

  @Test
  void aSweepIsInTheFingerprint() throws IOException {
    String one = load("sweep={batch: [8, 9]}").fingerprint();

    assertNotEquals(load().fingerprint(), one);
    assertNotEquals(load("sweep={batch: [8, 10]}").fingerprint(), one);
  }

  @Test
  void seedsAreOneOfTheKeys() throws IOException {
    List<JobSpec> trials = load("sweep={seed: [1, 2]}").trials();

    assertEquals(List.of(1L, 2L), trials.stream().map(JobSpec::seed).toList());
    assertEquals(42, trials.get(1).split().seed()); // the rows stay
  }

  @Test
  void trialsAreRankedByEarlyStoppingsMetricOrTheLoss() throws IOException {
    assertEquals(Metric.LOSS, load("sweep={batch: [8]}").sweepMetric());
    assertEquals(Metric.MAE, load("sweep={batch: [8]}", "earlyStopping.metric=mae").sweepMetric());
    assertEquals(
        Metric.R2,
        load("sweep={batch: [8], metric: r2}", "earlyStopping.metric=mae").sweepMetric());
  }

  @Test
  void aDrawOfAKeyOfWholeNumbersIsWhole() throws IOException {
    JobSpec spec =
        load(
            "sweep={trials: 9, draw: {batch: {low: 8, high: 64, log: true}, optimizer.lr: {low: 1, high: 2}, 'model[0].linear.out': {low: 2, high: 3}}}");

    spec.trials(); // each is valid
    spec.sweep()
        .settings()
        .forEach(
            settings -> {
              assertEquals(true, settings.get("batch").isIntegralNumber());
              assertEquals(false, settings.get("optimizer.lr").isIntegralNumber());
              assertEquals(true, settings.get("model[0].linear.out").isIntegralNumber());
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{data.dir: [a, b]} | sweep over data.dir is not possible: it changes the data, which all trials share",
        "{split.validation: [0.1]} | sweep over split.validation is not possible: it changes the data, which all trials share",
        "{data.target: [x]} | sweep over data.target is not possible: it changes the data, which all trials share",
        "{name: [a, b]} | sweep over name is not possible: all trials share it",
        "{sinks.csv: [true]} | sweep over sinks.csv is not possible: all trials share it",
        "{batch: 8} | sweep.batch must be a list of values, was 8",
        "{batch: []} | sweep.batch must be a list of values, was []",
        "{batch: [8, 9, 8]} | sweep.batch has the value 8 twice",
        "{batch: [8, 0]} | sweep has a trial that is wrong: batch must be in [1, 2147483647], was 0",
        "{bach: [8]} | sweep has a trial that is wrong: bach is not a key; did you mean batch?",
        "[1] | sweep must be a map of keys, was [1]",
        "{} | sweep must be a map of keys to lists of values, or have draw, was {}",
        "{trials: 4, batch: [8]} | sweep.trials is for draw; a grid has a trial for each combination",
        "{draw: {batch: [8]}} | sweep.trials is missing; it is how many trials are drawn",
        "{draw: {batch: [8]}, trials: 0} | sweep.trials must be a whole number of at least 1, was 0",
        "{draw: {batch: [8]}, trials: 1000000} | sweep must have up to 1,000 trials, has 1,000,000",
        "{draw: {batch: [8]}, batch: [9], trials: 2} | sweep has values of a grid and draw; leave out one",
        "{draw: {optimizer.lr: {low: 0, high: 1, log: true}}, trials: 2} | sweep.draw.optimizer.lr must have a low above 0 and below its high, had 0 and 1",
        "{draw: {optimizer.lr: {low: 2, high: 1}}, trials: 2} | sweep.draw.optimizer.lr must have a low below its high, had 2 and 1",
        "{draw: {batch: {low: 1.5, high: 4}}, trials: 2} | sweep.draw.batch must have whole numbers, as the key has, had 1.5 and 4",
        "{draw: {batch: {low: 1, top: 4}}, trials: 2} | sweep.draw.batch must be a list of values or {low: NUMBER, high: NUMBER, log: true or false}, was {\"low\":1,\"top\":4}",
        "{batch: [8], metric: speed} | sweep.metric must be one of loss, accuracy, logLoss, rocAuc, mse, mae, r2, was \"speed\"",
        "{batch: [8], metric: accuracy} | sweep.metric must not be accuracy with the loss \"mse\"",
        "{batch: [8], halving: {keep: 0.5}} | sweep.halving.from is missing; it is after how many epochs trials are stopped",
        "{batch: [8], halving: {from: 2, keep: 1}} | sweep.halving.keep must be a number in (0, 1), was 1",
        "{batch: [8], halving: {from: 2, share: 1}} | sweep.halving.share is not a key; known in sweep.halving: from, keep",
        "{optimizer.adam.lr: [1], optimizer.lr: [2]} | sweep has optimizer.adam.lr and optimizer.lr, of which one sets the other",
        "{optimizer.lr: [1], optimizer: [sgd]} | sweep has optimizer and optimizer.lr, of which one sets the other",
        "{draw: {seed: {low: 0, high: 1.0e+18}}, trials: 2} | sweep.draw.seed must be of whole numbers up to 2^53, had 0 and 1.0E18",
        "{seed: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18], halving: {from: 1, keep: 0.99}} | sweep.halving must give up to 16 stages, has 17; a lower keep or a later from has fewer",
        "{batch: [8], halving: {from: 20}} | sweep.halving.from must be below epochs, 20, was 20",
        "{epochs: [8, 9], halving: {from: 2}} | sweep.halving needs trials of the same epochs, but epochs is swept",
        "{loss: [mse, l1]} | sweep.metric must be one of mse, mae, r2 where trials have losses of their own, which do not compare",
      })
  void whatIsWrongIsOneLine(String sweep, String expected) {
    String found = complaint("sweep=" + sweep);

    assertEquals("--set sweep=" + sweep + ": " + expected, found);
  }

  @Test
  void aMillionCombinationsAreCountedWithoutBeingMade() {
    StringBuilder values = new StringBuilder("1");
    for (int i = 2; i <= 1000; i++) {
      values.append(", ").append(i);
    }
    String sweep =
        String.format(
            Locale.ROOT, "sweep={batch: [%1$s], optimizer.lr: [%1$s], seed: [%1$s]}", values);

    String found = complaint(sweep);

    assertEquals(
        "sweep must have up to 1,000 trials, has 1,000,000,000", found.replaceFirst(".*}: ", ""));
  }

  @Test
  void itNeedsRowsThatValidate() {
    assertEquals(
        "sweep needs a split.validation above 0, or folds, was 0.0",
        complaint("sweep={batch: [8]}", "split.validation=0").replaceFirst(".*}: ", ""));
  }

  @Test
  void foldsValidateInTheirPlaceButForTheEpochs() throws IOException {
    assertEquals(0.0, load("sweep={batch: [8]}", "folds=3").split().validation());
    assertEquals(
        0.2, load("sweep={earlyStopping.patience: [1, 2]}", "folds=3").split().validation());
    for (JobSpec trial : load("sweep={batch: [8, 9]}", "folds=3").trials()) {
      assertEquals(3, trial.folds().count());
    }
  }

  @Test
  void trainingsOfTrialsOnFoldsAreCounted() {
    assertEquals(
        "sweep must have up to 1,000 trainings, has 1,200: 400 trials on 3 folds",
        complaint("sweep={draw: {batch: [8, 9]}, trials: 400}", "folds=3")
            .replaceFirst(".*}: ", ""));
  }

  @Test
  void theNumbersOfTrialsFitBehindTheName() throws IOException {
    String longest = "a".repeat(98);
    assertEquals(
        longest + "-1", load("sweep={batch: [8, 9]}", "name=" + longest).trials().get(1).name());
    assertEquals(
        "name must have up to 98 characters with a sweep of 2 trials, whose numbers follow it, has 99",
        complaint("sweep={batch: [8, 9]}", "name=" + longest + "a").replaceFirst(".*: ", ""));
  }

  @Test
  void aWarmStartNeedsTrialsOfTheSameLayersAndColumns() throws IOException {
    load("sweep={optimizer.lr: [1, 2]}", "retrain.start=warm");

    assertEquals(
        "retrain.start must be cold where a sweep changes layers or columns, was \"warm\"",
        complaint("sweep={data.scale: [standard, minmax]}", "retrain.start=warm")
            .replaceFirst(".*: (?=retrain)", ""));
    assertEquals(
        "sweep.halving.from must be below retrain.epochs, 3, was 5",
        complaint(
                "sweep={batch: [8], halving: {from: 5}}", "retrain.start=warm", "retrain.epochs=3")
            .replaceFirst(".*: (?=sweep.halving)", ""));
    assertEquals(
        "retrain.epochs must be left out where a sweep is over epochs",
        complaint("sweep={epochs: [8, 9]}", "retrain.start=warm", "retrain.epochs=3")
            .replaceFirst(".*: (?=retrain)", ""));
  }
}
