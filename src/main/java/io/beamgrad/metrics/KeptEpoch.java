package io.beamgrad.metrics;

import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.RunEpochs;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.train.EarlyStopping;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The epoch whose weights are a run's model, and by whose metrics the run is known wherever one
 * number stands for it.
 */
public final class KeptEpoch {
  private KeptEpoch() {}

  /** Of a finished run; the last one where the summary does not tell. */
  public static int of(RunEpochs epochs) {
    return epochs.getKept() > 0 ? epochs.getKept() : epochs.getTrained();
  }

  /**
   * Of a run that may go on: the one that would be kept if it ended now.
   *
   * @param stopping its rule; null where the last epoch is kept
   */
  public static int of(List<MetricRow> rows, @Nullable StoppingRule stopping) {
    List<MetricRow> validated =
        rows.stream().filter(row -> row.getSplit() == Split.VALIDATION).toList();
    if (stopping == null) {
      return validated.stream().mapToInt(MetricRow::getEpoch).max().orElse(0);
    }
    EarlyStopping rule = rule(stopping);
    Metric metric = metric(stopping);
    validated.stream()
        .filter(row -> row.getEpoch() > 0)
        .forEach(row -> rule.update(row.getEpoch(), score(metric, row), Map::of));
    return rule.state().bestEpoch();
  }

  private static double score(Metric metric, MetricRow row) {
    Double value = metric.in(row);
    return value == null ? Double.NaN : value;
  }

  /** Early stopping as a plan has it. */
  public static EarlyStopping rule(StoppingRule stopping) {
    int patience = stopping.getPatience() == null ? EarlyStopping.NEVER : stopping.getPatience();
    if (stopping.getMetric() == null) {
      return new EarlyStopping(patience, stopping.getMinDelta());
    }
    Metric metric = metric(stopping);
    return EarlyStopping.by(
        metric::score, metric.isHigherBetter(), patience, stopping.getMinDelta());
  }

  /** By which the best epoch is found. */
  public static Metric metric(StoppingRule stopping) {
    return stopping.getMetric() == null
        ? Metric.LOSS
        : Metric.of(stopping.getMetric()).orElseThrow();
  }

  /** The row of a split after that epoch; empty where there is none. */
  public static Optional<MetricRow> row(List<MetricRow> rows, Split split, int kept) {
    return rows.stream()
        .filter(row -> row.getSplit() == split && row.getEpoch() == kept)
        .findFirst();
  }
}
