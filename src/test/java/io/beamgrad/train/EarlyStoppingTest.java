package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.tensor.Goldens;
import io.beamgrad.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a training stops, and at which epoch's weights, against PyTorch's rule of a plateau. */
class EarlyStoppingTest {

  private static final Goldens GOLDENS = new Goldens("optimizers");

  @ParameterizedTest
  @ValueSource(strings = {"stopFirst", "stopPatient", "stopDelta"})
  void theEpochOfTheStopAndTheBestOneAreThoseOfPyTorch(String name) {
    Tensor rule = GOLDENS.get(name + ".rule");
    EarlyStopping stopping = new EarlyStopping((int) rule.get(0), rule.get(1));
    Tensor losses = GOLDENS.get(name + ".losses");
    int epoch = 0;
    do {
      epoch++;
      Tensor of = Tensor.of((float) epoch);
      stopping.update(epoch, losses.get(epoch - 1), () -> Map.of("epoch", of));
    } while (!stopping.shouldStop());
    assertEquals(GOLDENS.get(name + ".stopAndBest").get(0), epoch);
    assertEquals(GOLDENS.get(name + ".stopAndBest").get(1), stopping.state().bestEpoch());
    assertEquals(
        stopping.state().bestEpoch(), stopping.state().bestParameters().get("epoch").item());
  }

  @Test
  void minDeltaAndPatienceDecideWhenToStopAndAStateGoesOn() {
    EarlyStopping stopping = new EarlyStopping(2, 0.1);
    assertFalse(stopping.update(1, 1.0, () -> Map.of("w", Tensor.of(1f))));
    assertFalse(stopping.update(2, 0.95, () -> Map.of("w", Tensor.of(2f)))); // not better by 0.1
    EarlyStopping resumed = new EarlyStopping(2, 0.1);
    resumed.restore(stopping.state());
    assertTrue(resumed.update(3, 0.92, () -> Map.of("w", Tensor.of(3f))));
    assertEquals(1f, resumed.state().bestParameters().get("w").item());
    assertEquals(1, resumed.state().bestEpoch());
  }

  @Test
  void byAMetricTheLastOfEqualsIsKeptAndPatienceCountsFromTheFirst() {
    int patience = (int) GOLDENS.get("stopMetric.patience").get(0);
    EarlyStopping stopping = EarlyStopping.by(Evaluation::accuracy, true, patience, 0);
    Tensor scores = GOLDENS.get("stopMetric.scores");
    int epoch = 0;
    do {
      epoch++;
      Tensor of = Tensor.of((float) epoch);
      stopping.update(epoch, scores.get(epoch - 1), () -> Map.of("epoch", of));
    } while (!stopping.shouldStop());
    assertEquals(GOLDENS.get("stopMetric.stopAndBest").get(0), epoch);
    assertEquals(GOLDENS.get("stopMetric.stopAndBest").get(1), stopping.state().bestEpoch());
    assertTrue(stopping.state().betterEpoch() < stopping.state().bestEpoch());
    assertEquals(
        stopping.state().bestEpoch(), stopping.state().bestParameters().get("epoch").item());
  }

  @Test
  void aMetricThatIsNotANumberIsNeverBest() {
    for (boolean isHigherBetter : new boolean[] {true, false}) {
      EarlyStopping stopping =
          EarlyStopping.by(Evaluation::rocAuc, isHigherBetter, EarlyStopping.NEVER, 0);
      stopping.update(1, Double.NaN, Map::of);
      assertEquals(0, stopping.state().bestEpoch());
      stopping.update(2, 0.5, Map::of);
      stopping.update(3, Double.NaN, Map::of);
      assertEquals(2, stopping.state().bestEpoch());
      assertFalse(stopping.shouldStop());
    }
  }

  @Test
  void withAMinDeltaTheFirstOfNearlyEqualsIsKept() {
    EarlyStopping stopping = EarlyStopping.by(Evaluation::accuracy, true, 2, 0.1);
    assertFalse(stopping.update(1, 0.5, Map::of));
    assertFalse(stopping.update(2, 0.5, Map::of));
    assertTrue(stopping.update(3, 0.6, Map::of));
    assertEquals(1, stopping.state().bestEpoch());
  }

  @Test
  void weightsAreCopiedOnlyOfTheBestEpochs() {
    EarlyStopping stopping = new EarlyStopping(5, 0);
    stopping.update(1, 1.0, Map::of);
    stopping.update(
        2,
        1.0,
        () -> {
          throw new AssertionError("no better");
        });
    assertEquals(1, stopping.state().bestEpoch());
  }

  @Test
  void wrongSettingsAreNamed() {
    String message = "earlyStopping: patience must be at least 1 and minDelta at least 0, were ";
    for (Object[] wrong : new Object[][] {{0, 0.0}, {1, -0.5}, {1, Double.NaN}}) {
      assertEquals(
          message + wrong[0] + " and " + wrong[1],
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new EarlyStopping((int) wrong[0], (double) wrong[1]))
              .getMessage());
    }
  }
}
