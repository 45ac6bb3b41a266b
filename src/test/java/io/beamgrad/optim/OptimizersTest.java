package io.beamgrad.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Goldens;
import io.beamgrad.tensor.Tensor;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimisers, schedules and gradient clipping against PyTorch. */
class OptimizersTest {

  private static final Goldens GOLDENS = new Goldens("optimizers");
  private static final Map<String, Function<Map<String, Tensor>, Optimizer>> OPTIMIZERS =
      Map.of(
          "sgdMomentumDecay", p -> new SGD(p, 0.1, 0.9, false, 0.05),
          "sgd", p -> new SGD(p, 0.1),
          "sgdMomentum", p -> new SGD(p, 0.1, 0.9, false, 0),
          "sgdNesterov", p -> new SGD(p, 0.1, 0.9, true, 0),
          "sgdDecay", p -> new SGD(p, 0.1, 0, false, 0.05),
          "sgdAll", p -> new SGD(p, 0.1, 0.8, true, 0.05),
          "adam", p -> new Adam(p, 0.05, Adam.Settings.ADAM),
          "adamAll", p -> new Adam(p, 0.05, new Adam.Settings(0.8, 0.95, 1e-6, 0.1, false)),
          "adamW", p -> new Adam(p, 0.05, Adam.Settings.ADAMW),
          "adamWAll", p -> new Adam(p, 0.05, new Adam.Settings(0.8, 0.95, 1e-8, 0.2, true)));
  private static final Map<String, Function<Map<String, Tensor>, Optimizer>> GROUPS =
      Map.of(
          "groupsSgd", p -> new SGD(p, 0.03),
          "groupsNesterov", p -> new SGD(p, 0.01, 0.8, true, 0.05),
          "groupsAdam", p -> new Adam(p, 0.02, new Adam.Settings(0.9, 0.95, 1e-8, 0, false)),
          "groupsAdamW", p -> new Adam(p, 0.02, new Adam.Settings(0.9, 0.999, 1e-8, 0.2, true)));
  private static final Map<String, Schedule> SCHEDULES =
      Map.of(
          "step", Schedule.step(7, 0.1),
          "exponential", Schedule.exponential(0.9),
          "cosine", Schedule.cosine(24, 0.01),
          "cosineLong", Schedule.cosine(11, 0),
          "cosineLog", Schedule.cosineLog(4, 37),
          "warmUpThenCosine", Schedule.linearWarmUp(0.1, 5).then(5, Schedule.cosine(20, 0.02)),
          "linearWarmUp", Schedule.linearWarmUp(0.25, 8),
          "both", Schedule.linearWarmUp(0.25, 8).then(8, Schedule.exponential(0.9)));

  static Set<String> optimizers() {
    return OPTIMIZERS.keySet();
  }

