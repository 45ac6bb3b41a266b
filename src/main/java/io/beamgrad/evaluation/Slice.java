package io.beamgrad.evaluation;

import io.beamgrad.train.Evaluation;
import java.util.Comparator;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a model has on the rows with one value of a feature.
 *
 * @param value the value; of many numbers a range {@code least to largest}, both of which there
 *     are; null where the value is missing, or of rare values together
 * @param values how many values it is of: 1, or more where rare ones are together
 * @param score its accuracy, or of numbers the mean absolute error
 * @param interval of the score; null where the rows are too few to say
 */
public record Slice(
    @Nullable String value,
    int values,
    Evaluation evaluation,
    double score,
    @Nullable Interval interval) {

  /** Of equal scores that of more rows first; rare values together last. */
  static final Comparator<Slice> WORST_FIRST =
      Comparator.comparing((Slice slice) -> slice.values > 1 || Double.isNaN(slice.score))
          .thenComparingDouble(slice -> slice.isAccuracy() ? slice.score : -slice.score)
          .thenComparingLong(slice -> -slice.evaluation.examples());

  /**
   * A slice of some rows.
   *
   * @param scores of each row
   * @param weights of each row
   */
  static Slice of(SlicedColumn.Rows rows, Evaluation found, double[] scores, double[] weights) {
    double weight = 0;
    double squares = 0;
    for (double of : weights) {
      weight += of;
      squares += of * of;
    }
    boolean isAccuracy = found.accuracy() != null;
    double score = isAccuracy ? found.accuracy() : found.mae();
    double equal = weight * weight / squares; // so many rows of one weight would say as much
    Interval interval = null;
    if (isAccuracy && weight > 0) {
      interval = Interval.ofShare(score, equal);
    } else if (equal > 1) {
      double spread = 0;
      for (int i = 0; i < scores.length; i++) {
        double distance = weights[i] * (scores[i] - score);
        spread += distance * distance;
      }
      double variance = spread / (weight * weight) * equal / (equal - 1);
      interval = Interval.ofMean(score, Math.sqrt(variance));
    }
    return new Slice(rows.value(), rows.values(), found, score, interval);
  }

  /** Whether the score is an accuracy, of which more is better. */
  public boolean isAccuracy() {
    return evaluation.accuracy() != null;
  }
}
