package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.nn.Loss;
import io.beamgrad.tensor.Goldens;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Temperatures and expected calibration errors against PyTorch and NumPy, and their borders. */
class CalibrationGoldensTest {
  private static final Goldens GOLDENS = new Goldens("calibration");

  @ParameterizedTest
  @ValueSource(strings = {"overconfident", "underconfident", "two"})
  void temperatureAndErrorAreThoseOfPyTorchAndNumPy(String name) {
    Tensor logits = GOLDENS.get(name + ".x");
    Tensor labels = GOLDENS.get(name + ".y");
    Tensor weights = GOLDENS.get(name + ".w");
    float[] expected = GOLDENS.get(name + ".found").data();
    int rows = logits.size(0);
    int size = logits.size(1);
    Loss.Target target = size == 1 ? Loss.Target.BINARY : Loss.Target.CLASS;

    double plain = TemperatureFit.of(target, logits.data(), size, labels.data(), null, rows);
    assertEquals(expected[0], plain, 2e-6 * plain);
    assertEquals(expected[1], error(target, logits, labels, null), 1e-6);
    assertEquals(expected[2], error(target, logits.div((float) plain), labels, null), 1e-6);
    double weighted =
        TemperatureFit.of(target, logits.data(), size, labels.data(), weights.data(), rows);
    assertEquals(expected[3], weighted, 2e-6 * weighted);
    assertEquals(expected[4], error(target, logits, labels, weights), 1e-6);
    assertEquals(expected[5], error(target, logits.div((float) weighted), labels, weights), 1e-6);
    assertTrue(Math.abs(plain - weighted) > 1e-3, "weights matter");
  }

  private static double error(Loss.Target target, Tensor logits, Tensor labels, Tensor weights) {
    CalibrationError error = new CalibrationError(target);
    error.add(logits, labels, weights);
    return error.value();
  }

  @Test
  void aModelThatIsAlwaysRightStaysAsItIs() {
    float[] logits = {3, 0, 0, 2};
    assertEquals(1, TemperatureFit.of(Loss.Target.CLASS, logits, 2, new float[] {0, 1}, null, 2));
    float[] same = {1, 1, 1, 1};
    assertEquals(1, TemperatureFit.of(Loss.Target.CLASS, same, 2, new float[] {0, 1}, null, 2));
  }

  @Test
  void aModelThatIsAlwaysWrongIsAsUnsureAsCanBe() {
    float[] logits = {3, 0, 0, 2};
    assertEquals(
        100, TemperatureFit.of(Loss.Target.CLASS, logits, 2, new float[] {1, 0}, null, 2), 1e-9);
  }

  @Test
  void rowsOfUnknownClassesDoNotCountInTheTemperatureAndAreWrongInTheError() {
    Tensor logits = GOLDENS.get("overconfident.x");
    float[] labels = GOLDENS.get("overconfident.y").data();
    int rows = labels.length;
    float[] more = Arrays.copyOf(logits.data(), 4 * (rows + 1));
    float[] moreLabels = Arrays.copyOf(labels, rows + 1);
    moreLabels[rows] = Loss.UNKNOWN_CLASS;
    assertEquals(
        TemperatureFit.of(Loss.Target.CLASS, logits.data(), 4, labels, null, rows),
        TemperatureFit.of(Loss.Target.CLASS, more, 4, moreLabels, null, rows + 1));
    // Logits that are the same are a quarter sure each, and it is wrong.
    Tensor one = Tensor.wrap(new float[4], 1, 4);
    Tensor unknown = Tensor.wrap(new float[] {Loss.UNKNOWN_CLASS}, 1);
    assertEquals(0.25, error(Loss.Target.CLASS, one, unknown, null));
  }

  @Test
  void batchesMakeNoDifference() {
    Tensor logits = GOLDENS.get("two.x");
    Tensor labels = GOLDENS.get("two.y");
    CalibrationError inTwo = new CalibrationError(Loss.Target.BINARY);
    int half = 37;
    int rows = labels.size(0);
    inTwo.add(part(logits, 0, half, true), part(labels, 0, half, false), null);
    inTwo.add(part(logits, half, rows, true), part(labels, half, rows, false), null);
    assertEquals(error(Loss.Target.BINARY, logits, labels, null), inTwo.value());
  }

  private static Tensor part(Tensor of, int from, int to, boolean isColumn) {
    float[] some = Arrays.copyOfRange(of.data(), from, to);
    return isColumn ? Tensor.wrap(some, some.length, 1) : Tensor.wrap(some, some.length);
  }
}
