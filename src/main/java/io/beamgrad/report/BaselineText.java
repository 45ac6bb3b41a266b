package io.beamgrad.report;

import io.beamgrad.data.rows.RejectText;
import io.beamgrad.metrics.Metric;
import io.beamgrad.schema.BaselineScore;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What a model has to beat: the score of saying the same of each row, in words. */
public final class BaselineText {
  private static final int LONGEST = 20;

  private BaselineText() {}

  /** Such as "always 'no'" or "always the mean". */
  public static String name(BaselineScore score) {
    return score.getLabel() == null
        ? "always the mean"
        : "always '%s'".formatted(NumberText.cut(RejectText.onOneLine(score.getLabel()), LONGEST));
  }

  /** Its value of a metric; null where it has none, or there is no score. */
  public static @Nullable Double value(Metric metric, @Nullable BaselineScore score) {
    return score == null
        ? null
        : switch (metric) {
          case ACCURACY -> score.getAccuracy();
          case MSE -> score.getMse();
          case MAE -> score.getMae();
          default -> null;
        };
  }
}