  static Set<String> schedules() {
    return SCHEDULES.keySet();
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void fiftyStepsAreThoseOfPyTorch(String name) {
    Tensor w = GOLDENS.get("start.w").requiresGrad(true);
    Optimizer optimizer = OPTIMIZERS.get(name).apply(Map.of("w", w));
    steps(optimizer, w, 0, 50, name);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aRestoredOptimizerGoesOnAsIfNothingHadHappened(String name) {
    Tensor w = GOLDENS.get("start.w").requiresGrad(true);
    Optimizer first = OPTIMIZERS.get(name).apply(Map.of("w", w));
    steps(first, w, 0, 23, name);
    Map<String, Tensor> state = first.stateDict();
    Optimizer second = OPTIMIZERS.get(name).apply(Map.of("w", w));
    second.loadStateDict(state, first.steps());
    steps(second, w, 23, 50, name);
    assertEquals(50, second.steps());
  }

  private static void steps(Optimizer optimizer, Tensor w, int from, int to, String name) {
    Tensor a = GOLDENS.get("start.a");
    Tensor grads = GOLDENS.get("start.grads");
    for (int t = from; t < to; t++) {
      optimizer.zeroGrad();
      float[] grad = a.mul(w.detach()).add(grads.select(t)).toArray();
      System.arraycopy(grad, 0, w.gradData(), 0, grad.length);
      optimizer.step();
      if (GOLDENS.has(name + "." + (t + 1))) {
        GOLDENS.check(name + "." + (t + 1), w);
      }
    }
  }

  static Set<String> groups() {
    return GROUPS.keySet();
  }

  @ParameterizedTest
  @MethodSource("groups")
  void factorsOfTheRateAreThoseOfParameterGroupsInPyTorch(String name) {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    Map<String, Double> factors = new LinkedHashMap<>();
    for (String kind : List.of("scale", "weight", "bias")) {
      parameters.put(kind, GOLDENS.get("start.w").requiresGrad(true));
      factors.put(kind, kind.equals("scale") ? 6 : kind.equals("weight") ? 1 : 0.1);
    }
    Optimizer optimizer = GROUPS.get(name).apply(parameters);
    optimizer.setLrFactors(factors::get);
    Tensor a = GOLDENS.get("start.a");
    Tensor grads = GOLDENS.get("start.grads");
    for (int t = 0; t < 50; t++) {
      optimizer.zeroGrad();
      for (Tensor w : parameters.values()) {
        float[] grad = a.mul(w.detach()).add(grads.select(t)).toArray();
        System.arraycopy(grad, 0, w.gradData(), 0, grad.length);
      }
      optimizer.step();
    }
    parameters.forEach((kind, w) -> GOLDENS.check(name + "." + kind, w));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void factorsOfOneKeepAllBits(String name) {
    Tensor w = GOLDENS.get("start.w").requiresGrad(true);
    Tensor v = GOLDENS.get("start.w").requiresGrad(true);
    Optimizer plain = OPTIMIZERS.get(name).apply(Map.of("w", w));
    Optimizer withFactors = OPTIMIZERS.get(name).apply(Map.of("w", v));
    withFactors.setLrFactors(parameter -> 1);
    steps(plain, w, 0, 50, name);
    steps(withFactors, v, 0, 50, name);
    assertArrayEquals(w.toArray(), v.toArray());
  }

  @Test
  void aFactorOfNoughtLeavesAParameterAsItIs() {
    Tensor w = GOLDENS.get("start.w").requiresGrad(true);
    Tensor start = GOLDENS.get("start.w");
    Optimizer optimizer = new Adam(Map.of("w", w), 0.1, Adam.Settings.ADAMW);
    optimizer.setLrFactors(parameter -> 0);
    steps(optimizer, w, 0, 5, "none");
    assertArrayEquals(start.toArray(), w.toArray());
    refused(
        "optimizer: factor of w must be at least 0, was -1.0",
        () -> optimizer.setLrFactors(parameter -> -1));
  }

  @Test
  void wavesOfACosineEndAtNoughtEachTwiceAsLongAsTheOneBefore() {
    Schedule waves = Schedule.cosineLog(4, 15);
    for (int end : new int[] {0, 1, 3, 7, 15}) {
      assertEquals(0, waves.lr(0.4, end), 1e-15, "count " + end);
    }
    double top = (StrictMath.sqrt(2) * 8 - 1) / 15; // the middle of the last wave by its logarithm
    assertEquals(0.4, Schedule.cosineLog(4, 1_000_000).lr(0.4, Math.round(top * 1e6)), 1e-9);
    refused("cosineLog: cycles must be in [1, 30], was 31", () -> Schedule.cosineLog(31, 5));
    refused("cosineLog: counts must be at least 1, was 0", () -> Schedule.cosineLog(4, 0));
  }

  /** As parts of it may be changed by several threads. */
  @Test
  void adamChangesALargeParameterAsItsPartsAlone() {
    Generator random = new Generator(3);
    int part = 10_000;
    Tensor whole = Tensor.randn(random, 5, part).requiresGrad(true);
    Adam.Settings settings = new Adam.Settings(0.9, 0.95, 1e-8, 0.1, true);
    Adam ofWhole = new Adam(Map.of("w", whole), 0.01, settings);
    Map<String, Tensor> parts = new TreeMap<>();
    for (int i = 0; i < 5; i++) {
      parts.put("w" + i, Tensor.wrap(whole.select(i).toArray(), part).requiresGrad(true));
    }
    Adam ofParts = new Adam(parts, 0.01, settings);
    for (int step = 0; step < 3; step++) {
      float[] grad = Tensor.randn(random, 5 * part).data();
      System.arraycopy(grad, 0, whole.gradData(), 0, grad.length);
      ofWhole.step();
      for (int i = 0; i < 5; i++) {
        System.arraycopy(grad, i * part, parts.get("w" + i).gradData(), 0, part);
      }
      ofParts.step();
    }
    for (int i = 0; i < 5; i++) {
      assertArrayEquals(whole.select(i).toArray(), parts.get("w" + i).toArray());
    }
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void learningRatesAreThoseOfPyTorch(String name) {
    Tensor expected = GOLDENS.get("schedule." + name);
    for (int count = 0; count < expected.elements(); count++) {
      double rate = SCHEDULES.get(name).lr(0.4, count);
      assertEquals(expected.get(count), rate, 1e-6 * expected.get(count), "count " + count);
    }
  }

  @Test
  void gradientsAreClippedByTheirCommonNorm() {
    for (String name : List.of("clipped", "unclipped")) {
      Tensor w = Tensor.zeros(5).requiresGrad(true);
      Tensor v = Tensor.zeros(2, 3).requiresGrad(true);
      System.arraycopy(GOLDENS.get(name + ".w").data(), 0, w.gradData(), 0, 5);
      System.arraycopy(GOLDENS.get(name + ".v").data(), 0, v.gradData(), 0, 6);
      double norm = Gradients.clipGradNorm(List.of(w, v), name.equals("clipped") ? 1.5 : 100);
      GOLDENS.check(name + ".norm", Tensor.of((float) norm));
      GOLDENS.check(name + ".w2", w.grad());
      GOLDENS.check(name + ".v2", v.grad());
    }
  }

  @Test
  void penaltiesAddTheirGradients() {
    Tensor w = GOLDENS.get("penalty.w").requiresGrad(true);
    Gradients.addPenalty(List.of(w), 0.1, 0.5);
    GOLDENS.check("penalty.grad", w.grad());
    Gradients.addPenalty(List.of(w), 0.1, 0.5); // to what is there already
    GOLDENS.check("penalty.grad", w.grad().div(2));
  }

  @Test
  void everyGoldenHasItsTest() {
    Set<String> expected = new HashSet<>(optimizers());
    expected.addAll(groups());
    expected.addAll(List.of("start", "schedule", "clipped", "unclipped", "penalty"));
    expected.addAll(
        List.of("stopFirst", "stopPatient", "stopDelta", "stopMetric")); // of EarlyStoppingTest
    assertEquals(expected, GOLDENS.cases());
  }

  @Test
  void parametersWithoutAGradientStayAsTheyAre() {
    Tensor w = Tensor.ones(2).requiresGrad(true);
    new SGD(Map.of("w", w), 0.1, 0, false, 0.5).step();
    assertEquals(1, w.get(0));
  }

  @Test
  void wrongSettingsAreNamed() {
    Map<String, Tensor> w = Map.of("w", Tensor.ones(2).requiresGrad(true));
    refused("optimizer: no parameters", () -> new SGD(Map.of(), 0.1));
    refused("optimizer: lr must be at least 0, was -0.1", () -> new SGD(w, -0.1));
    refused("optimizer: lr must be at least 0, was NaN", () -> new SGD(w, 0.1).setLr(Double.NaN));
    refused("optimizer: momentum must be in [0, 1), was 1.0", () -> new SGD(w, 0.1, 1, false, 0));
    refused(
        "optimizer: weightDecay must be at least 0, was -1.0", () -> new SGD(w, 0.1, 0, false, -1));
    refused("optimizer: nesterov needs a momentum above 0", () -> new SGD(w, 0.1, 0, true, 0));
    refused(
        "optimizer: beta1 must be in [0, 1), was 1.0",
        () -> new Adam.Settings(1, 0.9, 0, 0, false));
    refused(
        "optimizer: beta2 must be in [0, 1), was -0.5",
        () -> new Adam.Settings(0, -0.5, 0, 0, false));
    refused(
        "optimizer: eps must be at least 0, was -1.0", () -> new Adam.Settings(0, 0, -1, 0, false));
    refused("step: every must be at least 1, was 0", () -> Schedule.step(0, 0.1));
    refused("exponential: gamma must be above 0, was 0.0", () -> Schedule.exponential(0));
    refused("cosine: counts must be at least 1, was 0", () -> Schedule.cosine(0, 0));
    refused(
        "linearWarmUp: startFactor must be in (0, 1], was 2.0", () -> Schedule.linearWarmUp(2, 3));
    refused(
        "optimizer: missing [w.momentumBuffer], unknown []",
        () -> new SGD(w, 0.1, 0.5, false, 0).loadStateDict(Map.of(), 1));
  }

  private static void refused(String message, Executable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body).getMessage());
  }
}
