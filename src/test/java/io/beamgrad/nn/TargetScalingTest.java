package io.beamgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.tensor.FiniteDifferences;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetScalingTest {

  private static TargetScaling.Target target(boolean log, double shift, double scale) {
    return new TargetScaling.Target(log, shift, scale, -Float.MAX_VALUE, Float.MAX_VALUE);
  }

  private static TargetScaling scaling(TargetScaling.Target... targets) {
    TargetScaling scaling = new TargetScaling(List.of(targets));
    scaling.eval();
    return scaling;
  }

  @Test
  void inTrainingOutputsPassAndInEvaluationTheyAreInTheUnitOfEachTarget() {
    TargetScaling scaling = scaling(target(false, 100, 10), target(false, -1, 0.5));
    Tensor outputs = Tensor.wrap(new float[] {0, 0, 1, -2}, 2, 2);

    assertArrayEquals(new float[] {100, -1, 110, -2}, scaling.forward(outputs).data());
    assertArrayEquals(new float[] {0, 0, 1, -2}, scaling.scaled(scaling.forward(outputs)).data());
    scaling.train();
    assertSame(outputs, scaling.forward(outputs));
  }

  @Test
  void logarithmsOfNegativeNumbersZeroAndLargeOnesComeBack() {
    TargetScaling scaling = scaling(target(true, 0.3, 2.5));
    for (float value : new float[] {0, 1, -1, 0.001f, -0.001f, 123.5f, -4e6f, 3e9f, 1e30f}) {
      float scaled = scaling.scaled(value, 0);
      assertEquals(value, scaling.predicted(scaled, 0), Math.abs(value) * 3e-5f + 1e-6f);
    }
    assertEquals((float) ((Math.log(3) - 0.3) / 2.5), scaling.scaled(2, 0), 1e-7f);
    assertEquals((float) ((-Math.log(3) - 0.3) / 2.5), scaling.scaled(-2, 0), 1e-7f);
  }

  /** 1.7e9 seconds differ by 128 in float32; nothing more is lost by a large mean. */
  @Test
  void aLargeMeanTakesNothingOfASmallDeviation() {
    TargetScaling scaling = scaling(target(false, 1_700_000_000.5, 1000));
    assertEquals(
        (1_700_000_000f - 1_700_000_000.5) / 1000, scaling.scaled(1_700_000_000f, 0), 1e-6);
    assertEquals(1_700_000_128.0, scaling.predicted(0.1275f, 0));
  }

  @Test
  void predictionsStayWithinBoundsAndAreNoInfiniteNumbers() {
    TargetScaling scaling = scaling(new TargetScaling.Target(false, 5, 1, 2, 7));
    assertEquals(2, scaling.predicted(-1e30f, 0));
    assertEquals(7, scaling.predicted(1e30f, 0));
    assertEquals(6, scaling.predicted(1, 0));
    assertTrue(Float.isNaN(scaling.predicted(Float.NaN, 0)));

    TargetScaling log = scaling(target(true, 0, 1));
    assertEquals(Float.MAX_VALUE, log.predicted(1000, 0));
    assertEquals(-Float.MAX_VALUE, log.predicted(-1000, 0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsOfPredictionsAreTheirDifferences(boolean log) {
    TargetScaling scaling =
        scaling(target(log, 0.2, 0.7), new TargetScaling.Target(log, 0.2, 0.7, -0.5, 0.75));
    Tensor outputs = Tensor.wrap(new float[] {0.5f, -1.5f, -0.3f, 0.25f, 1.25f, 2}, 3, 2);
    Tensor factors = Tensor.wrap(new float[] {1, 2, 3, -1, -2, 4}, 3, 2);
    FiniteDifferences.check(List.of(outputs), () -> scaling.forward(outputs).mul(factors).sum());
  }

  @Test
  void itIsFoundAtTheEndOfASequentialOnly() {
    TargetScaling scaling = scaling(target(false, 0, 1));
    Linear linear = new Linear(2, 1, new Generator(1));
    assertEquals(Optional.of(scaling), TargetScaling.of(new Sequential(linear, scaling)));
    assertEquals(Optional.empty(), TargetScaling.of(new Sequential(scaling, linear)));
    assertEquals(Optional.empty(), TargetScaling.of(new Sequential()));
    assertEquals(Optional.empty(), TargetScaling.of(linear));
  }

  @Test
  void itIsReplayedWithTheLossesOfThisLibrary() {
    TargetScaling scaling = scaling(target(false, 0, 1));
    assertTrue(scaling.isReplayable());
    assertTrue(Loss.isReplayable(scaling.minimised(new HuberLoss(1))));
    assertFalse(Loss.isReplayable(scaling.minimised(own())));
  }

  private static Loss own() {
    return new Loss() {
      @Override
      public Target target() {
        return Target.NUMBERS;
      }

      @Override
      public Tensor mean(Tensor outputs, Tensor targets, Tensor weights) {
        return outputs.sub(targets).sum();
      }

      @Override
      public void perExample(Tensor outputs, Tensor targets, double[] losses) {}
    };
  }

  @Test
  void whatCannotBeIsRefused() {
    TargetScaling scaling = scaling(target(false, 0, 1));
    assertMessage(
        "TargetScaling: expected [batch, 1], found [3, 2]",
        () -> scaling.forward(Tensor.zeros(3, 2)));
    assertMessage(
        "TargetScaling: classes are not scaled, the loss is BCEWithLogitsLoss()",
        () -> scaling.minimised(new BCEWithLogitsLoss()));
    assertMessage(
        "TargetScaling: shift must be finite and scale above 0, were 0.0 and 0.0",
        () -> target(false, 0, 0));
    assertMessage(
        "TargetScaling: least must be at most largest, and both floats, were 2.0 and 1.0",
        () -> new TargetScaling.Target(false, 0, 1, 2, 1));
  }

  private static void assertMessage(String message, Runnable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body::run).getMessage());
  }
}
