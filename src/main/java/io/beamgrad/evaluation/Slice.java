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
 * @param evaluation without the counts of classes
 * @param score its accuracy, or of numbers the mean absolute error
 * @param interval of the score; null where the rows are too few to say
 */
public record Slice(
    @Nullable String value,
    int values,
    Evaluation evaluation,
    double score,
    @Nullable Interval interval) {

  /** Of equal scores that of more rows first; what has no score last. */
  static final Comparator<Slice> WORST_FIRST =
      Comparator.comparing((Slice slice) -> Double.isNaN(slice.score))
          .thenComparingDouble(slice -> slice.isAccuracy() ? slice.score : -slice.score)
          .thenComparingLong(slice -> -slice.evaluation.examples());

  /**
   * A slice of some rows.
   *
   * @param errors of each row the mean absolute one; not looked at for classes
   * @param weights of each row
   */
  static Slice of(SlicedColumn.Rows rows, Evaluation found, double[] errors, double[] weights) {
    double weight = 0;
    double squares = 0;
    for (double of : weights) {
      weight += of;
      squares += of * of;
    }
    double equal = weight * weight / squares; // so many rows of one weight would say as much
    boolean isAccuracy = found.accuracy() != null;
    double score = isAccuracy ? found.accuracy() : found.mae();
    Interval interval = null;
    if (isAccuracy && weight > 0) {
      interval = Interval.ofShare(score, equal);
    } else if (!isAccuracy && equal >= Interval.LEAST_ROWS) {
      double spread = 0;
      for (int i = 0; i < errors.length; i++) {
        double distance = weights[i] * (errors[i] - score);
        spread += distance * distance;
      }
      double variance = spread / (weight * weight) * equal / (equal - 1);
      interval = Interval.ofMean(score, Math.sqrt(variance), equal);
    }
    return new Slice(rows.value(), rows.values(), found.withoutClasses(), score, interval);
  }

  /** Whether the score is an accuracy, of which more is better. */
  public boolean isAccuracy() {
    return evaluation.accuracy() != null;
  }
}
