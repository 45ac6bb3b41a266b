package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.nn.Linear;
import io.beamgrad.nn.MSELoss;
import io.beamgrad.optim.SGD;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The tutorial's table of yields, trained from given weights, against PyTorch's losses. */
class CropYieldTest {

  static final Tensor INPUTS =
      Tensor.of(
          new float[][] {{73, 67, 43}, {91, 88, 64}, {87, 134, 58}, {102, 43, 37}, {69, 96, 70}});
  static final Tensor TARGETS =
      Tensor.of(new float[][] {{56, 70}, {81, 101}, {119, 133}, {22, 37}, {103, 119}});
  private static final Map<String, Tensor> START =
      Map.of(
          "weight", Tensor.of(new float[][] {{0.5f, -0.25f, 0.125f}, {-0.5f, 0.75f, 0.25f}}),
          "bias", Tensor.of(new float[] {0.1f, -0.2f}));

  @Test
  void fullBatchDescentFollowsPyTorch() throws InterruptedException {
    Linear model = new Linear(3, 2, new Generator(1));
    model.loadStateDict(START);
    Trainer trainer = new Trainer(model, new MSELoss(), new SGD(model.namedParameters(), 1e-5), 5);
    TensorDataset rows = new TensorDataset(INPUTS, TARGETS);
    assertLoss(3762.936, trainer, rows);
    for (int epoch = 1; epoch <= 100; epoch++) {
      trainer.trainEpoch(epoch, rows, new SequentialSampler(5), StepListener.NONE);
      if (epoch == 1) {
        assertLoss(2748.030, trainer, rows);
      } else if (epoch == 10) {
        assertLoss(657.1852, trainer, rows);
      }
    }
    assertLoss(200.2025, trainer, rows);
  }

  private static void assertLoss(double expected, Trainer trainer, Dataset rows)
      throws InterruptedException {
    assertEquals(expected, trainer.evaluate(rows).meanLossPerExample(), 1e-5 * expected);
    assertEquals(expected, trainer.lossBatch(INPUTS, TARGETS), 1e-5 * expected);
  }
}
