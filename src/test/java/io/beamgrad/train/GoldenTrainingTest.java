package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.ReLU;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.SGD;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Goldens;
import io.beamgrad.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Five epochs from PyTorch's initial weights in PyTorch's order of rows. */
class GoldenTrainingTest {

  private static final Goldens GOLDENS = new Goldens("training");

  @Test
  void fiveEpochsEndWhereThoseOfPyTorchDo() throws InterruptedException {
    TensorDataset dataset = new TensorDataset(GOLDENS.get("data.x"), GOLDENS.get("data.y"));
    Generator unused = new Generator(0);
    Sequential model =
        new Sequential(new Linear(12, 9, unused), new ReLU(), new Linear(9, 4, unused));
    Map<String, Tensor> start = new LinkedHashMap<>();
    model.namedParameters().keySet().forEach(name -> start.put(name, GOLDENS.get("start." + name)));
    model.loadStateDict(start);
    SGD optimizer = new SGD(model.namedParameters(), 0.1, 0.9, false, 0);
    Trainer trainer = new Trainer(model, new CrossEntropyLoss(), optimizer, 32);
    for (int epoch = 1; epoch <= 5; epoch++) {
      EpochResult result = trainer.trainEpoch(epoch, dataset, new GoldenOrder(), StepListener.NONE);
      assertEquals(
          GOLDENS.get("loss." + epoch).item(), result.meanLossPerExample(), 1e-4, "epoch " + epoch);
    }
    model
        .namedParameters()
        .forEach(
            (name, tensor) -> {
              float[] expected = GOLDENS.get("end." + name).data();
              for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], tensor.data()[i], 1e-4, name + " element " + i);
              }
            });
  }

  private static final class GoldenOrder implements Sampler {
    @Override
    public long size() {
      return 230;
    }

    @Override
    public RowOrder order(int epoch) {
      float[] order = GOLDENS.get("order." + epoch).data();
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
