package io.beamgrad.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.beamgrad.metrics.Metric;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TrialEnd;
import io.beamgrad.schema.TrialResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrialRankingTest {
  private static final String SHA256 = "ab".repeat(32);

  private final Map<String, Outcome> outcomes = new HashMap<>();
  private final Map<String, Metrics> metrics = new HashMap<>();

  private static TrialRanking ranking(Metric metric) {
    return new TrialRanking(
        metric,
        IntStream.range(0, 5)
            .mapToObj(i -> new TrialRanking.Trial("t" + i, null, List.of()))
            .toList());
  }

  private static Outcome.Builder outcome(String model, OutcomeStatus status) {
    return Outcome.newBuilder()
        .setModel(model)
        .setStatus(status)
        .setMessage("")
        .setRead(1)
        .setTrained(1)
        .setValidated(0)
        .setTested(0)
        .setRejected(0)
        .setDataChecksum("")
        .setWeightsSha256(null)
        .setEpochs(1);
  }

  private void trained(int trial, double loss, double accuracy) {
    String model = "t" + trial;
    outcomes.put(model, outcome(model, OutcomeStatus.SUCCEEDED).setWeightsSha256(SHA256).build());
    MetricRow row =
        MetricRow.newBuilder()
            .setModel(model)
            .setEpoch(1)
            .setSplit(Split.VALIDATION)
            .setLoss(loss)
            .setAccuracy(accuracy)
            .setExamples(10)
            .setSeconds(1)
            .build();
    metrics.put(model, new Metrics(model, List.of(row)));
  }

  private void failed(int trial) {
    String model = "t" + trial;
    outcomes.put(model, outcome(model, OutcomeStatus.FAILED).setMessage("loss is NaN").build());
    metrics.put(model, new Metrics(model, List.of()));
  }

  private List<Integer> order(Metric metric) {
    return trials(ranking(metric).of(outcomes, metrics));
  }

  private static List<Integer> trials(List<TrialResult> results) {
    assertEquals(
        IntStream.rangeClosed(1, results.size()).boxed().toList(),
        results.stream().map(TrialResult::getRank).toList());
    return results.stream().map(TrialResult::getTrial).toList();
  }

  @Test
  void theBestIsFirstWhereMoreIsBetterAndWhereLessIs() {
    trained(0, 0.3, 0.7);
    trained(1, 0.1, 0.6);
    trained(2, 0.2, 0.9);

    assertEquals(List.of(1, 2, 0), order(Metric.LOSS));
    assertEquals(List.of(2, 0, 1), order(Metric.ACCURACY));
  }

  @Test
  void ofEqualTrialsTheFirstIsBetterAndWhatHasNoScoreIsLast() {
    failed(0);
    trained(1, Double.NaN, 0.5);
    trained(2, 0.2, 0.5);
    trained(3, 0.2, 0.5);
    trained(4, 0.1, 0.4);

    assertEquals(List.of(4, 2, 3, 0, 1), order(Metric.LOSS));
    assertEquals(List.of(1, 2, 3, 4, 0), order(Metric.ACCURACY));
  }

  private static TrialResult result(int trial, int rank, TrialEnd ended) {
    return TrialResult.newBuilder()
        .setTrial(trial)
        .setModel("t" + trial)
        .setRank(rank)
        .setEpochs(1)
        .setEnded(ended)
        .setMessage("")
        .setSettings(List.of())
        .build();
  }

  /** The second to go on diverged in the last stage, after it had been the first of its stage. */
  @Test
  void aTrialThatFailsLateIsBehindThoseThatWereStopped() {
    List<TrialResult> stages =
        List.of(
            result(3, 5, TrialEnd.FAILED),
            result(0, 4, TrialEnd.STOPPED),
            result(4, 3, TrialEnd.STOPPED),
            result(1, 2, TrialEnd.FAILED),
            result(2, 1, TrialEnd.TRAINED));

    assertEquals(List.of(2, 4, 0, 1, 3), trials(TrialRanking.overall(stages)));
  }

  @Test
  void whereNoneCameToTheEndTheLastStageSaysWhy() {
    List<TrialResult> stages =
        List.of(
            result(0, 3, TrialEnd.STOPPED),
            result(2, 2, TrialEnd.STOPPED),
            result(1, 1, TrialEnd.FAILED));

    assertEquals(List.of(1, 2, 0), trials(TrialRanking.overall(stages)));
  }

  private static FoldResult fold(int trial, int fold, Double accuracy, String sha256) {
    String model = "t" + trial;
    Outcome.Builder outcome =
        outcome(model, accuracy == null ? OutcomeStatus.FAILED : OutcomeStatus.SUCCEEDED)
            .setEpochs(3 + fold)
            .setWeightsSha256(sha256)
            .setMessage(accuracy == null ? "loss is NaN" : "");
    MetricRow tested =
        MetricRow.newBuilder()
            .setModel(model)
            .setEpoch(3)
            .setSplit(Split.TEST)
            .setLoss(1)
            .setAccuracy(accuracy)
            .setExamples(10)
            .setSeconds(1)
            .build();
    MetricRow validated = // ranks nothing
        MetricRow.newBuilder(tested).setSplit(Split.VALIDATION).setAccuracy(0.99).build();
    return FoldResult.newBuilder()
        .setFold(fold)
        .setOutcome(outcome.build())
        .setMetrics(accuracy == null ? List.of() : List.of(validated, tested))
        .setPredictions(List.of())
        .setFiles(List.of())
        .build();
  }

  /** By hand: 0.5, 0.7 and 0.9 have the mean 0.7 and the deviation sqrt(0.08 / 3). */
  @Test
  void foldsRankByTheirMeanAndATrialWithOneThatFailedIsLast() {
    Map<String, List<FoldResult>> folds =
        Map.of(
            "t0", List.of(fold(0, 0, 0.6, SHA256), fold(0, 1, 0.6, SHA256), fold(0, 2, 0.6, null)),
            "t1", List.of(fold(1, 0, 1.0, SHA256), fold(1, 1, null, null), fold(1, 2, null, null)),
            "t3",
                List.of(fold(3, 0, 0.5, SHA256), fold(3, 1, 0.7, SHA256), fold(3, 2, 0.9, SHA256)));

    List<TrialResult> ranked = ranking(Metric.ACCURACY).ofFolds(folds);

    assertEquals(List.of(3, 0, 1), trials(ranked));
    assertEquals(0.7, ranked.get(0).getScore(), 1e-15);
    assertEquals(Math.sqrt(0.08 / 3), ranked.get(0).getDeviation(), 1e-15);
    assertEquals(5, ranked.get(0).getEpochs());
    assertEquals(TrialEnd.TRAINED, ranked.get(0).getEnded());
    assertEquals(TrialEnd.STOPPED, ranked.get(1).getEnded());
    assertEquals(0, ranked.get(1).getDeviation());
    assertEquals(TrialEnd.FAILED, ranked.get(2).getEnded());
    assertEquals("fold 1 of 3: loss is NaN", ranked.get(2).getMessage());
    assertNull(ranked.get(2).getScore());
    assertEquals(
        "fold 0 of 3: its rows give no ROC AUC",
        ranking(Metric.ROC_AUC).ofFolds(folds).get(2).getMessage());
  }
}
