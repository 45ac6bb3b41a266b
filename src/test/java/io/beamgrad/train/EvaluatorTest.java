package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.nn.BCEWithLogitsLoss;
import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.MSELoss;
import io.beamgrad.tensor.Goldens;
import io.beamgrad.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics against scikit-learn's. */
class EvaluatorTest {

  private static final Goldens GOLDENS = new Goldens("metrics");
  private static final Goldens WEIGHTED = new Goldens("weighted-metrics");

  /** An evaluation in batches of seven rows. */
  private static Evaluation evaluate(Loss loss, Tensor outputs, Tensor targets) {
    return evaluate(loss, outputs, targets, null);
  }

  private static Evaluation evaluate(Loss loss, Tensor outputs, Tensor targets, Tensor weights) {
    Evaluator evaluator = new Evaluator(loss);
    for (int from = 0; from < outputs.size(0); from += 7) {
      int to = Math.min(outputs.size(0), from + 7);
      evaluator.add(
          outputs.slice(from, to),
          targets.slice(from, to),
          weights == null ? null : weights.slice(from, to));
    }
    return evaluator.result();
  }

  @Test
  void metricsOfClassesAreThoseOfScikitLearn() {
    Tensor labels = GOLDENS.get("classes.labels");
    Evaluation evaluation = evaluate(new CrossEntropyLoss(), GOLDENS.get("classes.logits"), labels);
    ClassCounts classes = evaluation.classes();
    for (int c = 0; c < 4; c++) {
      for (int other = 0; other < 4; other++) {
        assertEquals(
            (long) GOLDENS.get("classes.confusion").get(c, other), classes.count(c, other));
      }
      check("classes.precision", c, classes.precision(c));
      check("classes.recall", c, classes.recall(c));
      check("classes.f1", c, classes.f1(c));
    }
    for (int k = 1; k <= 3; k++) {
      check("classes.topK", k - 1, classes.topKAccuracy(k));
    }
    assertEquals(1, classes.topKAccuracy(9));
    GOLDENS.check("classes.accuracy", Tensor.of(evaluation.accuracy().floatValue()));
    assertNull(evaluation.rocAuc());
    assertEquals(
        "topKAccuracy: k must be at least 1, was 0",
        assertThrows(IllegalArgumentException.class, () -> classes.topKAccuracy(0)).getMessage());
  }

  @Test
  void aRowOfAnUnknownClassIsWrongInAccuracyAndInNoLossAndNoCurve() {
    Tensor logits = Tensor.of(new float[][] {{2, 0}, {0, 1}, {3, 0}});
    Tensor labels = Tensor.of(new float[] {0, 1, Loss.UNKNOWN_CLASS});
    Evaluation all = evaluate(new CrossEntropyLoss(new float[] {1, 3}, 0.1), logits, labels);
    Evaluation known =
        evaluate(
            new CrossEntropyLoss(new float[] {1, 3}, 0.1), logits.slice(0, 2), labels.slice(0, 2));
    assertEquals(known.meanLossPerExample(), all.meanLossPerExample());
    assertEquals(known.logLoss(), all.logLoss());
    assertEquals(known.rocAuc(), all.rocAuc());
    assertEquals(2 / 3., all.accuracy());
    assertEquals(3, all.examples());
    assertEquals(1, all.classes().unknown());
    assertEquals(0.5, all.classes().precision(0));
    assertEquals(1, all.classes().recall(0));

    Tensor odds = Tensor.of(new float[] {-2, 1, -3}).reshape(3, 1);
    Evaluation binary = evaluate(new BCEWithLogitsLoss(), odds, labels);
    assertEquals(2 / 3., binary.accuracy());
    assertEquals(
        evaluate(new BCEWithLogitsLoss(), odds.slice(0, 2), labels.slice(0, 2))
            .meanLossPerExample(),
        binary.meanLossPerExample());
  }

  @Test
  void ofVeryManyClassesOnlyRanksAreCounted() {
    int classes = ClassCounts.MOST_CLASSES + 1;
    Tensor logits = Tensor.zeros(2, classes);
    logits.data()[7] = 1;
    ClassCounts counts =
        evaluate(new CrossEntropyLoss(), logits, Tensor.of(new float[] {7, classes - 1})).classes();

    assertEquals(false, counts.hasPairs());
    assertEquals(classes, counts.classes());
    assertEquals(0.5, counts.accuracy());
  }

  @ParameterizedTest
  @ValueSource(strings = {"binary", "sure"})
  void metricsOfTwoClassesAreThoseOfScikitLearn(String name) {
    Tensor logits = GOLDENS.get(name + ".logits");
    Tensor labels = GOLDENS.get(name + ".labels");
    Evaluation ofOne = evaluate(new BCEWithLogitsLoss(), logits, labels);
    checkBinary(name, ofOne);
    GOLDENS.check(name + ".logLoss", Tensor.of((float) ofOne.meanLossPerExample()));
    // The same as two logits, of which the difference counts.
    Tensor two = logits.mul(Tensor.of(new float[] {0, 1}));
    checkBinary(name, evaluate(new CrossEntropyLoss(), two, labels));
  }

