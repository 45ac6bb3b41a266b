package io.beamgrad.registry.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.evaluation.ModelComparison;
import io.beamgrad.metrics.Metric;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {
  private static final double[] GAINS = JudgingGoldens.all("bootstrap.gains");

  /** Pairs with these gains of accuracy. */
  private static ModelComparison.Pairs pairs(double[] gains) {
    double[] ones = new double[gains.length];
    Arrays.fill(ones, 1);
    return new ModelComparison.Pairs(gains, new double[gains.length], ones, 0, 0);
  }

  private static TestResult test(ModelComparison.Pairs pairs, int resamples, long seed) {
    return PairedBootstrap.of(pairs, Metric.ACCURACY, 0, 0.95, resamples, seed);
  }

  @Test
  void theBoundsAreThoseOfScipyUpToChance() {
    TestResult result = test(pairs(GAINS), 20_000, 1);

    assertEquals(JudgingGoldens.all("bootstrap.interval")[0], result.lower(), 0.004);
    assertEquals(JudgingGoldens.all("bootstrap.interval")[1], result.upper(), 0.004);
    assertEquals(Arrays.stream(GAINS).average().orElseThrow(), result.statistic(), 1e-12);
    assertTrue(result.pValue() > 0.2 && result.pValue() < 0.4, "" + result.pValue());
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    assertEquals(test(pairs(GAINS), 200, 5), test(pairs(GAINS), 200, 5));
    assertNotEquals(test(pairs(GAINS), 200, 5), test(pairs(GAINS), 200, 6));
  }

  @Test
  void ofAnErrorLessIsAGain() {
    ModelComparison.Pairs worse = pairs(new double[] {1, 2, 3});

    assertTrue(PairedBootstrap.of(worse, Metric.LOSS, 0, 0.95, 100, 1).upper() < 0);
    assertTrue(PairedBootstrap.of(worse, Metric.ACCURACY, 0, 0.95, 100, 1).lower() > 0);
  }

  @Test
  void rowsCountByTheirWeights() {
    ModelComparison.Pairs pairs =
        new ModelComparison.Pairs(
            new double[] {2, 0}, new double[] {0, 0}, new double[] {2, 0}, 0, 0);

    assertEquals(1, PairedBootstrap.of(pairs, Metric.ACCURACY, 0, 0.95, 100, 1).statistic());
  }

  @Test
  void whatIsNotANumberIsNoGain() {
    TestResult result = test(pairs(new double[] {1, Double.NaN}), 100, 1);

    assertTrue(Double.isNaN(result.lower()));
    assertTrue(result.pValue() > 0.5);
    assertTrue(Double.isNaN(test(pairs(new double[0]), 100, 1).lower()));
  }
}
