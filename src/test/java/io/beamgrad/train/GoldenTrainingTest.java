package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.nn.BatchNorm1d;
import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.GELU;
import io.beamgrad.nn.LayerNorm;
import io.beamgrad.nn.LeakyReLU;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Mish;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.ReLU;
import io.beamgrad.nn.SELU;
import io.beamgrad.nn.Scale;
import io.beamgrad.nn.Sequential;
import io.beamgrad.nn.SiLU;
import io.beamgrad.nn.Tanh;
import io.beamgrad.optim.Adam;
import io.beamgrad.optim.SGD;
import io.beamgrad.optim.Schedule;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Goldens;
import io.beamgrad.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Five epochs from PyTorch's initial weights in PyTorch's order of rows. */
class GoldenTrainingTest {

  private static final Goldens GOLDENS = new Goldens("training");
  private static final int BATCH = 32;

  @Test
  void fiveEpochsEndWhereThoseOfPyTorchDo() throws InterruptedException {
    Sequential model = model("plain", new ReLU());
    SGD optimizer = new SGD(model.namedParameters(), 0.1, 0.9, false, 0);
    follow("plain", new Trainer(model, new CrossEntropyLoss(), optimizer, BATCH));
  }

  @Test
  void soTheyDoWithAllThatCanBeSet() throws InterruptedException {
    Sequential model = model("full", new Tanh());
    CrossEntropyLoss loss = new CrossEntropyLoss(new float[] {0.5f, 2, 1, 0.25f}, 0.1);
    Adam optimizer = new Adam(model.namedParameters(), 0.05, Adam.Settings.ADAMW);
    Trainer trainer = new Trainer(model, loss, optimizer, BATCH);
    trainer.setSchedule(
        Schedule.linearWarmUp(0.1, 6).then(6, Schedule.cosine(40, 0.001)), Trainer.Count.STEPS);
    trainer.setPenalty(0.002, 0.01);
    trainer.setClipGradNorm(0.5);
    follow("full", trainer);
  }

  @Test
  void soTheyDoWithLayersOfTables() throws InterruptedException {
    Generator unused = new Generator(0);
    Sequential model =
        start(
            "recipe",
            new Scale(12),
            Linear.ntk(12, 9, unused),
            new SELU(),
            Linear.ntk(9, 6, unused),
            new Mish(),
            Linear.ntk(6, 4, unused));
    Adam.Settings settings = new Adam.Settings(0.9, 0.95, 1e-8, 0, false);
    Adam optimizer = new Adam(model.namedParameters(), 0.04, settings);
    follow("recipe", new Trainer(model, new CrossEntropyLoss(null, 0.1), optimizer, BATCH));
  }

  @Test
  void soTheyDoWithLayersThatNormalize() throws InterruptedException {
    Generator unused = new Generator(0);
    Sequential model =
        start(
            "norms",
            new BatchNorm1d(12, 1e-5, 0.3),
            new Linear(12, 9, unused),
            new GELU(),
            new LayerNorm(9),
            new Linear(9, 8, unused),
            new SiLU(),
            new BatchNorm1d(8),
            new LeakyReLU(0.2),
            new Linear(8, 4, unused));
    SGD optimizer = new SGD(model.namedParameters(), 0.1, 0.9, false, 0);
    Trainer trainer = new Trainer(model, new CrossEntropyLoss(), optimizer, BATCH);
    assertTrue(trainer.replaysSteps());
    follow("norms", trainer);
  }

  private static Sequential model(String name, Module activation) {
    Generator unused = new Generator(0);
    return start(name, new Linear(12, 9, unused), activation, new Linear(9, 4, unused));
  }

  private static Sequential start(String name, Module... modules) {
    Sequential model = new Sequential(modules);
    Map<String, Tensor> start = new LinkedHashMap<>();
    for (String parameter : model.stateDict().keySet()) {
      start.put(parameter, GOLDENS.get(name + ".start." + parameter));
    }
    model.loadStateDict(start);
    return model;
  }

  private static void follow(String name, Trainer trainer) throws InterruptedException {
    TensorDataset dataset = new TensorDataset(GOLDENS.get("data.x"), GOLDENS.get("data.y"));
    for (int epoch = 1; epoch <= 5; epoch++) {
      EpochResult result =
          trainer.trainEpoch(epoch, dataset, new GoldenOrder(name), StepListener.NONE);
      assertEquals(
          GOLDENS.get(name + ".loss." + epoch).item(),
          result.meanLossPerExample(),
          1e-5,
          "epoch " + epoch);
    }
    trainer
        .model()
        .stateDict()
        .forEach(
            (parameter, tensor) -> {
              float[] expected = GOLDENS.get(name + ".end." + parameter).data();
              for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], tensor.data()[i], 1e-4, parameter + " element " + i);
              }
            });
  }

  private record GoldenOrder(String name) implements Sampler {
    @Override
    public long size() {
      return 230;
    }

    @Override
    public RowOrder order(int epoch) {
      float[] order = GOLDENS.get(name + ".order." + epoch).data();
      RowOrder positions = new SequentialSampler(order.length).order(epoch);
      return (rows, count) -> {
        int filled = positions.next(rows, count);
        for (int i = 0; i < filled; i++) {
          rows[i] = (long) order[(int) rows[i]];
        }
        return filled;
      };
    }
  }
}
