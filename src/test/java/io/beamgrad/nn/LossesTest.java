package io.beamgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.tensor.FiniteDifferences;
import io.beamgrad.tensor.Goldens;
import io.beamgrad.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every loss against PyTorch's values and gradients, and against finite differences. */
class LossesTest {

  private static final Goldens GOLDENS = new Goldens("losses");
  private static final float[] WEIGHTS = {0.5f, 2, 1, 0.25f, 3};
  private static final Map<String, Loss> LOSSES =
      Map.ofEntries(
          Map.entry("crossEntropy", new CrossEntropyLoss()),
          Map.entry("crossEntropyWeighted", new CrossEntropyLoss(WEIGHTS, 0)),
          Map.entry("crossEntropySmoothed", new CrossEntropyLoss(null, 0.1)),
          Map.entry("crossEntropyBoth", new CrossEntropyLoss(WEIGHTS, 0.2)),
          Map.entry("crossEntropyExtreme", new CrossEntropyLoss()),
          Map.entry("crossEntropyBothExtreme", new CrossEntropyLoss(WEIGHTS, 0.2)),
          Map.entry("crossEntropyWide", new CrossEntropyLoss()),
          Map.entry("mse", new MSELoss()),
          Map.entry("mseVector", new MSELoss()),
          Map.entry("mseDeep", new MSELoss()),
          Map.entry("l1", new L1Loss()),
          Map.entry("l1Ties", new L1Loss()),
          Map.entry("huber", new HuberLoss(1)),
          Map.entry("huberNarrow", new HuberLoss(0.3)),
          Map.entry("huberTies", new HuberLoss(1)),
          Map.entry("quantile", new QuantileLoss(0.9)),
          Map.entry("quantileLow", new QuantileLoss(0.05)),
          Map.entry("quantileTies", new QuantileLoss(0.25)),
          Map.entry("bce", new BCEWithLogitsLoss()),
          Map.entry("bceSoft", new BCEWithLogitsLoss()),
          Map.entry("bceSure", new BCEWithLogitsLoss()));

  static Set<String> cases() {
    return LOSSES.keySet();
  }

