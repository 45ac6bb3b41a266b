package io.beamgrad.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.schema.BaselineScore;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.RunRecord;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pages, cards and lines say of a score: what it has to beat. */
class BaselinePagesTest {
  @TempDir Path folder;

  /** 400 rows, of which each eighth or so is 'ye|s', as x says but for each eleventh row. */
  private Path spec() throws IOException {
    StringBuilder csv = new StringBuilder("x,y,z,weight,big,class\n");
    for (int i = 0; i < 400; i++) {
      boolean isYes = i % 8 == 3;
      double x = (isYes ^ i % 11 == 0) ? 1 + i % 5 : -1 - i % 7;
      csv.append(x).append(',').append(i % 13).append(',').append(i % 3).append(',');
      csv.append(i % 4).append(',').append(1e6 * (x + i % 13)).append(',');
      csv.append(isYes ? "ye|s" : "no").append('\n');
    }
    Files.writeString(folder.resolve("rare.csv"), csv);
    return Files.writeString(
        folder.resolve("rare.yaml"),
        """
        data: {format: csv, dir: %s, train: rare.csv, features: [x, y, z], target: class}
        split: {validation: 0.2, test: 0.3}
        model: [{linear: {out: 2}}]
        loss: cross_entropy
        optimizer: {sgd: {lr: 0.1}}
        epochs: 3
        """
            .formatted(folder));
  }

  private Path numbers() throws IOException {
    Path spec = spec();
    String text =
        Files.readString(spec)
            .replace("target: class", "target: {columns: big, scale: standard}, weight: weight")
            .replace("out: 2", "out: 1")
            .replace("cross_entropy", "mse");
    return Files.writeString(folder.resolve("numbers.yaml"), text);
  }

  private Path train(Path spec, String name, String... more) {
    Path out = folder.resolve(name);
    List<String> arguments =
        new ArrayList<>(List.of("train", spec.toString(), "--out", out.toString()));
    arguments.addAll(List.of(more));
    Cli.Result result = Cli.run(arguments.toArray(new String[0]));
    assertEquals(0, result.exitCode(), result.err());
    return out;
  }

  private static MetricRow test(Path run) {
    return RunJson.read(run.resolve("run.json")).getMetrics().stream()
        .filter(row -> row.getSplit() == Split.TEST)
        .findFirst()
        .orElseThrow();
  }

  private static void assertHas(String page, String... parts) {
    for (String part : parts) {
      assertTrue(page.contains(part), "no " + part);
    }
  }

  @Test
  void twoClassesHaveTheirBaselineEverywhereAndTheRareOneItsRecall() throws IOException {
    Path spec = spec();
    Path run = train(spec, "one");
    RunRecord record = RunJson.read(run.resolve("run.json"));
    double common = record.getEvaluation().getClasses().get(0).getRows() / 120.0;
    BaselineScore baseline = test(run).getBaseline();

    assertEquals(new BaselineScore("no", common, null, null), baseline);
    double balanced =
        record.getEvaluation().getClasses().stream()
            .mapToDouble(one -> one.getRecall())
            .average()
            .orElseThrow();
    assertEquals(balanced, record.getEvaluation().getBalancedAccuracy(), 1e-15);
    String page = Files.readString(run.resolve("report.html"));
    assertHas(
        page,
        "<span>always 'no': %s, 120 rows</span>".formatted(NumberText.percent(common)),
        "<span>test recall of 'ye|s'</span>",
        "id=\"thresholds\"",
        "ROC curve",
        "Precision and recall",
        "Calibration",
        "largest F1",
        "Balanced accuracy, the mean of the recalls: ",
        "The learning rate was 0.1 throughout.");
    assertFalse(page.contains("<figcaption>Learning rate"), "a constant is no curve");

    String model = run.resolve("model.avro").toString();
    Path evaluation = folder.resolve("evaluation.html");
    Cli.Result line =
        Cli.run(
            "evaluate",
            "--model",
            model,
            "--data",
            spec.toString(),
            "--report",
            evaluation.toString());
    assertHas(line.out(), String.format(Locale.ROOT, "; always 'no': accuracy %.4f\n", common));
    assertEquals(section(page, "thresholds"), section(Files.readString(evaluation), "thresholds"));
    String table = folder.resolve("rare.csv").toString();
    Cli.run("evaluate", "--model", model, "--input", table, "--report", evaluation.toString());
    assertHas(
        Files.readString(evaluation),
        "model.avro on the 400 rows of rare.csv.",
        "All rows of rare.csv.");
    JsonNode json =
        new ObjectMapper()
            .readTree(
                Cli.run("evaluate", "--model", model, "--data", spec.toString(), "--json").out());
    assertEquals(common, json.at("/baseline/accuracy").asDouble());
    assertEquals("no", json.at("/baseline/label").asText());
    checkCard(run);
    checkComparison(run, train(spec, "other", "--set", "split.test=0"));
  }

