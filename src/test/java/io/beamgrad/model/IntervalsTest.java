package io.beamgrad.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.nn.TargetScaling;
import io.beamgrad.schema.Calibration;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetScale;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks and bounds of split conformal intervals, by hand, and how often they are right. */
class IntervalsTest {
  private static final List<TargetEncoding> AS_THEY_ARE = List.of();
  private static final List<TargetEncoding> LOGARITHMS =
      List.of(new TargetEncoding("y", TargetScale.LOG, 1.0, 2.0, null, null));

  private static Calibration numbers(float... sorted) {
    return new Calibration((long) sorted.length, null, List.of(bytes(sorted)));
  }

  private static Calibration classes(float... descending) {
    return new Calibration((long) descending.length, 1f, List.of(bytes(descending)));
  }

  private static ByteBuffer bytes(float... scores) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * scores.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(scores);
    return bytes;
  }

  /** The distances are their ranks. */
  private static Calibration ranks(int rows) {
    float[] scores = new float[rows];
    for (int i = 0; i < rows; i++) {
      scores[i] = i + 1;
    }
    return numbers(scores);
  }

  /**
   * ceil((n + 1) level), where doubles would say 91 of 0.9 times 100 and more than 0.7 times 10.
   */
  @ParameterizedTest
  @CsvSource({
    "9, 0.9, 9",
    "19, 0.95, 19",
    "99, 0.9, 90",
    "10, 0.5, 6",
    "9, 0.7, 7",
    "1, 0.5, 1",
    "99, 0.01, 1",
    "99, 0.011, 2",
    "1000, 0.9, 901",
    "99, 0.29, 29"
  })
  void theScoreOfTheRankDecides(int rows, double level, float rank) {
    Intervals found = Intervals.of(ranks(rows), AS_THEY_ARE, level);
    assertEquals(100 - rank, found.lower(0, 100));
    assertEquals(100 + rank, found.upper(0, 100));
    assertEquals(level, found.level());
  }

  private static void refused(String message, Calibration calibration, double level) {
    assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class, () -> Intervals.of(calibration, AS_THEY_ARE, level))
            .getMessage());
  }

  @Test
  void anIntervalWithoutBoundsIsRefused() {
    refused("an interval of 0.9 needs at least 9 calibration rows, the model has 8", ranks(8), 0.9);
    refused(
        "an interval of 0.99 needs at least 99 calibration rows, the model has 98",
        ranks(98),
        0.99);
    refused(
        "the model has no calibration rows to take intervals from; train it with split.calibration",
        null,
        0.9);
    for (double level : new double[] {0, 1, -0.5, 90, Double.NaN}) {
      refused("the level of intervals must be above 0 and below 1, was " + level, ranks(9), level);
    }
    refused(
        "an interval of 0.8 has no bounds, as too many of the 9 calibration rows are of classes that the model does not know",
        classes(.9f, .8f, .7f, .6f, .5f, .4f, .3f, -1, -1),
        0.8);
  }

  @Test
  void anIntervalOfALogarithmIsAsWideAsItsPredictionIsLarge() {
    float score = Intervals.score(99, 199, true);
    assertEquals(Math.log(2), score, 1e-7);
    Intervals found = Intervals.of(numbers(score), LOGARITHMS, 0.5);
    assertEquals(199, found.upper(0, 99), 1e-4);
    assertEquals(49, found.lower(0, 99), 1e-4);
    assertEquals(1999, found.upper(0, 999), 1e-3);
    assertEquals(-49, found.upper(0, -99), 1e-4);
    assertEquals(-1, found.lower(0, 0), 1e-6);
  }

  @Test
  void theRowThatDecidesIsWithin() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      float prediction = (float) (random.nextGaussian() * Math.exp(2 * random.nextGaussian()));
      float target = (float) (random.nextGaussian() * Math.exp(2 * random.nextGaussian()));
      for (boolean isLogarithm : new boolean[] {false, true}) {
        float score = Intervals.score(prediction, target, isLogarithm);
        Intervals found = Intervals.of(numbers(score), isLogarithm ? LOGARITHMS : AS_THEY_ARE, 0.5);
        assertTrue(
            found.lower(0, prediction) <= target && target <= found.upper(0, prediction),
            () -> "%s of %s".formatted(target, prediction));
      }
    }
  }

  @Test
  void aBoundIsNeverInfinite() {
    Intervals found = Intervals.of(numbers(Float.MAX_VALUE), AS_THEY_ARE, 0.5);
    assertEquals(Float.MAX_VALUE, found.upper(0, Float.MAX_VALUE));
    assertEquals(-Float.MAX_VALUE, found.lower(0, -Float.MAX_VALUE));
  }

  @Test
  void aSetHasTheClassesThatAreAsProbableAsTheRowOfTheRank() {
    Calibration found = classes(.9f, .8f, .7f, .6f, .5f, .4f, .3f, .2f, .1f);
    Intervals most = Intervals.of(found, AS_THEY_ARE, 0.8); // rank 8 of 10
    assertTrue(most.has(.2f, false));
    assertFalse(most.has(.19f, false));
    Intervals some = Intervals.of(found, AS_THEY_ARE, 0.1);
    assertFalse(some.has(.89f, false));
    assertTrue(some.has(.5f, true), "the most probable one is always in it");
  }

  /**
   * 100 random splits of one drawn table with noise that grows: a line by least squares on half of
   * the rows, calibration on a quarter, coverage and width on the last one, against split conformal
   * prediction as it is written in the papers.
   */
  @Test
  void over100SplitsTheyAreRightAsOftenAsAskedForAndNoWiderThanByHand() {
    int rows = 400;
    Random random = new Random(7);
    double[] x = random.doubles(rows, 1, 5).toArray();
    double[] y = new double[rows];
    for (int i = 0; i < rows; i++) {
      y[i] = 2 * x[i] + x[i] * random.nextGaussian();
    }
    for (double level : new double[] {0.8, 0.9, 0.95}) {
      double[] coverages = new double[100];
      double width = 0;
      double byHand = 0;
      for (int split = 0; split < coverages.length; split++) {
        int[] order = shuffled(rows, split);
        double slope = slope(order, 200, x, y);
        double[] distances = new double[100];
        float[] scores = new float[100];
        for (int i = 0; i < 100; i++) {
          int row = order[200 + i];
          distances[i] = Math.abs(y[row] - slope * x[row]);
          scores[i] = Intervals.score((float) (slope * x[row]), (float) y[row], false);
        }
        Arrays.sort(distances);
        Arrays.sort(scores);
        Intervals found = Intervals.of(numbers(scores), AS_THEY_ARE, level);
        int covered = 0;
        for (int i = 300; i < rows; i++) {
          float prediction = (float) (slope * x[order[i]]);
          float target = (float) y[order[i]];
          covered +=
              found.lower(0, prediction) <= target && target <= found.upper(0, prediction) ? 1 : 0;
        }
        coverages[split] = covered / 100.0;
        width += found.upper(0, 0) - found.lower(0, 0);
        byHand += 2 * distances[(int) Math.ceil(Math.round(101 * level * 1e6) / 1e6) - 1];
      }
      double mean = Arrays.stream(coverages).average().orElseThrow();
      double squares = Arrays.stream(coverages).map(c -> (c - mean) * (c - mean)).sum();
      double standardError = Math.sqrt(squares / 99 / 100);
      assertTrue(mean >= level - 2 * standardError, level + ": " + mean);
      assertTrue(mean <= level + 0.03, level + ": " + mean);
      assertEquals(byHand, width, 1e-4 * byHand);
    }
  }

  private static int[] shuffled(int rows, long seed) {
    Random random = new Random(seed);
    int[] order = new int[rows];
    for (int i = 0; i < rows; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static double slope(int[] order, int rows, double[] x, double[] y) {
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < rows; i++) {
      xy += x[order[i]] * y[order[i]];
      xx += x[order[i]] * x[order[i]];
    }
    return xy / xx;
  }

  @Test
  void logarithmsAreThoseOfTheTargets() {
    assertEquals(0, Intervals.score(5, 5, true));
    assertEquals(
        TargetScaling.logarithm(3) - TargetScaling.logarithm(-2),
        Intervals.score(-2, 3, true),
        1e-6);
  }
}