  @Test
  void everyGoldenHasItsTest() {
    assertEquals(GOLDENS.cases(), cases());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAndGradientsAreThoseOfPyTorch(String name) {
    Tensor x = GOLDENS.get(name + ".x").requiresGrad(true);
    Tensor loss = LOSSES.get(name).mean(x, GOLDENS.get(name + ".y"));
    GOLDENS.check(name + ".loss", loss);
    loss.mul(3).backward();
    GOLDENS.check(name + ".grad", x.grad());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theLossOfEachRowIsPyTorchsAndTheMeanIsThatByTheirWeights(String name) {
    Loss loss = LOSSES.get(name);
    Tensor x = GOLDENS.get(name + ".x");
    Tensor y = GOLDENS.get(name + ".y");
    double[] losses = new double[x.size(0)];
    loss.perExample(x, y, losses);
    float[] rows = new float[losses.length];
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < losses.length; i++) {
      rows[i] = (float) losses[i];
      sum += losses[i];
      weights += loss.weight(y, i);
    }
    GOLDENS.check(name + ".rows", Tensor.of(rows));
    GOLDENS.check(name + ".loss", Tensor.of((float) (sum / weights)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfFiniteDifferences(String name) {
    if (!name.endsWith("Extreme") && !name.endsWith("Ties")) {
      Tensor y = GOLDENS.get(name + ".y");
      Tensor x = GOLDENS.get(name + ".x");
      FiniteDifferences.check(List.of(x), () -> LOSSES.get(name).mean(x, y));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void weightsOfRowsCountAsInPyTorch(String name) {
    Tensor x = GOLDENS.get(name + ".x").requiresGrad(true);
    Tensor weights = GOLDENS.get(name + ".w");
    Tensor loss = LOSSES.get(name).mean(x, GOLDENS.get(name + ".y"), weights);
    GOLDENS.check(name + ".weightedLoss", loss);
    loss.mul(3).backward();
    GOLDENS.check(name + ".weightedGrad", x.grad());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsByWeightsAreThoseOfFiniteDifferences(String name) {
    if (!name.endsWith("Extreme") && !name.endsWith("Ties")) {
      Tensor y = GOLDENS.get(name + ".y");
      Tensor x = GOLDENS.get(name + ".x");
      Tensor w = GOLDENS.get(name + ".w");
      FiniteDifferences.check(List.of(x), () -> LOSSES.get(name).mean(x, y, w));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aWeightOfOneEverywhereGivesTheBitsOfNone(String name) {
    Tensor y = GOLDENS.get(name + ".y");
    Tensor plain = GOLDENS.get(name + ".x").requiresGrad(true);
    Tensor weighted = GOLDENS.get(name + ".x").requiresGrad(true);
    Tensor loss = LOSSES.get(name).mean(plain, y);
    Tensor byWeights = LOSSES.get(name).mean(weighted, y, Tensor.ones(plain.size(0)));
    assertEquals(loss.item(), byWeights.item());
    loss.backward();
    byWeights.backward();
    assertArrayEquals(plain.grad().data(), weighted.grad().data());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aWeightOfTwoIsTheRowTwiceAndOfNoneNoRow(String name) {
    Tensor y = GOLDENS.get(name + ".y");
    Tensor x = GOLDENS.get(name + ".x");
    if (x.size(0) < 3) {
      return;
    }
    int[] rows = {0, 0, 2};
    Tensor repeated = x.indexSelect(rows).requiresGrad(true);
    Tensor weighted = x.slice(0, 3).requiresGrad(true);
    Tensor expected = LOSSES.get(name).mean(repeated, y.indexSelect(rows));
    Tensor found = LOSSES.get(name).mean(weighted, y.slice(0, 3), Tensor.of(new float[] {2, 0, 1}));
    assertEquals(expected.item(), found.item(), 1e-6 * Math.abs(expected.item()));
    expected.backward();
    found.backward();
    int size = x.elements() / x.size(0);
    for (int i = 0; i < size; i++) {
      float twice = repeated.grad().data()[i] + repeated.grad().data()[size + i];
      assertEquals(twice, weighted.grad().data()[i], 1e-6);
      assertEquals(0f, weighted.grad().data()[size + i]);
      assertEquals(
          repeated.grad().data()[2 * size + i], weighted.grad().data()[2 * size + i], 1e-6);
    }
  }

  @Test
  void aRowOfWeightZeroMayHaveAnInfiniteLoss() {
    Tensor outputs = Tensor.of(new float[] {Float.POSITIVE_INFINITY, 3}).requiresGrad(true);
    Tensor loss = new MSELoss().mean(outputs, Tensor.zeros(2), Tensor.of(new float[] {0, 5}));
    loss.backward();
    assertEquals(9f, loss.item());
    assertArrayEquals(new float[] {0, 6}, outputs.grad().data());
    Tensor logits =
        Tensor.of(new float[][] {{Float.NEGATIVE_INFINITY, 1}, {0, 0}}).requiresGrad(true);
    Tensor entropy =
        new CrossEntropyLoss().mean(logits, Tensor.zeros(2), Tensor.of(new float[] {0, 5}));
    entropy.backward();
    assertEquals((float) Math.log(2), entropy.item());
    assertArrayEquals(new float[] {0, 0, -0.5f, 0.5f}, logits.grad().data());
  }

  @Test
  void theFunctionsAreTheLosses() {
    Map<String, BinaryOperator<Tensor>> functions =
        Map.of(
            "crossEntropy", Functional::crossEntropy,
            "mse", Functional::mseLoss,
            "l1", Functional::l1Loss,
            "huber", Functional::huberLoss,
            "bce", Functional::binaryCrossEntropyWithLogits);
    functions.forEach(
        (name, function) ->
            GOLDENS.check(
                name + ".loss",
                function.apply(GOLDENS.get(name + ".x"), GOLDENS.get(name + ".y"))));
  }

  @Test
  void oneLogitAColumnGoesWithAVectorOfTargets() {
    Tensor x = GOLDENS.get("bce.x");
    GOLDENS.check("bce.loss", new BCEWithLogitsLoss().mean(x, GOLDENS.get("bce.y").reshape(-1)));
  }

  @Test
  void whatDoesNotFitIsSaidInOneLine() {
    Tensor logits = Tensor.zeros(2, 3);
    refused(
        "crossEntropy: logits [2, 3] and labels [3]: expected [batch, classes] and [batch]",
        () -> Functional.crossEntropy(logits, Tensor.zeros(3)));
    refused(
        "crossEntropy: label 3.0 of row 1 is not a class from 0 to 2",
        () -> Functional.crossEntropy(logits, Tensor.of(new float[] {0, 3})));
    refused(
        "crossEntropy: label 0.5 of row 0 is not a class from 0 to 2",
        () -> Functional.crossEntropy(logits, Tensor.of(new float[] {0.5f, 1})));
    refused(
        "crossEntropy: 5 class weights for 3 classes",
        () -> new CrossEntropyLoss(WEIGHTS, 0).mean(logits, Tensor.zeros(2)));
    refused(
        "crossEntropy: labelSmoothing must be in [0, 1], was 1.5",
        () -> new CrossEntropyLoss(null, 1.5));
    refused(
        "crossEntropy: class weights must be at least 0, one was -1.0",
        () -> new CrossEntropyLoss(new float[] {1, -1}, 0));
    refused(
        "mseLoss: outputs [2, 3] and targets [2] differ in shape",
        () -> Functional.mseLoss(logits, Tensor.zeros(2)));
    refused(
        "mseLoss: weights [3] of 2 rows: expected [2]",
        () -> new MSELoss().mean(logits, Tensor.zeros(2, 3), Tensor.ones(3)));
    refused(
        "crossEntropy: weights [2, 1] of 2 rows: expected [2]",
        () -> new CrossEntropyLoss().mean(logits, Tensor.zeros(2), Tensor.ones(2, 1)));
    refused("huberLoss: delta must be above 0, was 0.0", () -> new HuberLoss(0));
    refused("quantileLoss: at must be above 0 and below 1, was 1.0", () -> new QuantileLoss(1));
    refused("Dropout: p must be in [0, 1), was 1.0", () -> new Dropout(1, 1));
    refused(
        "l1Loss: the targets must not require grad",
        () -> Functional.l1Loss(logits, Tensor.zeros(2, 3).requiresGrad(true)));
  }

  private static void refused(String message, Executable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body).getMessage());
  }
}
