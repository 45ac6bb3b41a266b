package io.beamgrad.benchmarks;

import io.beamgrad.tensor.Generator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A made-up log of clicks, row by row: a label, 13 counts of a skewed distribution with holes, and
 * 26 categories of columns with 3 to 200,000 of them, few of which are frequent. The same seed
 * gives the same bytes on every JDK; with pairs only labels differ.
 */
final class ClickLog {
  static final String HEADER =
      Stream.of(
              Stream.of("label"),
              IntStream.rangeClosed(1, ClickTruth.COUNTS).mapToObj(i -> "i" + i),
              IntStream.rangeClosed(1, ClickTruth.CATEGORIES).mapToObj(i -> "c" + i))
          .flatMap(names -> names)
          .collect(Collectors.joining(",", "", "\n"));

  private static final double HOLES = 0.15;
  private static final double MEAN_LOG_COUNT = 1.2;
  private static final double LOG_COUNT_DEVIATION = 1.5;
  private static final int MISSING = -1;

  private final Generator random;
  private final ClickTruth truth;
  private final int[] counts = new int[ClickTruth.COUNTS];
  private final int[] categories = new int[ClickTruth.CATEGORIES];
  private double probability;
  private boolean isClick;

  ClickLog(long seed, ClickTruth truth) {
    this.random = Generator.derive(seed, "clicks");
    this.truth = truth;
  }

  /**
   * What was written.
   *
   * @param clicks the rows with a label of 1
   * @param logLoss the mean log loss of the true probabilities: no model is better but by chance
   */
  record Written(long rows, long bytes, long clicks, double logLoss) {}

  /** Draws the next row. */
  void next() {
    for (int i = 0; i < counts.length; i++) {
      double logarithm = MEAN_LOG_COUNT + LOG_COUNT_DEVIATION * random.nextGaussian();
      boolean isMissing = random.nextDouble() < HOLES;
      counts[i] = isMissing ? MISSING : (int) StrictMath.exp(logarithm);
    }
    for (int i = 0; i < categories.length; i++) {
      double u = random.nextDouble();
      categories[i] = (int) (ClickTruth.size(i) * (u * u * u)); // density k^(-2/3)
    }
    probability = truth.probability(counts, categories);
    isClick = random.nextDouble() < probability;
  }

  /** The row's counts; negative where one is missing. Overwritten by the next row. */
  int[] counts() {
    return counts;
  }

  /** The row's categories, each below the size of its column. Overwritten by the next row. */
  int[] categories() {
    return categories;
  }

  boolean isClick() {
    return isClick;
  }

  /** The probability of a click that the row's label was drawn by. */
  double probability() {
    return probability;
  }

  /** Writes the next rows as CSV under a header. */
  Written write(OutputStream out, long rows) throws IOException {
    CsvLines lines = new CsvLines(out);
    lines.text(HEADER);
    long clicks = 0;
    double loss = 0;
    for (long row = 0; row < rows; row++) {
      next();
      clicks += isClick ? 1 : 0;
      loss -= StrictMath.log(isClick ? probability : 1 - probability);
      write(lines);
    }
    return new Written(rows, lines.flush(), clicks, loss / rows);
  }

  private void write(CsvLines lines) throws IOException {
    lines.number(isClick ? 1 : 0);
    for (int count : counts) {
      lines.separator();
      if (count >= 0) {
        lines.number(count);
      }
    }
    for (int i = 0; i < categories.length; i++) {
      lines.separator();
      lines.text("k");
      lines.number(i);
      lines.text("x");
      lines.hexadecimal(categories[i] * 0x9E3779B1); // odd, so that none is the same as another's
    }
    lines.end();
  }
}
