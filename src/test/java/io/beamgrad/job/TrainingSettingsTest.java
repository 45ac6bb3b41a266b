package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.learner.TrainingRun;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.Provenance;
import io.beamgrad.schema.Split;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the keys of a spec do to a training. */
class TrainingSettingsTest {
  private static final int EPOCHS = 20;
  private static final String DROPPING = "[{linear: {out: 16}}, tanh, dropout, {linear: {out: 3}}]";
  private static final String NORMALIZING =
      "[scale, {linear: {out: 16, ntk: true}}, batch_norm, mish, layer_norm,"
          + " {linear: {out: 3, ntk: true, zero: true}}]";

  private static final String[] EVERYTHING = {
    "schedule={per: step, warmUp: {length: 10}, cosine: {length: 100, min: 0.001}}",
    "loss={cross_entropy: {labelSmoothing: 0.1, classWeights: [1, 2, 3]}}",
    "clipGradNorm=0.5",
    "penalty={l1: 0.001, l2: 0.01}",
    "earlyStopping={patience: 3}",
    "optimizer={adamw: {lr: 0.05}}",
    "epochs=" + EPOCHS,
  };

  @TempDir Path folder;
  private TableTraining table;

  @BeforeEach
  void makeTable() {
    table = new TableTraining(folder);
  }

  private String sha256(String work, String... overrides) throws Exception {
    return table.sha256(table.spec(TableTraining.CLASSES, overrides), work);
  }

  @Test
  void eachKeyChangesTheWeights() throws Exception {
    String[][] settings = {
      {},
      {"schedule.step={size: 2}"},
      {"schedule.step={size: 2, gamma: 0.5}"},
      {"schedule.step={size: 3, gamma: 0.5}"},
      {"schedule={per: step, step: {size: 3, gamma: 0.5}}"},
      {"schedule.exponential.gamma=0.9"},
      {"schedule.cosine={}"},
      {"schedule.cosine.min=0.01"},
      {"schedule.cosine.length=4"},
      {"schedule={per: step, cosine: {}}"},
      {"schedule.cosineLog={}"},
      {"schedule={per: step, cosineLog: {}}"},
      {"schedule={per: step, cosineLog: {cycles: 2}}"},
      {"schedule={per: step, warmUp: {length: 10}, cosineLog: {}}"},
      {"lrFactors.weight=0.5"},
      {"lrFactors.bias=0.1"},
      {"schedule.warmUp.length=3"},
      {"schedule.warmUp={length: 3, start: 0.1}"},
      {"schedule={warmUp: {length: 3}, cosine: {}}"},
      {"schedule={warmUp: {length: 3}, step: {size: 1}}"},
      {"model[1]=tanh"},
      {"model[1]=sigmoid"},
      {"model[1]=dropout"},
      {"model[1]={dropout: {p: 0.1}}"},
      {"model[1]=selu"},
      {"model[1]=mish"},
      {"model[1]=silu"},
      {"model[1]=gelu"},
      {"model[1]={gelu: {approximate: tanh}}"},
      {"model[1]=leaky_relu"},
      {"model[1]={leaky_relu: {slope: 0.2}}"},
      {"model[1]=batch_norm"},
      {"model[1]={batch_norm: {momentum: 0.5}}"},
      {"model[1]={batch_norm: {eps: 0.1}}"},
      {"model[1]=layer_norm"},
      {"model[1]={layer_norm: {eps: 0.1}}"},
      {"model[1]=scale"},
      {"model[0].linear.ntk=true"},
      {"model[2].linear.zero=true"},
      {"model=" + NORMALIZING},
      {"model=[{linear: {out: 8}}, relu, dropout, {linear: {out: 3}}]"},
      {"loss.labelSmoothing=0.1"},
      {"loss.classWeights=[1, 2, 3]"},
      {"clipGradNorm=0.1"},
      {"penalty.l1=0.01"},
      {"penalty.l2=0.01"},
      {"optimizer={adam: {weightDecay: 0.1}}"},
      {"optimizer={adamw: {weightDecay: 0.1}}"},
      {"optimizer={adamw: {}}"},
    };
    Map<String, String> seen = new LinkedHashMap<>();
    for (String[] overrides : settings) {
      String same = seen.put(sha256("w", overrides), List.of(overrides).toString());
      assertEquals(null, same, List.of(overrides) + " is as " + same);
    }
  }

