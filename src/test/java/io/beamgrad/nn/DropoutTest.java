package io.beamgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.beamgrad.tensor.FiniteDifferences;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.RecordedStep;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DropoutTest {

  private final Tensor ones = Tensor.ones(1000);

  @Test
  void theGivenShareIsZeroedAndTheRestScaledToTheSameMean() {
    float[] y = new Dropout(0.25, 1).forward(ones).toArray();
    int zeros = 0;
    for (float value : y) {
      zeros += value == 0 ? 1 : 0;
      assertEquals(value == 0 ? 0 : 4 / 3f, value, 1e-6f);
    }
    assertEquals(250, zeros, 50);
  }

  @Test
  void evaluationGivesTheInput() {
    Dropout dropout = new Dropout(0.5, 1);
    dropout.eval();
    assertSame(ones, dropout.forward(ones));
  }

  @Test
  void seedStepAndRunDecideWhatIsZeroed() {
    Sequential model = new Sequential(new Dropout(0.5, 1));
    model.beginStep(7);
    float[] first = model.forward(ones).toArray();
    float[] second = model.forward(ones).toArray();
    assertFalse(Arrays.equals(first, second));
    model.beginStep(8);
    assertFalse(Arrays.equals(first, model.forward(ones).toArray()));
    model.beginStep(7);
    assertArrayEquals(first, model.forward(ones).toArray());
    Dropout other = new Dropout(0.5, 2);
    other.beginStep(7);
    assertFalse(Arrays.equals(first, other.forward(ones).toArray()));
  }

  @Test
  void theGradientOfADrawIsThatOfFiniteDifferences() {
    Dropout dropout = new Dropout(0.5, 1);
    Tensor x = Tensor.randn(new Generator(2), 4, 9);
    Tensor w = Tensor.randn(new Generator(3), 4, 9);
    FiniteDifferences.check(
        List.of(x),
        () -> {
          dropout.beginStep(3); // the same draw each time
          return dropout.forward(x).mul(w).sum();
        });
    Set<Float> factors = new TreeSet<>();
    for (int i = 0; i < x.elements(); i++) {
      factors.add(Math.round(x.grad().data()[i] / w.data()[i] * 1e3f) / 1e3f);
    }
    assertEquals(Set.of(0f, 2f), factors);
  }

  @Test
  void aReplayedStepDrawsAnewAndItsGradientIsThatOfTheDraw() {
    Dropout dropout = new Dropout(0.5, 1);
    Tensor x = Tensor.ones(1000).requiresGrad(true);
    RecordedStep step = RecordedStep.record(() -> dropout.forward(x).sum());
    dropout.beginStep(3);
    step.forward();
    step.backward();
    float loss = step.loss().item();
    assertEquals(loss, x.grad().sum().item());
    dropout.beginStep(3);
    assertEquals(loss, dropout.forward(ones).sum().item());
  }
}
