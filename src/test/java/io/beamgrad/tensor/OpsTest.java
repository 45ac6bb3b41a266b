package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation against PyTorch's values and gradients, and against finite differences. */
class OpsTest {

  private static final Goldens GOLDENS = new Goldens("ops");
  private static final Map<String, Function<List<Tensor>, Tensor>> OPS = new TreeMap<>();

  static {
    Map<String, BinaryOperator<Tensor>> arithmetic =
        Map.of("add", Tensor::add, "sub", Tensor::sub, "mul", Tensor::mul, "div", Tensor::div);
    arithmetic.forEach(
        (name, op) -> {
          for (String shapes : List.of("", "Scalar", "Row", "Column", "BothWays", "Inner")) {
            two(name + shapes, op);
          }
        });
    one("addNumber", x -> x.add(2.5f));
    one("subNumber", x -> x.sub(2.5f));
    one("mulNumber", x -> x.mul(2.5f));
    one("divNumber", x -> x.div(2.5f));
    one("neg", Tensor::neg);
    two("divExtreme", Tensor::div);
    two("eq", Tensor::eq);
    one("powZero", x -> x.pow(0));
    one("powOne", x -> x.pow(1));
    one("rootExtreme", x -> x.pow(0.5f));
    one("square", x -> x.pow(2));
    one("cube", x -> x.pow(3));
    one("root", x -> x.pow(0.5f));
    one("inverse", x -> x.pow(-1));
    one("abs", Tensor::abs);
    one("absTies", Tensor::abs);
    for (String inputs : List.of("", "Extreme")) {
      one("exp" + inputs, Tensor::exp);
      one("log" + inputs, Tensor::log);
      one("relu" + inputs, Tensor::relu);
      one("sigmoid" + inputs, Tensor::sigmoid);
      one("tanh" + inputs, Tensor::tanh);
      one("selu" + inputs, Tensor::selu);
      one("mish" + inputs, Tensor::mish);
      one("silu" + inputs, Tensor::silu);
      one("gelu" + inputs, Tensor::gelu);
      one("geluTanh" + inputs, Tensor::geluTanh);
      one("leakyRelu" + inputs, x -> x.leakyRelu(0.2f));
    }
    for (String sizes : List.of("", "Wide", "Tiny", "Odd")) {
      two("matmul" + sizes, Tensor::matmul);
    }
    for (String sizes : List.of("", "Odd")) {
      OPS.put("linear" + sizes, in -> in.get(0).linear(in.get(1), in.get(2)));
    }
    OPS.put("linearFactor", in -> in.get(0).linear(in.get(1), in.get(2), 0.3f));
    one("sumLong", Tensor::sum);
    one("sumFirst", x -> x.sum(-3));
    one("sum", Tensor::sum);
    one("mean", Tensor::mean);
    for (int d = 0; d < 3; d++) {
      int dim = d;
      one("sum" + dim, x -> x.sum(dim));
      one("mean" + dim, x -> x.mean(dim));
      one("max" + dim, x -> x.max(dim).values());
      one("softmax" + dim, x -> x.softmax(dim));
      one("logSoftmax" + dim, x -> x.logSoftmax(dim));
    }
    one("sumKept", x -> x.sum(1, true));
    one("meanKept", x -> x.mean(-1, true));
    one("max", Tensor::max);
    one("maxTies", Tensor::max);
    one("max0Ties", x -> x.max(0).values());
    one("max1Ties", x -> x.max(1).values());
    one("maxNanExtreme", Tensor::max);
    one("max1NanExtreme", x -> x.max(1).values());
    one("argmax1NanExtreme", x -> x.argmax(1));
    one("argmax1Ties", x -> x.argmax(1));
    one("argmax0", x -> x.argmax(0));
    one("argmaxWhole", Tensor::argmax);
    one("softmaxWhole", Tensor::softmax);
    one("logSoftmaxWhole", Tensor::logSoftmax);
    for (String inputs : List.of("1Extreme", "1InfiniteExtreme")) {
      one("softmax" + inputs, x -> x.softmax(-1));
      one("logSoftmax" + inputs, x -> x.logSoftmax(-1));
    }
    one("softmax0Extreme", x -> x.softmax(0));
    one("logSoftmax0Extreme", x -> x.logSoftmax(0));
    one("reshape", x -> x.reshape(4, -1));
    one("flatten", x -> x.flatten(1));
    one("flattenScalar", x -> x.flatten(0));
    one("unsqueeze", x -> x.unsqueeze(-1));
    one("squeeze", x -> x.squeeze(1));
    one("squeezeNothing", x -> x.squeeze(0));
    one("squeezeAll", Tensor::squeeze);
    one("t", Tensor::t);
    one("tVector", Tensor::t);
    one("slice", x -> x.slice(1, 3));
    one("select", x -> x.select(2));
    one("indexSelect", x -> x.indexSelect(2, 0, 2));
    two("composed", (x, y) -> x.matmul(y).tanh().mul(x.sum()).add(x.matmul(y).exp().mean(0)));
  }

