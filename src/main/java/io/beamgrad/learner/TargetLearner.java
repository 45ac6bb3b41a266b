package io.beamgrad.learner;

import io.beamgrad.data.counts.Moments;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.nn.TargetScaling;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetPreparation;
import io.beamgrad.schema.TargetScale;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Learns how outputs become predictions: counts the targets of the training rows, each row once
 * whatever its weight. Sums are exact, so the order of rows and merges does not matter.
 */
final class TargetLearner {
  private final List<Column> columns;
  private final int[] targets; // their indexes among the columns
  private final TargetPreparation asked;

  /**
   * @param columns of the blocks, whose targets are numbers
   */
  TargetLearner(List<Column> columns, TargetPreparation asked) {
    this.columns = columns;
    this.targets =
        IntStream.range(0, columns.size()).filter(c -> Columns.isTarget(columns.get(c))).toArray();
    this.asked = asked;
  }

  private boolean isLog() {
    return asked.getScale() == TargetScale.LOG;
  }

  /** Counts rows: each target, and then for logarithms each one's logarithm. */
  ColumnStatistics.Part count(ColumnBlock rows) {
    List<Moments> moments = Moments.none(isLog() ? 2 * targets.length : targets.length);
    for (int t = 0; t < targets.length; t++) {
      RawColumn values = rows.column(targets[t]);
      for (int row = 0; row < rows.rows(); row++) {
        double value = (float) values.number(row); // as targets are trained on and measured
        moments.get(t).add(value);
        if (isLog()) {
          moments.get(targets.length + t).add(TargetScaling.logarithm(value));
        }
      }
    }
    return new ColumnStatistics.Part(moments, null);
  }

  /**
   * The encoding of each target, in order.
   *
   * @param moments as all rows together were counted
   */
  List<TargetEncoding> encodings(List<Moments> moments) {
    List<TargetEncoding> encodings = new ArrayList<>();
    for (int t = 0; t < targets.length; t++) {
      Moments values = moments.get(t);
      Moments scaled = moments.get(isLog() ? targets.length + t : t);
      boolean isScaled = asked.getScale() != TargetScale.NONE;
      double deviation = scaled.deviation();
      encodings.add(
          new TargetEncoding(
              columns.get(targets[t]).getName(),
              asked.getScale(),
              isScaled ? scaled.mean() : 0,
              isScaled && deviation > 0 ? deviation : 1,
              asked.getClip() ? values.least() : null,
              asked.getClip() ? values.largest() : null));
    }
    return encodings;
  }

  /**
   * The encodings of a model that a warm start goes on from: its weights belong to its scale. Where
   * predictions are kept within a range, the new training rows widen it.
   */
  List<TargetEncoding> widened(List<TargetEncoding> before, BlockDataset training)
      throws InterruptedException {
    if (!asked.getClip()) {
      return before;
    }
    List<Moments> ranges = Moments.none(targets.length);
    training.scan(
        training.size(),
        (rows, from, to) -> {
          for (int t = 0; t < targets.length; t++) {
            for (int row = from; row < to; row++) {
              ranges.get(t).add((float) rows.column(targets[t]).number(row));
            }
          }
        });
    List<TargetEncoding> widened = new ArrayList<>();
    for (int t = 0; t < targets.length; t++) {
      widened.add(
          TargetEncoding.newBuilder(before.get(t))
              .setLeast(Math.min(before.get(t).getLeast(), ranges.get(t).least()))
              .setLargest(Math.max(before.get(t).getLargest(), ranges.get(t).largest()))
              .build());
    }
    return widened;
  }

  /** Whether a model's targets are scaled as is asked. */
  static boolean fits(List<TargetEncoding> of, TargetPreparation asked) {
    if (asked == null) {
      return of.isEmpty();
    }
    return !of.isEmpty()
        && of.stream()
            .allMatch(
                one ->
                    one.getMethod() == asked.getScale()
                        && (one.getLeast() != null) == asked.getClip());
  }
}