  private static void checkBinary(String name, Evaluation evaluation) {
    GOLDENS.check(name + ".rocAuc", Tensor.of(evaluation.rocAuc().floatValue()));
    GOLDENS.check(name + ".logLoss", Tensor.of(evaluation.logLoss().floatValue()));
    GOLDENS.check(name + ".accuracy", Tensor.of(evaluation.accuracy().floatValue()));
    assertNull(evaluation.r2());
  }

  @Test
  void thereIsNoRocAucOfOneClassAlone() {
    Tensor logits = GOLDENS.get("binary.logits");
    Evaluation evaluation = evaluate(new BCEWithLogitsLoss(), logits, Tensor.ones(logits.size(0)));
    assertNull(evaluation.rocAuc());
  }

  @Test
  void theR2OfTargetsThatAreAllTheSameIsThatOfScikitLearn() {
    Tensor outputs = GOLDENS.get("constant.outputs");
    Tensor targets = GOLDENS.get("constant.targets");
    Evaluation all = evaluate(new MSELoss(), outputs, targets);
    GOLDENS.check("constant.r2", Tensor.of(all.r2().floatValue()));
    for (int i = 0; i < 3; i++) {
      int[] column = {i};
      Evaluation one =
          evaluate(
              new MSELoss(),
              outputs.t().indexSelect(column).t(),
              targets.t().indexSelect(column).t());
      GOLDENS.check("constant.r2of" + i, Tensor.of(one.r2().floatValue()));
    }
  }

  @Test
  void metricsOfNumbersAreThoseOfScikitLearn() {
    Evaluation evaluation =
        evaluate(new MSELoss(), GOLDENS.get("numbers.outputs"), GOLDENS.get("numbers.targets"));
    GOLDENS.check("numbers.mse", Tensor.of(evaluation.mse().floatValue()));
    GOLDENS.check("numbers.mae", Tensor.of(evaluation.mae().floatValue()));
    GOLDENS.check("numbers.r2", Tensor.of(evaluation.r2().floatValue()));
    GOLDENS.check("numbers.mse", Tensor.of((float) evaluation.meanLossPerExample()));
  }

  @Test
  void classWeightsWeighTheMeanLoss() {
    Tensor logits = GOLDENS.get("classes.logits");
    Tensor labels = GOLDENS.get("classes.labels");
    Loss loss = new CrossEntropyLoss(new float[] {1, 2, 3, 4}, 0);
    assertEquals(
        loss.mean(logits, labels).item(),
        evaluate(loss, logits, labels).meanLossPerExample(),
        1e-6);
  }

  @Test
  void weightsOfOneGiveTheBitsOfNoWeights() {
    Tensor labels = GOLDENS.get("classes.labels");
    Tensor logits = GOLDENS.get("classes.logits");
    assertSameBits(new CrossEntropyLoss(), logits, labels);
    assertSameBits(
        new BCEWithLogitsLoss(), GOLDENS.get("binary.logits"), GOLDENS.get("binary.labels"));
    assertSameBits(new MSELoss(), GOLDENS.get("numbers.outputs"), GOLDENS.get("numbers.targets"));
    Evaluation plain = evaluate(new CrossEntropyLoss(), logits, labels);
    ClassCounts ones =
        evaluate(new CrossEntropyLoss(), logits, labels, Tensor.ones(logits.size(0))).classes();
    for (int c = 0; c < 4; c++) {
      assertEquals(plain.classes().f1(c), ones.f1(c));
      assertEquals(plain.classes().count(c, c), ones.count(c, c));
    }
    assertNull(plain.rowWeight());
  }

  private static void assertSameBits(Loss loss, Tensor outputs, Tensor targets) {
    Evaluation plain = evaluate(loss, outputs, targets);
    Evaluation ones = evaluate(loss, outputs, targets, Tensor.ones(outputs.size(0)));
    assertEquals(plain.meanLossPerExample(), ones.meanLossPerExample());
    assertEquals(plain.accuracy(), ones.accuracy());
    assertEquals(plain.mse(), ones.mse());
    assertEquals(plain.mae(), ones.mae());
    assertEquals(plain.r2(), ones.r2());
    assertEquals(plain.rocAuc(), ones.rocAuc());
    assertEquals(plain.logLoss(), ones.logLoss());
    assertEquals((double) plain.examples(), ones.rowWeight());
  }

  @Test
  void weightedMetricsOfClassesAreThoseOfScikitLearn() {
    Evaluation found = evaluateWeighted(new CrossEntropyLoss(), "classes", "labels", "logits");
    ClassCounts classes = found.classes();
    for (int c = 0; c < 4; c++) {
      for (int other = 0; other < 4; other++) {
        int at = 4 * c + other;
        assertEquals((long) WEIGHTED.get("classes.counts").data()[at], classes.count(c, other));
        close("classes.confusion", at, classes.weight(c, other));
      }
      close("classes.precision", c, classes.precision(c));
      close("classes.recall", c, classes.recall(c));
      close("classes.f1", c, classes.f1(c));
    }
    for (int k = 1; k <= 3; k++) {
      close("classes.topK", k - 1, classes.topKAccuracy(k));
    }
    assertEquals(1, classes.topKAccuracy(9));
    close("classes.accuracy", 0, found.accuracy());
    close("classes.logLoss", 0, found.meanLossPerExample());
    assertEquals(60, found.examples());
  }