  private void checkCard(Path run) throws IOException {
    String card = Files.readString(run.resolve("README.md"));
    assertHas(
        card,
        "library_name: beamgrad\npipeline_tag: tabular-classification\n",
        "# Model card for rare\n\n## Model Details\n",
        "It predicts **class**, one of 2 classes, from 3 columns.\n",
        "- **Model type:** layers linear 2; 8 parameters\n- **Classes:** no, ye\\|s\n",
        "\n## Uses\n",
        "\n## Bias, Risks, and Limitations\n",
        "Of fewer than 30 training rows: ye\\|s.",
        "\n## How to Get Started with the Model\n",
        "\n## Training Details\n",
        "Files: rare.csv.",
        "\n## Evaluation\n",
        "| test, always 'no' | 120 |",
        "| ye\\|s |");
    assertEquals(card, ModelCard.of(RunFiles.read(run)));
    assertFalse(card.contains(folder.toString()), "a path of this machine");
  }

  private void checkComparison(Path one, Path other) throws IOException {
    assertHas(
        Files.readString(other.resolve("README.md")),
        "No rows were held back to test on: the scores below are of validation rows.",
        "| validation, always 'no' | 80 |");
    for (MetricRow row : RunJson.read(other.resolve("run.json")).getMetrics()) {
      assertEquals(
          row.getSplit() == Split.VALIDATION && row.getEpoch() == 3, row.getBaseline() != null);
    }
    String page = folder.resolve("compare.html").toString();
    String note =
        "The runs are not of the same rows or splits, so that a better score need not be a better model: one has 120 test rows, other has 80 validation rows.";
    Cli.Result compared = Cli.run("compare", one.toString(), other.toString(), "--out", page);
    assertHas(compared.out(), note, "test baseline");
    assertHas(Files.readString(Path.of(page)), note);
  }

  /** Chosen by the loss, which is no metric of the spec, and refit. */
  @Test
  void theCardSaysHowValidationRowsWereUsed() throws IOException {
    String[] sets = {"split.test=0", "earlyStopping.patience=2", "folds=3", "data.weight=weight"};
    List<String> more = new ArrayList<>();
    for (String set : sets) {
      more.addAll(List.of("--set", set));
    }
    Path run = train(spec(), "chosen", more.toArray(String[]::new));
    assertHas(
        Files.readString(run.resolve("README.md")),
        "- No rows were held back to test on: the scores below are of validation rows, by which the model was chosen, and flatter; only the scores of the 3 folds are of rows that their models were not trained on.",
        " are kept, best in validation loss. ",
        " of its validation rows, by weight.");
    more.addAll(List.of("--set", "refit=true", "--set", "folds=null"));
    assertHas(
        Files.readString(train(spec(), "refit", more.toArray(String[]::new)).resolve("README.md")),
        "by which the model was chosen, and flatter, and of the model before its refit.\n");
  }

  private static String section(String page, String id) {
    int from = page.indexOf("<section id=\"%s\"".formatted(id));
    return page.substring(from, page.indexOf("</section>", from));
  }

  @Test
  void numbersHaveTheErrorOfTheMeanByWeightAndItsRoot() throws IOException {
    Path run = train(numbers(), "run");
    MetricRow row = test(run);

    assertTrue(row.getWeight() > 0);
    assertTrue(row.getBaseline().getMse() > 1e12);
    assertHas(
        Files.readString(run.resolve("report.html")),
        "<span>test root of squared error</span><b>%s</b><span>always the mean: %s</span>"
            .formatted(
                NumberText.brief(Math.sqrt(row.getMse())),
                NumberText.brief(Math.sqrt(row.getBaseline().getMse()))),
        "<span>always the mean: %s, 120 rows of weight "
            .formatted(NumberText.brief(row.getBaseline().getMae())));
  }
}
