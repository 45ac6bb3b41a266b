package io.beamgrad.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.nn.BatchNorm1d;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Scale;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.optim.SGD;
import io.beamgrad.schema.LrFactors;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the learning rate is multiplied by, by kind of parameter. */
class LrFactorsTest {
  private static Sequential network() {
    return new Sequential(
        new Scale(3),
        new Linear(3, 4, Generator.derive(1, "w")),
        new BatchNorm1d(4),
        new Linear(4, 1, Generator.derive(2, "w")));
  }

  /** How far each parameter goes in a step whose gradients are all 1. */
  private static Map<String, Float> steps(LrFactors factors) {
    Sequential network = network();
    Map<String, Tensor> parameters = network.namedParameters();
    Optimizer optimizer = new SGD(parameters, 0.5);
    Networks.setLrFactors(optimizer, network, factors);
    Map<String, float[]> before = new LinkedHashMap<>();
    optimizer.zeroGrad();
    parameters.forEach(
        (name, parameter) -> {
          before.put(name, parameter.toArray());
          Arrays.fill(parameter.gradData(), 1);
        });
    optimizer.step();
    Map<String, Float> steps = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) -> steps.put(name, before.get(name)[0] - parameter.toArray()[0]));
    return steps;
  }

  @Test
  void eachKindOfParameterHasItsOwn() {
    Map<String, Float> steps = steps(new LrFactors(6.0, 2.0, 0.5));
    Map<String, Double> expected =
        Map.of(
            "0.weight", 3.0, // the factors of the scale layer
            "1.weight", 1.0,
            "1.bias", 0.25,
            "2.weight", 1.0, // normalisation has weights and biases too
            "2.bias", 0.25,
            "3.weight", 1.0,
            "3.bias", 0.25);
    assertEquals(expected.keySet(), steps.keySet());
    expected.forEach((name, step) -> assertEquals(step, steps.get(name), 1e-6, name));
  }

  @Test
  void withoutFactorsAllHaveTheRate() {
    Map<String, Float> plain = steps(null);
    Map<String, Float> ones = steps(new LrFactors(1.0, 1.0, 1.0));
    assertEquals(plain, ones);
    assertArrayEquals(new float[] {0.5f}, new float[] {plain.get("0.weight")}, 1e-7f);
  }
}
