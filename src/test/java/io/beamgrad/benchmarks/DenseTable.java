package io.beamgrad.benchmarks;

import io.beamgrad.tensor.Generator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A made-up table of 30 numbers, each with a mean and a deviation of its own, and a label of 0 or 1
 * that depends on each number and on the products of neighbours. The same seed gives the same bytes
 * on every JDK.
 */
final class DenseTable {
  static final int NUMBERS = 30;
  private static final String HEADER =
      IntStream.range(0, NUMBERS)
          .mapToObj(i -> "x" + i)
          .collect(Collectors.joining(",", "", ",label\n"));
  private static final double EFFECT_DEVIATION = 0.4;

  private final double[] means = new double[NUMBERS];
  private final double[] deviations = new double[NUMBERS];
  private final double[] effects = new double[NUMBERS];
  private final double[] pairEffects = new double[NUMBERS];
  private final double[] z = new double[NUMBERS];
  private final Generator random;

  DenseTable(long seed) {
    Generator truth = Generator.derive(7, "dense");
    for (int i = 0; i < NUMBERS; i++) {
      means[i] = 10 * truth.nextGaussian();
      deviations[i] = 1 + 9 * truth.nextDouble();
      effects[i] = EFFECT_DEVIATION * truth.nextGaussian();
      pairEffects[i] = EFFECT_DEVIATION * truth.nextGaussian();
    }
    this.random = Generator.derive(seed, "dense");
  }

  /** Writes the next rows as CSV under a header, and gives their bytes. */
  long write(OutputStream out, long rows) throws IOException {
    CsvLines lines = new CsvLines(out);
    lines.text(HEADER);
    for (long row = 0; row < rows; row++) {
      for (int i = 0; i < NUMBERS; i++) {
        z[i] = random.nextGaussian();
        lines.decimal((int) StrictMath.round((means[i] + deviations[i] * z[i]) * 10_000));
        lines.separator();
      }
      lines.number(random.nextDouble() < probability() ? 1 : 0);
      lines.end();
    }
    return lines.flush();
  }

  private double probability() {
    double logit = 0;
    for (int i = 0; i < NUMBERS; i++) {
      logit += z[i] * (effects[i] + pairEffects[i] * z[(i + 1) % NUMBERS]);
    }
    return 1 / (1 + StrictMath.exp(-logit));
  }
}
