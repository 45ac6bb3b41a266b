package io.beamgrad.learner;

import io.beamgrad.data.encoding.ColumnEncoder;
import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.NumberEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Finds the columns whose numbers are by far the largest as the model gets them, as these are the
 * commonest reason for a loss that is not finite.
 */
final class LargestNumber {
  private static final double USUAL = 100; // scaled numbers are hardly ever larger
  private static final double AS_LARGE = 0.001; // of the largest of all
  private static final int MOST_NAMED = 3;

  private final List<Column> columns;
  private final List<ColumnEncoder> encoders = new ArrayList<>(); // by feature; null of no numbers
  private final double[] largest; // by column

  private LargestNumber(Encoding encoding) {
    this.columns = encoding.columns();
    this.largest = new double[columns.size()];
    for (Object feature : encoding.encodings()) {
      encoders.add(
          feature instanceof NumberEncoding
              ? ColumnEncoder.of(columns.get(encoders.size()), feature)
              : null);
    }
  }

  /** The columns in words, to follow another message; empty where all numbers are of usual size. */
  static String of(BlockDataset rows) throws InterruptedException {
    LargestNumber found = new LargestNumber(rows.encoding());
    rows.scan(Long.MAX_VALUE, found::look);
    return found.words();
  }

  private void look(ColumnBlock rows, int from, int to) {
    for (int c = 0; c < columns.size(); c++) {
      if (c < encoders.size() && encoders.get(c) != null) {
        float[] encoded = new float[encoders.get(c).width()];
        for (int row = from; row < to; row++) {
          encoders.get(c).encode(rows.column(c), row, encoded, 0);
          for (float number : encoded) {
            largest[c] = Math.max(largest[c], Math.abs(number));
          }
        }
      } else if (Columns.isTarget(columns.get(c)) && Columns.classColumn(columns) < 0) {
        RawColumn targets = rows.column(c);
        for (int i = from * targets.width(); i < to * targets.width(); i++) {
          largest[c] = Math.max(largest[c], Math.abs(targets.number(i)));
        }
      }
    }
  }

  private String words() {
    double most = DoubleStream.of(largest).max().orElse(0);
    if (!(most > USUAL)) {
      return "";
    }
    return IntStream.range(0, largest.length)
        .filter(c -> largest[c] >= most * AS_LARGE)
        .limit(MOST_NAMED)
        .mapToObj(this::words)
        .collect(Collectors.joining(", ", "; the model gets numbers up to ", ""));
  }

  private String words(int column) {
    Column of = columns.get(column);
    return String.format(
        Locale.ROOT,
        "%.3g of %s '%s'",
        largest[column],
        Columns.isTarget(of) ? "target" : "column",
        of.getName());
  }
}
