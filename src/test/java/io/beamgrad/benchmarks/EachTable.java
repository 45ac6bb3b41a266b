package io.beamgrad.benchmarks;

import io.beamgrad.tensor.Generator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A made-up table of keys with a hundred rows each, in random order: ten numbers of the standard
 * normal distribution, and one that is a linear function of them. Its coefficients are a part that
 * all keys share and a part of the row's key; what they do not say is noise with a deviation of 1.
 * The same seed gives the same bytes on every JDK.
 */
final class EachTable {
  static final int ROWS_A_KEY = 100;
  static final int NUMBERS = 10;

  private static final double KEY_DEVIATION = 0.5;
  private static final int KEY_DIGITS = 7;
  private static final int COEFFICIENTS = NUMBERS + 1; // the last is the constant

  /** The expected squared error of the true function. */
  static final double LEAST_LOSS = 1;

  /** That of the part that all keys share: no model of all keys together is better. */
  static final double LEAST_POOLED_LOSS = LEAST_LOSS + COEFFICIENTS * KEY_DEVIATION * KEY_DEVIATION;

  private static final String HEADER =
      IntStream.range(0, NUMBERS)
          .mapToObj(i -> "x" + i)
          .collect(Collectors.joining(",", "key,", ",y\n"));

  private final double[] shared = new double[COEFFICIENTS];
  private final float[] ofKeys; // (keys, coefficients)
  private final RowOrder order;
  private final Generator random;

  EachTable(long seed, int keys) {
    Generator truth = Generator.derive(7, "each");
    for (int i = 0; i < COEFFICIENTS; i++) {
      shared[i] = truth.nextGaussian();
    }
    ofKeys = new float[keys * COEFFICIENTS];
    for (int i = 0; i < ofKeys.length; i++) {
      ofKeys[i] = (float) (KEY_DEVIATION * truth.nextGaussian());
    }
    order = new RowOrder(seed, (long) keys * ROWS_A_KEY);
    random = Generator.derive(seed, "each rows");
  }

  /** Rows of all keys. */
  long rows() {
    return order.rows();
  }

  /** Writes all rows as CSV under a header, and gives their bytes. */
  long write(OutputStream out) throws IOException {
    CsvLines lines = new CsvLines(out);
    lines.text(HEADER);
    for (long row = 0; row < order.rows(); row++) {
      writeRow(lines, (int) (order.place(row) / ROWS_A_KEY));
    }
    return lines.flush();
  }

  private void writeRow(CsvLines lines, int key) throws IOException {
    int own = key * COEFFICIENTS;
    double y = shared[NUMBERS] + ofKeys[own + NUMBERS] + random.nextGaussian();
    lines.text("k");
    lines.digits(key, KEY_DIGITS);
    for (int i = 0; i < NUMBERS; i++) {
      double x = random.nextGaussian();
      y += (shared[i] + ofKeys[own + i]) * x;
      lines.separator();
      lines.decimal(tenThousandths(x));
    }
    lines.separator();
    lines.decimal(tenThousandths(y));
    lines.end();
  }

  private static int tenThousandths(double value) {
    return (int) StrictMath.round(value * 10_000);
  }
}
