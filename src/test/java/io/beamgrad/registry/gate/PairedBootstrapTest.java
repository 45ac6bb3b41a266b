package io.beamgrad.registry.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.evaluation.ModelComparison;
import io.beamgrad.metrics.Metric;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedBootstrapTest {
  private static final double[] GAINS = JudgingGoldens.all("bootstrap.gains");

  /** Pairs with these gains of accuracy, each row of a group of its own. */
  private static ModelComparison.Pairs pairs(double... gains) {
    double[] ones = new double[gains.length];
    Arrays.fill(ones, 1);
    return pairs(gains, ones, 1);
  }

  /**
   * @param gains of the rows, which are not multiplied by the weights yet
   * @param size how many rows after each other are of one group
   */
  private static ModelComparison.Pairs pairs(double[] gains, double[] weights, int size) {
    int rows = gains.length;
    return new ModelComparison.Pairs(
        IntStream.range(0, rows).mapToDouble(row -> gains[row] * weights[row]).toArray(),
        new double[rows],
        weights,
        LongStream.range(0, rows).map(row -> -(row / size)).toArray(),
        0,
        0);
  }

  private static TestResult test(ModelComparison.Pairs pairs, int resamples, long seed)
      throws InterruptedException {
    return test(pairs, Metric.ACCURACY, resamples, seed);
  }

  private static TestResult test(
      ModelComparison.Pairs pairs, Metric metric, int resamples, long seed)
      throws InterruptedException {
    return PairedBootstrap.of(SamplingUnits.of(pairs, metric), 0, 0.95, resamples, seed);
  }

  @Test
  void theBoundsAreThoseOfScipyUpToChance() throws InterruptedException {
    TestResult result = test(pairs(GAINS), 20_000, 1);

    assertEquals(JudgingGoldens.all("bootstrap.interval")[0], result.lower(), 0.004);
    assertEquals(JudgingGoldens.all("bootstrap.interval")[1], result.upper(), 0.004);
    assertEquals(Arrays.stream(GAINS).average().orElseThrow(), result.statistic(), 1e-12);
    assertTrue(result.pValue() > 0.2 && result.pValue() < 0.4, "" + result.pValue());
    assertNull(result.groups());
  }

  @ParameterizedTest
  @CsvSource({"rows, 1", "groups, 6"})
  void theBoundsOfTheWeightedMeanAreThoseOfScipyUpToChance(String name, int size)
      throws InterruptedException {
    double[] gains = JudgingGoldens.all("weighted.gains");
    double[] weights = JudgingGoldens.all("weighted.weights");
    TestResult result = test(pairs(gains, weights, size), 20_000, 1);

    double[] interval = JudgingGoldens.all("weighted.interval." + name);
    assertEquals(interval[0], result.lower(), 0.006);
    assertEquals(interval[1], result.upper(), 0.006);
    assertEquals(size == 1 ? null : gains.length / size, result.groups());
  }

  @Test
  void rowsOfOneGroupAreDrawnTogetherWhereverTheyAre() throws InterruptedException {
    ModelComparison.Pairs inOrder = pairs(GAINS, ones(), 4);
    long[] mixed = LongStream.range(0, GAINS.length).map(row -> -(row % 100)).toArray();
    double[] moved = new double[GAINS.length];
    for (int row = 0; row < moved.length; row++) {
      moved[row] = GAINS[(row % 100) * 4 + row / 100];
    }
    ModelComparison.Pairs apart =
        new ModelComparison.Pairs(moved, new double[moved.length], ones(), mixed, 0, 0);

    assertEquals(test(inOrder, 500, 1).pValue(), test(apart, 500, 1).pValue());
    assertEquals(test(inOrder, 500, 1).lower(), test(apart, 500, 1).lower(), 1e-12);
  }

  private static double[] ones() {
    double[] ones = new double[GAINS.length];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void theSameSeedGivesTheSameBitsOnAnyNumberOfThreads() throws InterruptedException {
    SamplingUnits units = SamplingUnits.of(pairs(GAINS), Metric.ACCURACY);
    TestResult one = PairedBootstrap.of(units, 0, 0.95, 333, 5, 1);

    assertEquals(one, PairedBootstrap.of(units, 0, 0.95, 333, 5, 2));
    assertEquals(one, PairedBootstrap.of(units, 0, 0.95, 333, 5, 7));
    assertEquals(one, test(pairs(GAINS), 333, 5));
    assertNotEquals(one, test(pairs(GAINS), 333, 6));
  }

  @Test
  void itEndsSoonWhereItIsInterrupted() {
    SamplingUnits units = SamplingUnits.of(pairs(new double[1_000_000]), Metric.ACCURACY);
    Thread.currentThread().interrupt();
    assertThrows(
        InterruptedException.class, () -> PairedBootstrap.of(units, 0, 0.95, 1_000_000, 1, 2));

    Thread test = Thread.currentThread();
    new Thread(
            () -> {
              try {
                Thread.sleep(50);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              test.interrupt();
            })
        .start();
    long threads = Thread.activeCount();
    assertThrows(
        InterruptedException.class, () -> PairedBootstrap.of(units, 0, 0.95, 1_000_000, 1, 2));
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          while (Thread.activeCount() > threads + 1) {
            Thread.sleep(5);
          }
        });
  }

  @Test
  void ofAnErrorLessIsAGain() throws InterruptedException {
    ModelComparison.Pairs worse = pairs(1, 2, 3, 1, 2);

    assertTrue(test(worse, Metric.LOSS, 100, 1).upper() < 0);
    assertTrue(test(worse, Metric.ACCURACY, 100, 1).lower() > 0);
  }

  @Test
  void rowsCountByTheirWeights() throws InterruptedException {
    double[] gains = {1, 0, -1, 1, 1, 1, 1};
    ModelComparison.Pairs pairs = pairs(gains, new double[] {2, 0, 0, 1, 1, 1, 5}, 1);

    assertEquals(1, test(pairs, 100, 1).statistic());
    assertEquals(1, test(pairs, 100, 1).lower());
  }

  @Test
  void whatIsNotANumberIsNoGain() throws InterruptedException {
    TestResult result = test(pairs(1, 1, 1, 1, 1, Double.NaN), 100, 1);

    assertTrue(Double.isNaN(result.lower()));
    assertTrue(result.pValue() > 0.5);
    assertTrue(Double.isNaN(test(pairs(), 100, 1).lower()));
  }

  @Test
  void aFewRowsOrGroupsAreNeverSure() throws InterruptedException {
    assertTrue(Double.isNaN(test(pairs(1, 1, 1, 1), 100, 1).lower()));
    assertEquals(1, test(pairs(1, 1, 1, 1, 1), 100, 1).lower());
    assertTrue(Double.isNaN(test(pairs(GAINS, ones(), 100), 100, 1).lower()));
    assertTrue(
        Double.isNaN(
            test(pairs(new double[9], new double[] {1, 0, 1, 0, 1, 0, 1, 0, 0}, 1), 100, 1)
                .lower()));
    assertTrue(Double.isNaN(test(pairs(GAINS), 10, 1).lower())); // resamples
  }
}
