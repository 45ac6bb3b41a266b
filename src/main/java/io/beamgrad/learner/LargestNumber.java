package io.beamgrad.learner;

import io.beamgrad.data.encoding.ColumnEncoder;
import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.TargetScaling;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.NumberPreparation;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetScale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

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
  private final List<Object> preparations; // by feature
  private final @Nullable TargetScaling scaling; // null for targets as they are
  private final boolean isScaled; // whether targets are, and not only kept within a range
  private final double[] largest; // by column

  private LargestNumber(
      Encoding encoding, List<Object> preparations, List<TargetEncoding> targets) {
    this.preparations = preparations;
    this.scaling = targets.isEmpty() ? null : Networks.targetScaling(targets);
    this.isScaled = targets.stream().anyMatch(target -> target.getMethod() != TargetScale.NONE);
    this.columns = encoding.columns();
    this.largest = new double[columns.size()];
    for (Object feature : encoding.encodings()) {
      encoders.add(
          feature instanceof NumberEncoding
              ? ColumnEncoder.of(columns.get(encoders.size()), feature)
              : null);
    }
  }

  /**
   * Looks at all rows.
   *
   * @param preparations what was asked for each feature
   * @param targets how targets are scaled; none where they are not
   */
  static LargestNumber of(
      BlockDataset rows, List<Object> preparations, List<TargetEncoding> targets)
      throws InterruptedException {
    LargestNumber found = new LargestNumber(rows.encoding(), preparations, targets);
    rows.scan(Long.MAX_VALUE, found::look);
    return found;
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
          double number =
              scaling == null
                  ? targets.number(i)
                  : scaling.scaled((float) targets.number(i), c - encoders.size());
          largest[c] = Math.max(largest[c], Math.abs(number));
        }
      }
    }
  }

  /** False where all numbers are of usual size. */
  boolean isUnusual() {
    return most() > USUAL;
  }

  private double most() {
    return DoubleStream.of(largest).max().orElse(0);
  }

  private IntStream unusual() {
    double most = most();
    return IntStream.range(0, largest.length)
        .filter(c -> isUnusual() && largest[c] >= most * AS_LARGE);
  }

  /** The key that makes the largest of them of usual size, with its value. */
  String remedy() {
    double most = most();
    int at =
        IntStream.range(0, largest.length).filter(c -> largest[c] == most).findFirst().orElse(0);
    if (Columns.isTarget(columns.get(at))) {
      return isScaled ? "without rows of such a target" : "data.target.scale: standard";
    }
    return preparations.get(at) instanceof NumberPreparation number && isScaled(number)
        ? "a clip of data.columns.%s".formatted(columns.get(at).getName())
        : "data.scale: standard";
  }

  private static boolean isScaled(NumberPreparation number) {
    return number.getScale() != ScaleMethod.NONE && number.getScale() != ScaleMethod.DIVIDE;
  }

  /** The columns in words, to follow another message; empty where all numbers are of usual size. */
  String words() {
    if (!isUnusual()) {
      return "";
    }
    return unusual()
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
