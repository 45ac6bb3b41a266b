package io.beamgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.RecordedStep;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is not in {@link LayersTest}: buffers and batches of one row. */
class BatchNorm1dTest {

  private final Sequential model =
      new Sequential(new BatchNorm1d(3), new Linear(3, 2, new Generator(1)));
  private final Tensor batch = Tensor.randn(new Generator(2), 8, 3);

  @Test
  void theStateHasPyTorchsNamesInItsOrder() {
    assertEquals(
        List.of(
            "0.weight",
            "0.bias",
            "0.running_mean",
            "0.running_var",
            "0.num_batches_tracked",
            "1.weight",
            "1.bias"),
        new ArrayList<>(model.stateDict().keySet()));
    assertEquals(
        List.of("0.running_mean", "0.running_var", "0.num_batches_tracked"),
        new ArrayList<>(model.namedBuffers().keySet()));
    assertArrayEquals(new int[0], model.stateDict().get("0.num_batches_tracked").shape());
  }

  @Test
  void buffersAreNoParameters() {
    assertEquals(
        List.of("0.weight", "0.bias", "1.weight", "1.bias"),
        new ArrayList<>(model.namedParameters().keySet()));
    for (Tensor buffer : model.namedBuffers().values()) {
      assertEquals(false, buffer.requiresGrad());
    }
  }

  @Test
  void aStateIsLoadedWithItsBuffers() {
    model.forward(batch);
    Map<String, Tensor> state = model.stateDict();
    model.forward(batch);
    assertEquals(2, model.stateDict().get("0.num_batches_tracked").item());
    model.loadStateDict(state);
    for (Map.Entry<String, Tensor> entry : state.entrySet()) {
      assertArrayEquals(entry.getValue().data(), model.stateDict().get(entry.getKey()).data());
    }
  }

  @Test
  void aReplayedStepGoesOnWithTheRunningStatistics() {
    RecordedStep step = RecordedStep.record(() -> model.forward(batch).sum());
    step.forward();
    BatchNorm1d other = new BatchNorm1d(3);
    other.forward(batch);
    other.forward(batch);
    other
        .stateDict()
        .forEach(
            (name, tensor) ->
                assertArrayEquals(tensor.data(), model.stateDict().get("0." + name).data(), name));
  }

  @Test
  void aBatchOfOneRowIsNormalizedByTheRunningStatisticsAndLeavesThem() {
    BatchNorm1d norm = new BatchNorm1d(3);
    norm.forward(batch);
    Map<String, Tensor> before = norm.stateDict();
    Tensor row = batch.slice(0, 1).detach().requiresGrad(true);
    Tensor trained = norm.forward(row);
    trained.sum().backward();
    before.forEach(
        (name, tensor) -> assertArrayEquals(tensor.data(), norm.stateDict().get(name).data()));
    norm.eval();
    assertArrayEquals(norm.forward(row).data(), trained.data());
    for (int i = 0; i < 3; i++) {
      float variance = before.get("running_var").get(i);
      assertEquals(1 / Math.sqrt(variance + 1e-5), row.grad().get(0, i), 1e-6);
    }
  }

  @Test
  void aConstantColumnIsZero() {
    Tensor rows = Tensor.full(7f, 4, 2);
    assertArrayEquals(new float[8], new BatchNorm1d(2).forward(rows).data());
    assertArrayEquals(new float[8], new LayerNorm(2).forward(rows).data());
  }

  @Test
  void whatDoesNotFitIsSaidInOneLine() {
    refused(
        "BatchNorm1d: expected [batch, 3], found [4, 2]",
        () -> new BatchNorm1d(3).forward(Tensor.zeros(4, 2)));
    refused(
        "BatchNorm1d: features must be at least 1, eps above 0 and momentum in [0, 1], were 3,"
            + " 1.0E-5 and 1.5",
        () -> new BatchNorm1d(3, 1e-5, 1.5));
    refused(
        "LayerNorm: expected [batch, 3], found [2, 3, 3]",
        () -> new LayerNorm(3).forward(Tensor.zeros(2, 3, 3)));
    refused(
        "LayerNorm: features must be at least 1 and eps above 0, were 3 and 0.0",
        () -> new LayerNorm(3, 0));
    refused("Scale: expected [batch, 3], found [3]", () -> new Scale(3).forward(Tensor.zeros(3)));
    refused(
        "LeakyReLU: slope must be finite, was Infinity",
        () -> new LeakyReLU(Double.POSITIVE_INFINITY));
  }

  private static void refused(String message, Executable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body).getMessage());
  }
}
