package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person is told of a training that learned too little, and by which metric it was kept. */
class TrainingRemarksTest {
  @TempDir Path folder;

  /** Rows of a line through numbers of a size, and of a class that their sign tells. */
  private Path spec(double size, String target, String more) throws IOException {
    Random random = new Random(7);
    StringBuilder rows = new StringBuilder("a,b,y,kind,part\n");
    for (int i = 0; i < 200; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      rows.append(
          "%s,%s,%s,%s,%s\n"
              .formatted(
                  a * size,
                  b,
                  size * (3 * a - b),
                  a > 0.5 || i < 5 ? "yes" : "no",
                  i < 5 ? "validation" : "train"));
    }
    Files.writeString(folder.resolve("rows.csv"), rows.toString());
    return Files.writeString(
        folder.resolve("spec.yaml"),
        """
        data: {dir: %s, train: rows.csv, features: [a, b], target: %s}
        batch: 32
        seed: 1
        %s
        """
            .formatted(folder, target, more));
  }

  private Cli.Result train(Path spec, String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", spec.toString()));
    arguments.addAll(List.of("--out", folder.resolve("run").toString()));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private static final String NUMBERS =
      "model: [{linear: {out: 1}}]\nloss: mse\noptimizer: {sgd: {lr: 0.01}}\n";
  private static final String CLASSES =
      "model: [{linear: {out: classes}}]\nloss: cross_entropy\noptimizer: {sgd: {lr: 0.1}}\n";

  @Test
  void thatLearningHasNotStoppedIsSaidWithTheKeyToChange() throws IOException {
    Cli.Result result = train(spec(1, "y", NUMBERS + "epochs: 3"));

    assertEquals(0, result.exitCode(), result.err());
    String remark =
        "learning has not stopped: the validation loss is best after the last epoch; more may be"
            + " better still, such as --set epochs=6";
    assertTrue(result.out().contains("\nremark    " + remark + "\n"), result.out());
    assertEquals(
        remark,
        new ObjectMapper()
            .readTree(folder.resolve("run/run.json").toFile())
            .at("/remarks/0")
            .asText());
    assertTrue(
        Files.readString(folder.resolve("run/report.html")).contains("Learning has not stopped: "));
  }

  @Test
  void ofATrainingThatHasStoppedNothingIsSaid() throws IOException {
    Cli.Result result =
        train(spec(1, "y", NUMBERS + "epochs: 300\nearlyStopping: {patience: 3, minDelta: 0.01}"));

    assertEquals(0, result.exitCode(), result.err());
    assertFalse(result.out().contains("remark"), result.out());
  }

  @Test
  void anEpochThatEqualsTheBestIsKeptButNoReasonToGoOn() throws IOException {
    Cli.Result result =
        train(spec(1, "kind", CLASSES + "epochs: 200\nearlyStopping: {metric: accuracy}"));

    assertEquals(0, result.exitCode(), result.err());
    assertEquals(200, kept(), result.out());
    assertFalse(result.out().contains("remark"), result.out());
  }

  @Test
  void ofAnEnsembleMostMembersDecideWhetherItHasStopped() throws IOException {
    String few = "epochs: 3\nearlyStopping: {metric: r2}\nensemble: {members: 3}";
    String many =
        "epochs: 300\nearlyStopping: {patience: 3, minDelta: 0.01}\nensemble: {members: 3}";

    assertTrue(
        train(spec(1, "y", NUMBERS + few)).out().contains("remark    learning has not stopped: "));
    assertFalse(train(spec(1, "y", NUMBERS + many)).out().contains("remark"));
  }

  private int kept() throws IOException {
    return new ObjectMapper()
        .readTree(folder.resolve("run/run.json").toFile())
        .at("/epochs/kept")
        .asInt();
  }

  @Test
  void oneThatIsNoBetterThanTheMeanIsToldWhatToScale() throws IOException {
    String tiny = NUMBERS.replace("0.01", "1.0E-12");

    Cli.Result result = train(spec(1e6, "y", tiny + "epochs: 2"), "--set=data.features=[b]");

    assertEquals(0, result.exitCode(), result.err());
    assertTrue(
        result.out().contains("\nremark    no better than the mean of the target: R2 is -"),
        result.out());
    assertTrue(result.out().contains("of target 'y': try data.target.scale: standard\n"));
  }

  @Test
  void aTargetThatIsKeptWithinItsRangeAndNotScaledIsToldToBe() throws IOException {
    String tiny = NUMBERS.replace("0.01", "1.0E-12") + "epochs: 2";

    Cli.Result result =
        train(spec(1e6, "{columns: y, clip: true}", tiny), "--set=data.features=[b]");

    assertTrue(result.out().contains("of target 'y': try data.target.scale: standard\n"));
  }

  @Test
  void ofFewRowsASmallerBatchIsTriedWhereItMakesMoreSteps() throws IOException {
    String out = ofFewRows(33);
    assertTrue(out.contains("; training made 2 steps: try --set batch=32 or more epochs\n"), out);
  }

  @Test
  void ofFewerRowsThanASmallBatchHasMoreEpochsAreTried() throws IOException {
    String out = ofFewRows(32);
    assertTrue(out.contains("; training made 2 steps: try more epochs\n"), out);
  }

  /** What a training says that sees so many rows at once, twice, and learns nothing. */
  private String ofFewRows(int count) throws IOException {
    String slow = NUMBERS.replace("0.01", "1.0E-12") + "split: {by: {column: part}}\nepochs: 2";
    Path spec = spec(1, "y", slow);
    List<String> rows = Files.readAllLines(folder.resolve("rows.csv"));
    Files.write(folder.resolve("rows.csv"), rows.subList(0, 1 + 5 + count)); // 5 validate
    return train(spec, "--set=batch=256", "--set=data.features=[b]").out();
  }

  @Test
  void oneThatTakesAllRowsForOneClassIsToldTheRate() throws IOException {
    String slow = CLASSES.replace("0.1", "1.0E-6").replace("[{", "[{linear: {out: 4}}, relu, {");

    Cli.Result result = train(spec(1, "kind", slow + "epochs: 200"));

    assertEquals(0, result.exitCode(), result.err());
    assertTrue(
        result.out().contains("\nremark    no better than one class for all: each of the 40"),
        result.out());
    assertTrue(
        result.out().contains("; try another learning rate than 0.000001, as train --find-lr"),
        result.out());
  }

  @Test
  void aLossThatExplodesAtFirstIsToldALowerRate() throws IOException {
    Cli.Result result = train(spec(1, "y", NUMBERS.replace("0.01", "1.5") + "epochs: 1"));

    assertEquals(0, result.exitCode(), result.err());
    assertTrue(result.out().contains("\nremark    the loss rose from "), result.out());
    assertTrue(
        result.out().contains(" in the first epoch; try a lower learning rate than 1.5, as train"),
        result.out());
  }

  @Test
  void theMetricThatKeptTheEpochIsSaid() throws IOException {
    Cli.Result result = train(spec(1, "y", NUMBERS + "epochs: 5\nearlyStopping: {metric: r2}"));

    assertEquals(0, result.exitCode(), result.err());
    assertTrue(
        result
            .out()
            .contains(
                "\nepochs    5 trained of 5, weights of epoch 5 kept, best in validation R2\n"),
        result.out());
    assertTrue(
        Files.readString(folder.resolve("run/report.html"))
            .contains("; the weights of epoch 5, best in validation R2, are kept."));
    assertEquals(
        "r2",
        new ObjectMapper()
            .readTree(folder.resolve("run/run.json").toFile())
            .at("/epochs/metric")
            .asText());
  }

  @Test
  void aRocCurveNeedsValidationRowsOfBothClasses() throws IOException {
    Cli.Result result =
        train(
            spec(
                1,
                "kind",
                CLASSES + "split: {by: {column: part}}\nearlyStopping: {metric: rocAuc}"));

    assertEquals(2, result.exitCode(), result.out());
    assertEquals(
        "beamgrad: earlyStopping.metric rocAuc needs validation rows of both classes, found one\n",
        result.err());
  }

  @Test
  void aRocCurveIsOfTwoClassesAlsoWhereTheirNumberIsLearned() throws IOException {
    Cli.Result result = train(spec(1, "kind", CLASSES + "earlyStopping: {metric: rocAuc}"));
    assertEquals(0, result.exitCode(), result.err());

    Path spec = spec(1, "kind", CLASSES + "earlyStopping: {metric: rocAuc}\nsplit: {seed: 4}");
    Path rows = folder.resolve("rows.csv");
    Files.writeString(rows, Files.readString(rows) + "1,1,1,perhaps,train\n".repeat(50));
    Cli.Result three = Cli.run("train", spec.toString(), "--out", folder.resolve("3").toString());

    assertEquals(2, three.exitCode(), three.out());
    assertEquals(
        "beamgrad: earlyStopping.metric must not be rocAuc with 3 classes; it is of two\n",
        three.err());
  }
}