  private static void one(String name, Function<Tensor, Tensor> op) {
    OPS.put(name, in -> op.apply(in.get(0)));
  }

  private static void two(String name, BinaryOperator<Tensor> op) {
    OPS.put(name, in -> op.apply(in.get(0), in.get(1)));
  }

  static Set<String> cases() {
    return OPS.keySet();
  }

  /** Cases whose function is smooth near the inputs. */
  static Stream<String> smoothCases() {
    return cases().stream()
        .filter(name -> GOLDENS.has(name + ".w"))
        .filter(name -> !name.endsWith("Ties") && !name.endsWith("Extreme"));
  }

  @Test
  void everyGoldenHasItsTest() {
    assertEquals(GOLDENS.cases(), new HashSet<>(cases()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAndGradientsAreThoseOfPyTorch(String name) {
    List<Tensor> inputs = inputs(name);
    Tensor out = OPS.get(name).apply(inputs);
    GOLDENS.check(name + ".out", out);
    if (GOLDENS.has(name + ".w")) {
      inputs.forEach(input -> input.requiresGrad(true));
      OPS.get(name).apply(inputs).mul(GOLDENS.get(name + ".w")).sum().backward();
      for (int i = 0; i < inputs.size(); i++) {
        GOLDENS.check(name + ".grad" + i, inputs.get(i).grad());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("smoothCases")
  void gradientsAreThoseOfFiniteDifferences(String name) {
    Tensor w = GOLDENS.get(name + ".w");
    List<Tensor> inputs = inputs(name);
    FiniteDifferences.check(inputs, () -> OPS.get(name).apply(inputs).mul(w).sum());
  }

  @ParameterizedTest
  @MethodSource("smoothCases")
  void aReplayHasTheBitsOfTheFirstRun(String name) {
    Tensor w = GOLDENS.get(name + ".w");
    List<Tensor> inputs = inputs(name);
    inputs.forEach(input -> input.requiresGrad(true));
    RecordedStep step = RecordedStep.record(() -> OPS.get(name).apply(inputs).mul(w).sum());
    float first = step.loss().item();
    step.backward();
    List<float[]> grads = inputs.stream().map(input -> input.grad().toArray()).toList();
    for (int run = 0; run < 2; run++) {
      inputs.forEach(Tensor::zeroGrad);
      step.forward();
      step.backward();
      assertEquals(first, step.loss().item());
      for (int i = 0; i < inputs.size(); i++) {
        assertArrayEquals(grads.get(i), inputs.get(i).grad().data());
      }
    }
  }

  private static List<Tensor> inputs(String name) {
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; GOLDENS.has(name + ".in" + i); i++) {
      inputs.add(GOLDENS.get(name + ".in" + i));
    }
    return inputs;
  }
}
