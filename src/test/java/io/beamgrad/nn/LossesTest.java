package io.beamgrad.nn;

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
    refused("huberLoss: delta must be above 0, was 0.0", () -> new HuberLoss(0));
    refused("Dropout: p must be in [0, 1), was 1.0", () -> new Dropout(1, 1));
    refused(
        "l1Loss: the targets must not require grad",
        () -> Functional.l1Loss(logits, Tensor.zeros(2, 3).requiresGrad(true)));
  }

  private static void refused(String message, Executable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body).getMessage());
  }
}
