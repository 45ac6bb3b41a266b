package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.runner.Runner;
import io.beamgrad.runner.RunnerSettings;
import io.beamgrad.schema.Column;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.TableColumns;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanSummaryTest {

  @Test
  void aPlanSaysWhatWillBeDone() {
    assertEquals(
        """
        mnist-mlp
          data       idx data/mnist: train, test t10k; divided by 255
          split      0.2 of the rows for validation, seed 42
          model      flatten, linear 128, relu, linear 10
          loss       cross_entropy
          optimizer  sgd, learning rate 0.1, momentum 0.9
          training   10 epochs in batches of 100, seed 42
          runner     flink, parallelism 2
          output     runs/mnist-mlp/one\
        """,
        plan("mnist-mlp", List.of()));
  }

  @Test
  void aPlanOfATableNamesItsColumns() {
    assertEquals(
        """
        crop-yield
          data       csv pipelines/data/crop-yield: regions.csv; temp, rainfall, humidity -> apples, \
        oranges; standardised
          input      3 columns, 3 numbers a row
          split      0.0 of the rows for validation, seed 42
          model      linear 2
          loss       mse
          optimizer  adam, learning rate 0.001, betas 0.9 and 0.999
          training   100 epochs in batches of 5, seed 42
          runner     flink, parallelism 2
          output     runs/crop-yield/one\
        """,
        plan("crop-yield", List.of("data.scale=standard", "optimizer={adam: {}}")));
    String robust = plan("crop-yield", List.of("data.scale=robust"));
    assertTrue(robust.contains("apples, oranges; scaled by quartiles\n"), robust);
  }

  @Test
  void aPlanSaysHowRatesAndGradientsChange() {
    String plan =
        plan(
            "mnist-mlp",
            List.of(
                "optimizer={adamw: {}}",
                "schedule={per: step, warmUp: {length: 500, start: 0.1}, cosine: {}}",
                "model[2]={dropout: {p: 0.2}}",
                "loss={cross_entropy: {labelSmoothing: 0.1, classWeights: [1, 1, 1, 1, 1, 1, 1, 1, 1, 2.5]}}",
                "clipGradNorm=1",
                "penalty={l1: 0.01, l2: 0.5}",
                "earlyStopping.patience=1"));

    assertTrue(
        plan.contains(
            """
              model      flatten, linear 128, dropout 0.2, linear 10
              loss       cross_entropy, label smoothing 0.1, class weights 1.0, 1.0, 1.0, 1.0, 1.0, \
            1.0, 1.0, 1.0, 1.0, 2.5
              optimizer  adamw, learning rate 0.001, betas 0.9 and 0.999, weight decay 0.01, \
            L1 penalty 0.01, L2 penalty 0.5, norm at most 1
              schedule   warm-up from 0.1 of the rate in 500 steps, then cosine to 0 to the end
              training   10 epochs in batches of 100, seed 42; ends after 1 epoch without a better \
            validation loss
            """),
        plan);
  }

  @Test
  void aPlanSaysWhichEpochIsKeptAndTheFactorsOfTheRate() {
    String plan =
        plan(
            "mnist",
            List.of(
                "optimizer={adam: {lr: 0.04, beta2: 0.95}}",
                "schedule={per: step, cosineLog: {}}",
                "lrFactors={scale: 6, bias: 0.1}",
                "earlyStopping.metric=accuracy"));

    assertTrue(
        plan.contains(
            """
              optimizer  adam, learning rate 0.04, betas 0.9 and 0.95, the rate times 6 for scale layers, \
            0.1 for biases
              schedule   4 waves of a cosine to the end, each twice as long as the one before
            """),
        plan);
    assertTrue(plan.contains("; keeps the epoch of the best validation accuracy\n"), plan);
    plan = plan("mnist", List.of("earlyStopping={metric: accuracy, patience: 3}"));
    assertTrue(plan.contains("; ends after 3 epochs without a better validation accuracy\n"), plan);
  }

  @Test
  void aPlanSaysWhichKeysHaveModelsOfTheirOwn() {
    String[] table = {"each=region", "data.features=[region, rainfall]", "split.validation=0.2"};
    String plan = plan("crop-yield", List.of(table));

    assertTrue(plan.contains("  input      1 column, 3 numbers a row\n"), plan);
    assertTrue(
        plan.contains("  split      0.2 of the rows of each region for validation, seed 42\n"),
        plan);
    assertTrue(
        plan.contains(
            "  each       region: keys of at least 20 rows; pulled to the pooled model by 0.1, which"
                + " trains on up to 1,000,000 rows\n"),
        plan);
    plan = plan("crop-yield", List.of("each={key: region, minRows: 1, toPooled: 0}"));
    assertTrue(
        plan.contains(
            "  each       region: keys of at least 1 row; each begins at the pooled model, which"
                + " trains on up to 1,000,000 rows\n"),
        plan);
  }

  private static String plan(String name, List<String> overrides) {
    Path file = Path.of("pipelines", name + ".yaml");
    JobSpec spec = JobSpec.load(file, overrides);
    List<Column> columns =
        spec.data().features().isEmpty() ? List.of() : TableColumns.of(spec, List.of());
    TrainRequest request =
        new TrainRequest(
            file,
            overrides,
            new RunnerSettings(Runner.FLINK, 2, null, 60, false, List.of()),
            null,
            null,
            false,
            false);
    return String.join(
        "\n",
        PlanSummary.of(
            spec, columns, Optional.of(new int[] {3}), request, Path.of("runs", name, "one")));
  }
}
