package io.beamgrad.benchmarks;

import io.beamgrad.tensor.Generator;
import java.util.List;

/**
 * What decides the labels of a {@link ClickLog}: the logit of a click is a sum of an effect of each
 * count and of each category, and with pairs of an effect of each of a few pairs of categories,
 * which is the product of a vector of the one and a vector of the other. It is the same for every
 * seed of rows.
 */
final class ClickTruth {
  static final int COUNTS = 13;

  /** The categories of each column. */
  private static final int[] SIZES = {
    1400, 550, 200_000, 80_000, 300, 24, 12_000, 630, 3, 60_000, 5000, 200_000, 3100, 26, 11_000,
    150_000, 10, 4600, 2000, 4, 190_000, 17, 15, 60_000, 90, 40_000
  };

  static final int CATEGORIES = SIZES.length;
  private static final int[][] PAIRS = {{0, 4}, {1, 24}, {5, 7}, {13, 21}, {12, 16}, {18, 22}};
  private static final int PAIR_WIDTH = 4;
  private static final double PAIR_SCALE = 0.35; // of products with a deviation of 2

  private static final long SEED = 7;
  private static final double INTERCEPT = -1.2;
  private static final double CATEGORY_DEVIATION = 0.36;
  private static final double COUNT_DEVIATION = 0.25;
  private static final double MEAN_LOG_COUNT = 1.3;
  private static final int KNOWN_LOGARITHMS = 1 << 12;

  private final double[] logarithms = new double[KNOWN_LOGARITHMS]; // of a count plus 1
  private final double[] countEffects = new double[COUNTS];
  private final float[][] categoryEffects = new float[CATEGORIES][];
  private final float[][] vectors = new float[CATEGORIES][]; // PAIR_WIDTH a category, null: no pair
  private final boolean withPairs;

  ClickTruth(boolean withPairs) {
    this.withPairs = withPairs;
    for (int i = 0; i < KNOWN_LOGARITHMS; i++) {
      logarithms[i] = StrictMath.log1p(i);
    }
    Generator random = Generator.derive(SEED, "counts");
    for (int i = 0; i < COUNTS; i++) {
      countEffects[i] = COUNT_DEVIATION * random.nextGaussian();
    }
    for (int column = 0; column < CATEGORIES; column++) {
      random = Generator.derive(SEED, "categories", column);
      categoryEffects[column] = gaussians(random, SIZES[column], CATEGORY_DEVIATION);
    }
    if (withPairs) {
      for (int[] pair : PAIRS) {
        for (int column : pair) {
          random = Generator.derive(SEED, "pairs", column);
          vectors[column] = gaussians(random, SIZES[column] * PAIR_WIDTH, 1);
        }
      }
    }
  }

  private static float[] gaussians(Generator random, int count, double deviation) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (deviation * random.nextGaussian());
    }
    return numbers;
  }

  /** The pairs of columns that have an effect together. */
  static List<int[]> pairs() {
    return List.of(PAIRS);
  }

  static int size(int column) {
    return SIZES[column];
  }

  /**
   * The true probability of a click.
   *
   * @param counts each at least 0, or negative where it is missing
   * @param categories each below the size of its column
   */
  double probability(int[] counts, int[] categories) {
    double logit = INTERCEPT;
    for (int i = 0; i < COUNTS; i++) {
      if (counts[i] >= 0) {
        logit += countEffects[i] * (logarithm(counts[i]) - MEAN_LOG_COUNT);
      }
    }
    for (int i = 0; i < CATEGORIES; i++) {
      logit += categoryEffects[i][categories[i]];
    }
    if (withPairs) {
      for (int[] pair : PAIRS) {
        logit += PAIR_SCALE * product(pair[0], pair[1], categories);
      }
    }
    return 1 / (1 + StrictMath.exp(-logit));
  }

  private double logarithm(int count) {
    return count < KNOWN_LOGARITHMS ? logarithms[count] : StrictMath.log1p(count);
  }

  private double product(int a, int b, int[] categories) {
    double sum = 0;
    for (int i = 0; i < PAIR_WIDTH; i++) {
      sum +=
          (double) vectors[a][categories[a] * PAIR_WIDTH + i]
              * vectors[b][categories[b] * PAIR_WIDTH + i];
    }
    return sum;
  }
}
