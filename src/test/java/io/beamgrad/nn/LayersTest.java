package io.beamgrad.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.tensor.FiniteDifferences;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Goldens;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer against PyTorch's outputs and gradients, and against finite differences. */
class LayersTest {

  private static final Goldens GOLDENS = new Goldens("layers");
  private static final Generator UNUSED = new Generator(0); // the weights are PyTorch's
  private static final Map<String, Module> LAYERS = new LinkedHashMap<>();

  static {
    LAYERS.putAll(
        Map.of(
            "linear",
            new Linear(7, 5, UNUSED),
            "linearOne",
            new Linear(1, 1, UNUSED),
            "flatten",
            new Flatten(),
            "relu",
            new ReLU(),
            "sigmoid",
            new Sigmoid(),
            "tanh",
            new Tanh(),
            "dropout",
            new Dropout(0.4, 1),
            "sequential",
            new Sequential(
                new Flatten(),
                new Linear(8, 6, UNUSED),
                new Tanh(),
                new Linear(6, 5, UNUSED),
                new Sigmoid(),
                new Linear(5, 9, UNUSED),
                new ReLU(),
                new Sequential(new Linear(9, 3, UNUSED)))));
    LAYERS.put("selu", new SELU());
    LAYERS.put("mish", new Mish());
    LAYERS.put("silu", new SiLU());
    LAYERS.put("gelu", new GELU());
    LAYERS.put("geluTanh", new GELU(GELU.Approximate.TANH));
    LAYERS.put("leakyRelu", new LeakyReLU());
    LAYERS.put("leakyReluSteep", new LeakyReLU(-1.5));
    LAYERS.put("scale", new Scale(7));
    LAYERS.put("ntk", Linear.ntk(7, 5, UNUSED));
    LAYERS.put("batchNorm", new BatchNorm1d(5));
    LAYERS.put("batchNormSet", new BatchNorm1d(5, 0.1, 0.4));
    LAYERS.put("batchNormEval", new BatchNorm1d(5));
    LAYERS.put("layerNorm", new LayerNorm(7));
    LAYERS.put("layerNormSet", new LayerNorm(7, 0.1));
  }

  static Set<String> cases() {
    return LAYERS.keySet();
  }

  @Test
  void everyGoldenHasItsTest() {
    assertEquals(GOLDENS.cases(), cases());
  }

  private static Module layer(String name) {
    Module layer = LAYERS.get(name);
    Map<String, Tensor> weights = new LinkedHashMap<>();
    layer
        .namedParameters()
        .keySet()
        .forEach(parameter -> weights.put(parameter, GOLDENS.get(name + "." + parameter)));
    layer
        .namedBuffers()
        .keySet()
        .forEach(buffer -> weights.put(buffer, GOLDENS.get(name + "." + buffer + ".before")));
    layer.loadStateDict(weights);
    layer.zeroGrad();
    layer.train();
    if (name.equals("dropout") || name.endsWith("Eval")) {
      layer.eval(); // DropoutTest has the training mode
    }
    return layer;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void outputsAndGradientsAreThoseOfPyTorch(String name) {
    Module layer = layer(name);
    Tensor x = GOLDENS.get(name + ".x").requiresGrad(true);
    Tensor out = layer.forward(x);
    GOLDENS.check(name + ".out", out);
    layer
        .namedBuffers()
        .forEach((buffer, tensor) -> GOLDENS.check(name + "." + buffer + ".after", tensor));
    out.mul(GOLDENS.get(name + ".w")).sum().backward();
    GOLDENS.check(name + ".grad", x.grad());
    layer
        .namedParameters()
        .forEach(
            (parameter, tensor) -> GOLDENS.check(name + "." + parameter + ".grad", tensor.grad()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfFiniteDifferences(String name) {
    Module layer = layer(name);
    Tensor x = GOLDENS.get(name + ".x");
    Tensor w = GOLDENS.get(name + ".w");
    List<Tensor> leaves = new ArrayList<>(layer.parameters());
    leaves.add(x);
    FiniteDifferences.check(leaves, () -> layer.forward(x).mul(w).sum());
  }
}
