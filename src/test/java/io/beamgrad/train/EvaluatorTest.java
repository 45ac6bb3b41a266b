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

  /** An evaluation in batches of seven rows. */
  private static Evaluation evaluate(Loss loss, Tensor outputs, Tensor targets) {
    Evaluator evaluator = new Evaluator(loss);
    for (int from = 0; from < outputs.size(0); from += 7) {
      int to = Math.min(outputs.size(0), from + 7);
      evaluator.add(outputs.slice(from, to), targets.slice(from, to));
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
  void weightsOfRowsActOnTheLossAlone() {
    Tensor logits = GOLDENS.get("classes.logits");
    Tensor labels = GOLDENS.get("classes.labels");
    int rows = logits.size(0);
    Tensor weights = Tensor.arange(rows);
    double[] losses = new double[rows];
    new CrossEntropyLoss().perExample(logits, labels, losses);
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      sum += i * losses[i];
    }
    Evaluator weighted = new Evaluator(new CrossEntropyLoss());
    weighted.add(logits, labels, weights);
    Evaluation plain = evaluate(new CrossEntropyLoss(), logits, labels);
    Evaluation found = weighted.result();
    double total = rows * (rows - 1) / 2.0;
    assertEquals(total, found.weightSum());
    assertEquals(sum / total, found.meanLossPerExample());
    assertEquals(plain.accuracy(), found.accuracy());
    assertEquals(plain.classes(), found.classes());
    assertEquals(rows, found.examples());
    Evaluator ones = new Evaluator(new CrossEntropyLoss());
    ones.add(logits, labels, Tensor.ones(rows));
    assertEquals(plain, ones.result());
  }

  @Test
  void aRowOfWeightZeroMayHaveAnInfiniteLoss() {
    Evaluator evaluator = new Evaluator(new MSELoss());
    Tensor outputs = Tensor.of(new float[][] {{Float.POSITIVE_INFINITY}, {3}});
    evaluator.add(outputs, Tensor.zeros(2, 1), Tensor.of(new float[] {0, 2}));
    assertEquals(9, evaluator.result().meanLossPerExample());
  }

  private static void check(String name, int index, double actual) {
    assertEquals(GOLDENS.get(name).get(index), actual, 1e-6, name);
  }
}
