package io.beamgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModuleTest {

  private final Sequential model =
      new Sequential(
          new Flatten(),
          new Linear(6, 4, new Generator(1)),
          new ReLU(),
          new Sequential(new Linear(4, 2, new Generator(2))));

  @Test
  void parametersHavePyTorchsNamesInOrder() {
    assertEquals(
        List.of("1.weight", "1.bias", "3.0.weight", "3.0.bias"),
        new ArrayList<>(model.namedParameters().keySet()));
    assertEquals(
        "Sequential[Flatten(), Linear(6, 4), ReLU(), Sequential[Linear(4, 2)]]", model.toString());
  }

  @Test
  void parametersHaveKinds() {
    Sequential scaled = new Sequential(new Scale(2), new BatchNorm1d(2), model);
    assertEquals(
        "{0.weight=SCALE, 1.weight=WEIGHT, 1.bias=BIAS, 2.1.weight=WEIGHT, 2.1.bias=BIAS,"
            + " 2.3.0.weight=WEIGHT, 2.3.0.bias=BIAS}",
        scaled.parameterKinds().toString());
    assertEquals(
        "{weight=WEIGHT, bias=BIAS}",
        new SparseLinear(3, 2, new Generator(1)).parameterKinds().toString());
  }

  @Test
  void theNtkFormBeginsAsStandardNormalNumbers() {
    Linear ntk = Linear.ntk(100, 200, new Generator(5));
    double squares = 0;
    for (float w : ntk.weight().data()) {
      squares += (double) w * w;
    }
    assertEquals(1, squares / 20_000, 0.03);
    assertEquals(0.1f, ntk.factor());
    assertEquals("Linear(100, 200, ntk)", ntk.toString());
    assertArrayEquals(new float[200], ntk.zeroed().forward(Tensor.ones(1, 100)).data());
  }

  @Test
  void theForwardIsThatOfItsParts() {
    Tensor input = Tensor.randn(new Generator(3), 5, 2, 3);
    Tensor byHand =
        input
            .reshape(5, 6)
            .linear(model.namedParameters().get("1.weight"), model.namedParameters().get("1.bias"))
            .relu()
            .linear(
                model.namedParameters().get("3.0.weight"), model.namedParameters().get("3.0.bias"));
    assertArrayEquals(byHand.toArray(), model.forward(input).toArray());
  }

  @Test
  void aStateDictIsACopyThatCanBeLoaded() {
    Map<String, Tensor> state = model.stateDict();
    float before = state.get("1.bias").get(0);
    model.namedParameters().get("1.bias").data()[0] = 99;
    assertEquals(before, state.get("1.bias").get(0));
    model.loadStateDict(state);
    assertEquals(before, model.namedParameters().get("1.bias").get(0));
  }

  @Test
  void aStateDictThatDoesNotFitIsRefusedWhole() {
    Map<String, Tensor> state = new LinkedHashMap<>(model.stateDict());
    state.put("3.0.bias", Tensor.zeros(3));
    state.put("1.bias", Tensor.full(7f, 4));
    refused("loadStateDict: 3.0.bias has shape [3], expected [2]", state);
    state.remove("3.0.bias");
    state.put("4.bias", Tensor.zeros(2));
    refused("loadStateDict: missing [3.0.bias], unknown [4.bias]", state);
    assertTrue(model.namedParameters().get("1.bias").get(0) != 7f);
  }

  private void refused(String message, Map<String, Tensor> state) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> model.loadStateDict(state))
            .getMessage());
  }

  @Test
  void zeroGradAndModesReachTheChildren() {
    model.forward(Tensor.ones(1, 6)).sum().backward();
    model.zeroGrad();
    for (Tensor parameter : model.parameters()) {
      for (float g : parameter.grad().data()) {
        assertEquals(0f, g);
      }
    }
    model.eval();
    assertFalse(model.modules().get(3).training());
    model.train();
    assertTrue(model.modules().get(3).training());
  }

  @Test
  void linearBeginsUniformBetweenItsBounds() {
    Linear linear = new Linear(100, 200, new Generator(5));
    double sum = 0;
    double squares = 0;
    float largest = 0;
    for (float w : linear.weight().data()) {
      sum += w;
      squares += (double) w * w;
      largest = Math.max(largest, Math.abs(w));
    }
    assertTrue(largest <= 0.1f && largest > 0.0999f);
    assertEquals(0, sum / 20_000, 1e-3);
    assertEquals(0.01 / 3, squares / 20_000, 1e-4); // the variance of a uniform distribution
    assertUniform(linear.weight().toArray(), 0.1);
    assertUniform(linear.bias().toArray(), 0.1);
    assertUniform(new Linear(7, 3000, new Generator(6)).weight().toArray(), 1 / Math.sqrt(7));
    assertEquals(
        "Linear: features must be at least 1, were 0 in and 2 out",
        assertThrows(IllegalArgumentException.class, () -> new Linear(0, 2, new Generator(1)))
            .getMessage());
  }

  /** Kolmogorov and Smirnov's test at the level of 1 in 1000; the seeds are fixed. */
  private static void assertUniform(float[] values, double bound) {
    Arrays.sort(values);
    double farthest = 0;
    for (int i = 0; i < values.length; i++) {
      assertTrue(Math.abs(values[i]) <= bound * (1 + 1e-6));
      double expected = (values[i] / bound + 1) / 2;
      farthest = Math.max(farthest, Math.abs(expected - (i + 0.5) / values.length));
    }
    assertTrue(farthest < 1.95 / Math.sqrt(values.length), "distance " + farthest);
  }
}