  @Test
  void weightedMetricsOfTwoClassesAreThoseOfScikitLearn() {
    checkWeighted(evaluateWeighted(new BCEWithLogitsLoss(), "binary", "labels", "logits"));
    Tensor two = WEIGHTED.get("binary.logits").mul(Tensor.of(new float[] {0, 1}));
    checkWeighted(
        evaluate(
            new CrossEntropyLoss(),
            two,
            WEIGHTED.get("binary.labels"),
            WEIGHTED.get("binary.weights")));
  }

  private static void checkWeighted(Evaluation found) {
    close("binary.rocAuc", 0, found.rocAuc());
    close("binary.logLoss", 0, found.logLoss());
    close("binary.accuracy", 0, found.accuracy());
  }

  @Test
  void weightedMetricsOfNumbersAreThoseOfScikitLearn() {
    Evaluation found = evaluateWeighted(new MSELoss(), "numbers", "targets", "outputs");
    close("numbers.mse", 0, found.mse());
    close("numbers.mae", 0, found.mae());
    close("numbers.r2", 0, found.r2());
  }

  @Test
  void aRowOfWeightZeroMayHaveAnInfiniteLoss() {
    Evaluator evaluator = new Evaluator(new MSELoss());
    Tensor outputs = Tensor.of(new float[][] {{Float.POSITIVE_INFINITY}, {3}});
    evaluator.add(outputs, Tensor.zeros(2, 1), Tensor.of(new float[] {0, 2}));
    Evaluation found = evaluator.result();
    assertEquals(9, found.meanLossPerExample());
    assertEquals(9, found.mse());
    assertEquals(3, found.mae());
    assertEquals(2, found.examples());
    assertEquals(2, found.rowWeight());
  }

  @Test
  void whereAllWeightsAreZeroMetricsAreNotANumber() {
    Tensor zeros = Tensor.zeros(80);
    Evaluation two =
        evaluate(
            new BCEWithLogitsLoss(),
            GOLDENS.get("binary.logits"),
            GOLDENS.get("binary.labels"),
            zeros);
    assertEquals(Double.NaN, two.accuracy());
    assertEquals(Double.NaN, two.logLoss());
    assertNull(two.rocAuc());
    assertEquals(0, two.rowWeight());
    Evaluation numbers =
        evaluate(
            new MSELoss(),
            GOLDENS.get("numbers.outputs"),
            GOLDENS.get("numbers.targets"),
            Tensor.zeros(40));
    assertEquals(Double.NaN, numbers.mse());
    assertEquals(Double.NaN, numbers.mae());
    assertEquals(Double.NaN, numbers.r2());
  }

  @Test
  void aRowOfAnUnknownClassIsWrongByItsWeight() {
    Tensor logits = Tensor.of(new float[][] {{2, 0}, {0, 1}, {3, 0}, {3, 0}});
    float none = Loss.UNKNOWN_CLASS;
    Tensor labels = Tensor.of(new float[] {0, 1, none, none});
    Tensor weights = Tensor.of(new float[] {1, 2, 0.5f, 0.25f});
    Evaluation all = evaluate(new CrossEntropyLoss(), logits, labels, weights);
    Evaluation known =
        evaluate(
            new CrossEntropyLoss(), logits.slice(0, 2), labels.slice(0, 2), weights.slice(0, 2));
    assertEquals(known.meanLossPerExample(), all.meanLossPerExample());
    assertEquals(known.logLoss(), all.logLoss());
    assertEquals(known.rocAuc(), all.rocAuc());
    assertEquals(3 / 3.75, all.accuracy());
    assertEquals(3.75, all.rowWeight());
    assertEquals(2, all.classes().unknown());
    assertEquals(0.75, all.classes().unknownWeight());
    assertEquals(1 / 1.75, all.classes().precision(0));

    Tensor odds = Tensor.of(new float[] {-2, 1, -3, -3}).reshape(4, 1);
    Evaluation binary = evaluate(new BCEWithLogitsLoss(), odds, labels, weights);
    assertEquals(3 / 3.75, binary.accuracy());
    assertEquals(binary.meanLossPerExample(), binary.logLoss(), 1e-6);
  }

  private static Evaluation evaluateWeighted(
      Loss loss, String name, String targets, String outputs) {
    return evaluate(
        loss,
        WEIGHTED.get(name + "." + outputs),
        WEIGHTED.get(name + "." + targets),
        WEIGHTED.get(name + ".weights"));
  }

  private static void close(String name, int index, double actual) {
    double expected = WEIGHTED.get(name).data()[index];
    assertEquals(expected, actual, 1e-6 * Math.max(1, Math.abs(expected)), name);
  }

  private static void check(String name, int index, double actual) {
    assertEquals(GOLDENS.get(name).get(index), actual, 1e-6, name);
  }
}
