package io.beamgrad.registry.gate;

import io.beamgrad.metrics.Metric;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Whether a challenger is to be published, and why.
 *
 * @param isSuperior whether the challenger is the first version, or better than the one in service
 *     beyond chance, and not only as good
 * @param reasons a sentence each: all objections, or where there are none the grounds for it
 * @param challenger the score of the metric, on the rows that both models can be scored on
 * @param current that of the version in service; null where there is none
 * @param rows how many rows the scores are of
 * @param test null where none was asked for, or there is no other version
 */
public record Verdict(
    boolean isPublished,
    boolean isSuperior,
    List<String> reasons,
    Metric metric,
    double challenger,
    @Nullable Double current,
    long rows,
    @Nullable TestResult test) {
  public Verdict {
    reasons = List.copyOf(reasons);
  }
}