  @Test
  void aScheduleThatEndsAtTheRateItBeganWithIsAsNone() throws Exception {
    String plain = sha256("w");

    assertEquals(plain, sha256("w", "schedule.step.size=6"));
    assertEquals(plain, sha256("w", "schedule.exponential.gamma=1"));
    assertEquals(plain, sha256("w", "schedule.warmUp={length: 2, start: 1}"));
    assertEquals(plain, sha256("w", "clipGradNorm=1e9"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{linear: {out: 8}}, relu, {linear: {out: 3}}]", NORMALIZING})
  void earlyStoppingKeepsTheWeightsOfTheBestEpoch(String layers) throws Exception {
    String model = "model=" + layers;
    TrainingRun.Result stopped =
        table.train(
            table.spec(TableTraining.CLASSES, model, "epochs=50", "earlyStopping.patience=3"),
            "stopped");

    List<MetricRow> rows = stopped.metrics().getRows();
    MetricRow best =
        rows.stream()
            .filter(row -> row.getSplit() == Split.VALIDATION && row.getEpoch() > 0)
            .min(Comparator.comparingDouble(MetricRow::getLoss))
            .orElseThrow();
    int kept = best.getEpoch();
    assertEquals(kept, stopped.outcome().getKeptEpoch());
    assertEquals(kept + 3, stopped.outcome().getEpochs());
    assertEquals(kept, rows.get(rows.size() - 1).getEpoch());
    assertEquals(Split.TEST, rows.get(rows.size() - 1).getSplit());
    Provenance from = ModelFile.read(stopped.model().orElseThrow().getPath()).getProvenance();
    assertEquals(kept + 3, from.getEpochs());
    assertEquals(kept, from.getKeptEpoch());

    TrainingRun.Result exact =
        table.train(table.spec(TableTraining.CLASSES, model, "epochs=" + kept), "exact");
    assertEquals(exact.outcome().getWeightsSha256(), stopped.outcome().getWeightsSha256());
    List<MetricRow> exactRows = exact.metrics().getRows();
    assertEquals(
        exactRows.get(exactRows.size() - 1).getLoss(), rows.get(rows.size() - 1).getLoss());
  }

  @Test
  void aLargerMinDeltaStopsSooner() throws Exception {
    TrainingRun.Result result =
        table.train(
            table.spec(
                TableTraining.CLASSES, "epochs=50", "earlyStopping={patience: 2, minDelta: 100}"),
            "w");

    assertEquals(1, result.outcome().getKeptEpoch());
    assertEquals(3, result.outcome().getEpochs());
  }

  @ParameterizedTest
  @ValueSource(strings = {DROPPING, NORMALIZING})
  void aTrainingThatEndedAfterEachEpochAndWentOnHasTheSameBits(String layers) throws Exception {
    String[] everything = Arrays.copyOf(EVERYTHING, EVERYTHING.length + 1);
    everything[EVERYTHING.length] = "model=" + layers;
    TrainingRun.Result whole = table.train(table.spec(TableTraining.CLASSES, everything), "whole");
    assertTrue(whole.outcome().getEpochs() > 4, "stopped after " + whole.outcome().getEpochs());

    TrainingRun.Result parts = null;
    for (int epochs = 1; epochs <= EPOCHS; epochs++) {
      String[] overrides = Arrays.copyOf(everything, everything.length + 1);
      overrides[everything.length] = "epochs=" + epochs;
      parts = table.train(table.spec(TableTraining.CLASSES, overrides), "parts");
    }

    assertEquals(whole.outcome(), parts.outcome());
    assertEquals(losses(whole), losses(parts));
  }

  /** 150 rows to train on. */
  @Test
  void aLastBatchOfOneRowIsTrainedOnByTheRunningStatistics() throws Exception {
    TrainingRun.Result result =
        table.train(table.spec(TableTraining.CLASSES, "model=" + NORMALIZING, "batch=149"), "w");

    assertEquals(OutcomeStatus.SUCCEEDED, result.outcome().getStatus());
    assertEquals(150, result.outcome().getTrained());
    Map<String, Tensor> weights =
        ModelFile.parameters(ModelFile.read(result.model().orElseThrow().getPath()));
    assertEquals(6, weights.get("2.num_batches_tracked").item()); // one an epoch
  }

  @Test
  void aBatchOfOneRowIsRefusedWhereItIsNormalized() {
    assertEquals(
        "--set batch=1: batch must be at least 2 with batch_norm, was 1",
        assertThrows(
                WrongInputException.class,
                () -> table.spec(TableTraining.CLASSES, "model=" + NORMALIZING, "batch=1"))
            .getMessage());
  }

  @Test
  void aCosineToTheEndGoesOnFromACheckpointToo() throws Exception {
    String[] cosine = {"schedule={per: step, warmUp: {length: 20}, cosine: {}}"};
    String whole = sha256("w", cosine);
    try (Stream<Path> files = Files.list(folder.resolve("w/checkpoints"))) {
      Files.delete(files.max(Comparator.naturalOrder()).orElseThrow());
    }

    assertEquals(whole, sha256("w", cosine));
  }

  @Test
  void wavesOfACosineAndFactorsOfTheRateGoOnFromACheckpointToo() throws Exception {
    String[] recipe = {
      "schedule={per: step, cosineLog: {}}",
      "lrFactors={weight: 2, bias: 0.1}",
      "optimizer={adam: {lr: 0.04, beta2: 0.95}}"
    };
    String whole = sha256("w", recipe);
    try (Stream<Path> files = Files.list(folder.resolve("w/checkpoints"))) {
      Files.delete(files.max(Comparator.naturalOrder()).orElseThrow());
    }

    assertEquals(whole, sha256("w", recipe));
  }

  @Test
  void theFirstStepOfAWaveHasTheRateNought() throws Exception {
    TrainingRun.Result result =
        table.train(
            table.spec(
                TableTraining.CLASSES,
                "schedule={per: step, cosineLog: {}}",
                "epochs=1",
                "batch=150"),
            "w");

    List<String> hashes = result.outcome().getEpochsSha256();
    assertEquals(hashes.get(0), hashes.get(1)); // as its only step has the rate 0
  }

  @Test
  void byAMetricAllEpochsAreTrainedAndTheLastOfTheBestIsKept() throws Exception {
    String[] byAccuracy = {"epochs=40", "earlyStopping.metric=accuracy"};
    TrainingRun.Result result = table.train(table.spec(TableTraining.CLASSES, byAccuracy), "whole");

    Comparator<MetricRow> byScore = Comparator.comparingDouble(MetricRow::getAccuracy);
    List<MetricRow> validated =
        result.metrics().getRows().stream()
            .filter(row -> row.getSplit() == Split.VALIDATION && row.getEpoch() > 0)
            .toList();
    int kept =
        validated.stream()
            .max(byScore.thenComparingInt(MetricRow::getEpoch))
            .orElseThrow()
            .getEpoch();
    int first =
        validated.stream()
            .max(byScore.thenComparing(MetricRow::getEpoch, Comparator.reverseOrder()))
            .orElseThrow()
            .getEpoch();
    assertTrue(first < kept, "no two epochs are equally good: " + first);
    assertEquals(40, result.outcome().getEpochs());
    assertEquals(kept, result.outcome().getKeptEpoch());
    assertEquals(sha256("exact", "epochs=" + kept), result.outcome().getWeightsSha256());

    sha256("parts", "epochs=7", byAccuracy[1]);
    sha256("parts", "epochs=" + (first + 1), byAccuracy[1]);
    assertEquals(result.outcome().getWeightsSha256(), sha256("parts", byAccuracy));
  }

  @Test
  void aPatienceCountsEpochsThatAreNoBetterByTheMetric() throws Exception {
    TrainingRun.Result result =
        table.train(
            table.spec(
                TableTraining.NUMBERS,
                "epochs=60",
                "earlyStopping={metric: r2, patience: 3, minDelta: 0.05}"),
            "w");

    assertEquals(result.outcome().getKeptEpoch() + 3, result.outcome().getEpochs());
  }

  @Test
  void ofManyShortEpochsEachHasItsHashAndTheLastOneItsCheckpoint() throws Exception {
    String whole = sha256("w", "epochs=80");
    List<Path> checkpoints;
    try (Stream<Path> files = Files.list(folder.resolve("w/checkpoints"))) {
      checkpoints = files.sorted().toList();
    }
    Path last = checkpoints.get(checkpoints.size() - 1);
    assertTrue(last.toString().endsWith("-00000080.avro"), last.toString());

    Files.delete(last);
    TrainingRun.Result again = table.train(table.spec(TableTraining.CLASSES, "epochs=80"), "w");

    assertEquals(whole, again.outcome().getWeightsSha256());
    assertEquals(81, again.outcome().getEpochsSha256().size());
    assertEquals(81, new HashSet<>(again.outcome().getEpochsSha256()).size());
  }

  @Test
  void lossesOfNumbersDiffer() throws Exception {
    Set<String> seen = new HashSet<>();
    for (String loss : List.of("mse", "l1", "huber", "{huber: {delta: 0.1}}")) {
      JobSpec spec = table.spec(TableTraining.NUMBERS, "loss=" + loss);
      assertTrue(seen.add(table.sha256(spec, "w")), loss);
      List<MetricRow> rows = table.train(spec, "w").metrics().getRows();
      MetricRow tested = rows.get(rows.size() - 1);
      assertTrue(tested.getR2() > 0, loss + " " + tested);
    }
  }

  @Test
  void aBinaryCrossEntropyTellsTwoClassesApart() throws Exception {
    TrainingRun.Result result =
        table.train(
            table.spec(
                TableTraining.CLASSES, "loss=binary_cross_entropy", "model=[{linear: {out: 1}}]"),
            "w");

    List<MetricRow> rows = result.metrics().getRows();
    MetricRow tested = rows.get(rows.size() - 1);
    assertTrue(tested.getAccuracy() > 0.8, tested.toString());
    assertTrue(tested.getRocAuc() > tested.getAccuracy(), tested.toString());
    assertEquals(tested.getLoss(), tested.getLogLoss(), 1e-6);
    assertEquals(Split.TEST, result.outcome().getConfusion().getSplit());
    assertEquals(
        List.of("a", "b"), ModelFile.read(result.model().orElseThrow().getPath()).getLabels());
  }

  private static List<String> losses(TrainingRun.Result result) {
    return result.metrics().getRows().stream()
        .map(row -> row.getEpoch() + " " + row.getSplit() + " " + row.getLoss())
        .toList();
  }

  @Test
  void earlyStoppingGoesOnWithMoreEpochsWhereFewerEnded() throws Exception {
    String stopping = "earlyStopping.patience=4";
    String whole = sha256("whole", "epochs=20", stopping);
    sha256("parts", "epochs=2", stopping);
    sha256("parts", "epochs=5", stopping);

    assertEquals(whole, sha256("parts", "epochs=20", stopping));
  }

  @Test
  void aWarmUpWithoutTimeForItsCosineIsNamed() throws Exception {
    TrainingRun.Result result =
        table.train(
            table.spec(
                TableTraining.CLASSES, "schedule={per: step, warmUp: {length: 60}, cosine: {}}"),
            "w");

    assertEquals(OutcomeStatus.BAD_INPUT, result.outcome().getStatus());
    assertEquals(
        "schedule.warmUp.length must be below the 60 steps of the training, was 60",
        result.outcome().getMessage());
  }

  @Test
  void aSplitThatIsTooSmallToStopByIsNamed() throws Exception {
    TrainingRun.Result result =
        table.train(
            table.spec(TableTraining.CLASSES, "split.validation=0.001", "earlyStopping.patience=2"),
            "w");

    assertEquals(OutcomeStatus.BAD_INPUT, result.outcome().getStatus());
    assertEquals(
        "earlyStopping needs validation rows, but of 200 rows none is (split.validation)",
        result.outcome().getMessage());
  }
}
