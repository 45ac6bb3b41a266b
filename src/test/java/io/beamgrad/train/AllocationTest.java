package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.Flatten;
import io.beamgrad.nn.HuberLoss;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.ReLU;
import io.beamgrad.nn.Sequential;
import io.beamgrad.nn.SparseLinear;
import io.beamgrad.nn.TargetScaling;
import io.beamgrad.optim.SGD;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A steady training step allocates nothing, by the JVM's own count of a thread's bytes. */
@Tag("alone")
class AllocationTest {

  private static final int ROWS = 4000;

  /** A small step, and one with products that are split between threads where there are several. */
  @ParameterizedTest
  @CsvSource({"30, 17, 10", "784, 128, 100"})
  void aSteadyStepAllocatesNothing(int features, int hidden, int batchRows)
      throws InterruptedException {
    Generator random = new Generator(1);
    Sequential model =
        new Sequential(
            new Flatten(),
            new Linear(features, hidden, random),
            new ReLU(),
            new Linear(hidden, 5, random));
    SGD optimizer = new SGD(model.namedParameters(), 0.01, 0.9, false, 0);
    Trainer trainer = new Trainer(model, new CrossEntropyLoss(), optimizer, batchRows);
    trainer.setPrepareAhead(false);
    assertNothingAllocated(
        trainer,
        new TensorDataset(Tensor.randn(random, ROWS, features / 2, 2), Tensor.arange(ROWS).mul(0)),
        batchRows);
  }

  /** Rows of a thousand columns with five values and a weight, with clipped gradients. */
  @Test
  void neitherDoesOneOnSparseRows() throws InterruptedException {
    Generator random = new Generator(1);
    Sequential model =
        new Sequential(new SparseLinear(1000, 17, random), new ReLU(), new Linear(17, 5, random));
    SGD optimizer = new SGD(model.namedParameters(), 0.01);
    Trainer trainer = new Trainer(model, new CrossEntropyLoss(), optimizer, 10);
    trainer.setPrepareAhead(false);
    trainer.setClipGradNorm(0.1);
    SparseRows rows = new SparseRows(1000);
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < 5; j++) {
        rows.add(200 * j + (int) (200 * random.nextFloat()), 1);
      }
      rows.endRow();
    }
    assertNothingAllocated(
        trainer, new SparseDataset(rows, Tensor.zeros(ROWS), Tensor.rand(random, ROWS)), 10);
  }

  /** Predictions of two targets, which the told loss is of, are computed in each step too. */
  @Test
  void neitherDoesOneOnScaledTargets() throws InterruptedException {
    Generator random = new Generator(1);
    TargetScaling.Target log = new TargetScaling.Target(true, 1, 2, -1, 5);
    Sequential model =
        new Sequential(new Linear(7, 2, random), new TargetScaling(List.of(log, log)));
    SGD optimizer = new SGD(model.namedParameters(), 0.01);
    Trainer trainer = new Trainer(model, new HuberLoss(1), optimizer, 10);
    trainer.setPrepareAhead(false);
    assertNothingAllocated(
        trainer,
        new TensorDataset(Tensor.randn(random, ROWS, 7), Tensor.randn(random, ROWS, 2)),
        10);
  }

  private static void assertNothingAllocated(Trainer trainer, Dataset dataset, int batchRows)
      throws InterruptedException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] bytes = new long[ROWS / batchRows + 1]; // before the epoch and after each of its steps
    StepListener count =
        (epoch, step, rows, loss) -> bytes[(int) step] = threads.getCurrentThreadAllocatedBytes();
    SequentialSampler sampler = new SequentialSampler(ROWS);
    long least = Long.MAX_VALUE;
    for (int epoch = 1; epoch <= 400 && least > 0; epoch++) {
      // Compiled or not, the JIT decides when; vectors that are interpreted are objects.
      trainer.trainEpoch(epoch, dataset, sampler, count);
      least = bytes[ROWS / batchRows] - bytes[ROWS / batchRows / 2];
    }
    assertEquals(0, least, "bytes in the second half of an epoch");
  }
}
