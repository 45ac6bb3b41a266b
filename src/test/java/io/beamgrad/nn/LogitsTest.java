package io.beamgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.nn.Loss.Target;
import io.beamgrad.tensor.Tensor;
import org.junit.jupiter.api.Test;

class LogitsTest {
  private static final float[] ROWS = {9, 1, 3, 3, -2, 0.5f};

  @Test
  void theFirstOfTheLargestIsTheClass() {
    assertEquals(1, Logits.label(Target.CLASS, ROWS, 1, 4));
    assertEquals(0, Logits.label(Target.CLASS, ROWS, 0, 6));
    assertEquals(1, Logits.label(Target.BINARY, ROWS, 5, 1));
    assertEquals(0, Logits.label(Target.BINARY, new float[] {0}, 0, 1));
  }

  @Test
  void aTargetOfTwoClassesMayBeAShare() {
    assertTrue(Logits.isRight(Target.BINARY, ROWS, 5, 1, 0.7f));
    assertFalse(Logits.isRight(Target.BINARY, ROWS, 5, 1, 0.3f));
    assertTrue(Logits.isRight(Target.CLASS, ROWS, 1, 4, 1));
  }

  @Test
  void probabilitiesHaveTheBitsOfTheTensorsOps() {
    Tensor logits = Tensor.wrap(new float[] {1, 3, 3, -2, 0.5f}, 1, 5);
    float[] found = new float[7];
    Logits.probabilities(Target.CLASS, ROWS, 1, 5, found, 2);
    float[] expected = new float[7];
    System.arraycopy(logits.softmax(1).data(), 0, expected, 2, 5);
    assertArrayEquals(expected, found);
    float[] two = new float[2];
    Logits.probabilities(Target.BINARY, ROWS, 5, 1, two, 0);
    Tensor both = Tensor.wrap(new float[] {-0.5f, 0.5f}, 2);
    assertArrayEquals(both.sigmoid().data(), two);
  }

  @Test
  void theFinerProbabilityAgreesAndTellsSureOnesApart() {
    float[] coarse = new float[5];
    Logits.probabilities(Target.CLASS, ROWS, 1, 5, coarse, 0);
    for (int label = 0; label < 5; label++) {
      assertEquals(coarse[label], Logits.probability(Target.CLASS, ROWS, 1, 5, label), 1e-6);
    }
    float[] sure = {30, 31};
    assertTrue(
        Logits.probability(Target.BINARY, sure, 0, 1, 1)
            < Logits.probability(Target.BINARY, sure, 1, 1, 1));
  }

  @Test
  void numbersSayNoClass() {
    assertEquals(
        "outputs that are numbers say no class",
        assertThrows(IllegalArgumentException.class, () -> Logits.label(Target.NUMBERS, ROWS, 0, 1))
            .getMessage());
  }
}
