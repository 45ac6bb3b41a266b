package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.nn.Linear;
import io.beamgrad.nn.MSELoss;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.SGD;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class LearningRateFinderTest {

  /** A hundred rates from 1e-6 to 10, and their losses by the logarithm of the rate. */
  private static List<LearningRateFinder.Tried> curve(DoubleUnaryOperator lossByLog) {
    List<LearningRateFinder.Tried> tried = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      double log = -6 + 7 * i / 99.0;
      tried.add(
          new LearningRateFinder.Tried(StrictMath.pow(10, log), lossByLog.applyAsDouble(log)));
    }
    return tried;
  }

  @Test
  void theRateIsThatOfTheSteepestFall() {
    OptionalDouble found =
        LearningRateFinder.suggestion(curve(log -> 1.01 / (1 + Math.exp(4 * (log + 3)))));
    assertEquals(-3, StrictMath.log10(found.orElseThrow()), 0.1);
  }

  /** As it does where inputs are large. */
  @Test
  void aLossMayFallFromTheFirstRateOn() {
    assertTrue(LearningRateFinder.suggestion(curve(log -> Math.exp(-2 * (log + 7)))).isPresent());
  }

  @Test
  void aLossThatDoesNotFallSuggestsNone() {
    assertTrue(LearningRateFinder.suggestion(curve(log -> 1)).isEmpty());
    assertTrue(LearningRateFinder.suggestion(curve(log -> 7 + log)).isEmpty());
    assertTrue(LearningRateFinder.suggestion(curve(log -> Math.sin(20 * log))).isEmpty());
    assertTrue(LearningRateFinder.suggestion(List.of()).isEmpty());
  }

  private static Trainer trainer(Sequential model, double lr) {
    return new Trainer(model, new MSELoss(), new SGD(model.namedParameters(), lr), 8);
  }

  private static List<LearningRateFinder.Tried> tries(double lr, int rows) throws Exception {
    Sequential model = new Sequential(new Linear(3, 1, Generator.derive(1, "w")));
    Tensor inputs = Tensor.randn(Generator.derive(2, "x"), rows, 3);
    Tensor targets = inputs.matmul(Tensor.wrap(new float[] {1, -2, 3}, 3, 1)).add(5);
    return LearningRateFinder.tries(
        trainer(model, lr), new TensorDataset(inputs, targets), new RandomSampler(rows, 4));
  }

  @Test
  void ratesRiseOverTwoHundredBatchesOfAsManyEpochsAsThatTakes() throws Exception {
    List<LearningRateFinder.Tried> few = tries(0.1, 20); // three batches an epoch
    List<LearningRateFinder.Tried> many = tries(0.1, 4000);
    for (List<LearningRateFinder.Tried> tried : List.of(few, many)) {
      assertTrue(tried.size() > 150 && tried.size() <= LearningRateFinder.STEPS);
      assertEquals(1e-7, tried.get(0).rate(), 1e-20);
      for (int i = 1; i < tried.size(); i++) {
        assertEquals(
            StrictMath.pow(1e8, 1 / 199.0), tried.get(i).rate() / tried.get(i - 1).rate(), 1e-9);
      }
      double rate = LearningRateFinder.suggestion(tried).orElseThrow();
      assertTrue(rate > 1e-3 && rate < 1, "suggested " + rate); // twice 1/2 diverges
    }
    assertEquals(1000, tries(100, 20).isEmpty() ? 0 : 1e8 * tries(100, 20).get(0).rate(), 1e-6);
  }

  @Test
  void theSameRowsGiveTheSameCurve() throws Exception {
    assertEquals(tries(0.1, 50), tries(0.1, 50));
  }
}
