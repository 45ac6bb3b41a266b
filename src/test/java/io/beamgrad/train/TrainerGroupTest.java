package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.Dropout;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.ReLU;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.Adam;
import io.beamgrad.optim.SGD;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TrainerGroupTest {
  private static final int ROWS = 1003;
  private static final int BATCH = 32;
  private static final int CLASSES = 3;
  private static final Loss LOSS = new CrossEntropyLoss();
  private static final RandomSampler SAMPLER = new RandomSampler(ROWS, 11);

  private final TensorDataset rows = rows();

  private static TensorDataset rows() {
    Tensor inputs = Tensor.randn(new Generator(3), ROWS, 5);
    float[] labels = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      labels[row] = label(inputs, row);
    }
    return new TensorDataset(inputs, Tensor.wrap(labels, ROWS));
  }

  private static int label(Tensor inputs, int row) {
    return (inputs.data()[5 * row] > 0 ? 1 : 0) + (inputs.data()[5 * row + 1] > 0 ? 1 : 0);
  }

  private static Sequential network(int member) {
    Generator random = Generator.derive(member, "init");
    return new Sequential(
        new Linear(5, 9, random),
        new ReLU(),
        new Dropout(0.2, member),
        new Linear(9, CLASSES, random));
  }

  private static Trainer trainer(int member) {
    Sequential network = network(member);
    Adam.Settings settings = new Adam.Settings(0.9, 0.999, 1e-8, 0, false);
    return new Trainer(network, LOSS, new Adam(network.namedParameters(), 0.01, settings), BATCH);
  }

  private static TrainerGroup group(int members) {
    List<Trainer> trainers = new ArrayList<>();
    for (int member = 0; member < members; member++) {
      trainers.add(trainer(member));
    }
    return new TrainerGroup(trainers, LOSS, BATCH);
  }

  private static String sha256(Trainer trainer) {
    return Weights.sha256(trainer.model().stateDict());
  }

  @Test
  void eachMemberHasTheBitsThatItHasAlone() throws InterruptedException {
    try (TrainerGroup group = group(3)) {
      List<EpochResult> first =
          group.trainEpoch(1, List.of(0, 1, 2), rows, SAMPLER, StepListener.NONE);
      List<EpochResult> second =
          group.trainEpoch(2, List.of(0, 2), rows, SAMPLER, StepListener.NONE); // 1 has stopped
      for (int member = 0; member < 3; member++) {
        Trainer alone = trainer(member);
        EpochResult own = alone.trainEpoch(1, rows, SAMPLER, StepListener.NONE);
        assertEquals(own.meanLossPerExample(), first.get(member).meanLossPerExample());
        assertEquals(own.accuracy(), first.get(member).accuracy());
        if (member != 1) {
          own = alone.trainEpoch(2, rows, SAMPLER, StepListener.NONE);
          assertEquals(own.meanLossPerExample(), second.get(member / 2).meanLossPerExample());
        }
        assertEquals(sha256(alone), sha256(group.trainers().get(member)));
        assertEquals(alone.epochs(), group.trainers().get(member).epochs());
      }
      assertNotEquals(sha256(group.trainers().get(0)), sha256(group.trainers().get(2)));
    }
  }

  @Test
  void allBatchesOfAnEpochAreToldOf() throws InterruptedException {
    AtomicLong steps = new AtomicLong();
    AtomicLong trained = new AtomicLong();
    try (TrainerGroup group = group(2)) {
      group.trainEpoch(
          1,
          List.of(0, 1),
          rows,
          SAMPLER,
          (epoch, step, rowsSoFar, loss) -> {
            steps.set(step);
            trained.set(rowsSoFar);
            assertTrue(loss > 0);
          });
    }
    assertEquals((ROWS + BATCH - 1) / BATCH, steps.get());
    assertEquals(ROWS, trained.get());
  }

  @Test
  void togetherIsTheMeanOfTheProbabilities() throws InterruptedException {
    try (TrainerGroup group = group(3)) {
      double[] loss = new double[1];
      TrainerGroup.Evaluations found =
          group.evaluate(
              rows,
              new SequentialSampler(ROWS),
              (outputs, targets, weights) -> {
                for (int r = 0; r < outputs.size(0); r++) {
                  float[] p = new float[CLASSES];
                  Logits.probabilities(LOSS.target(), outputs.data(), r * CLASSES, CLASSES, p, 0);
                  loss[0] -= Math.log(p[(int) targets.data()[r]]);
                }
              });
      double expected = 0;
      Tensor inputs = Tensor.randn(new Generator(3), ROWS, 5);
      List<Tensor> each = new ArrayList<>();
      for (Trainer trainer : group.trainers()) {
        each.add(Tensor.noGrad(() -> trainer.model().forward(inputs).softmax(1)));
      }
      for (int row = 0; row < ROWS; row++) {
        double mean = 0;
        for (Tensor probabilities : each) {
          mean += probabilities.data()[row * CLASSES + label(inputs, row)] / 3.0;
        }
        expected -= Math.log(mean);
      }
      assertEquals(expected, loss[0], 1e-4 * expected);
      assertEquals(expected / ROWS, found.together().meanLossPerExample(), 1e-6);
      for (int member = 0; member < 3; member++) {
        Evaluation alone = trainer(member).evaluate(rows);
        assertEquals(alone.meanLossPerExample(), found.members().get(member).meanLossPerExample());
      }
    }
  }

  @Test
  void aMemberThatDivergesIsNamed() {
    List<Trainer> trainers = new ArrayList<>(List.of(trainer(0)));
    Sequential wild = network(1);
    trainers.add(
        new Trainer(wild, LOSS, new SGD(wild.namedParameters(), 1e38, 0, false, 0), BATCH));
    try (TrainerGroup group = new TrainerGroup(trainers, LOSS, BATCH)) {
      String message =
          assertThrows(
                  DivergedException.class,
                  () -> group.trainEpoch(1, List.of(0, 1), rows, SAMPLER, StepListener.NONE))
              .getMessage();
      assertTrue(message.startsWith("member 1: loss is "), message);
    }
  }

  @Test
  void interruptionEndsAllMembers() {
    try (TrainerGroup group = group(2)) {
      Thread.currentThread().interrupt();
      assertThrows(
          InterruptedException.class,
          () -> group.trainEpoch(1, List.of(0, 1), rows, SAMPLER, StepListener.NONE));
    }
  }
}
