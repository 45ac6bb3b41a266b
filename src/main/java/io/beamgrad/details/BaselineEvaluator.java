package io.beamgrad.details;

import io.beamgrad.schema.Baseline;
import io.beamgrad.schema.BaselineScore;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.EvaluationListener;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Measures a {@link Baseline} as a model is measured: by the rows' weights, a row of a class that
 * the model does not know is wrong, and a row of weight 0 does not count.
 */
public final class BaselineEvaluator implements EvaluationListener {
  private final Baseline baseline;
  private final double[] means;
  private double weightSum;
  private double hits;
  private double squares;
  private double absolutes;

  public BaselineEvaluator(Baseline baseline) {
    this.baseline = baseline;
    this.means = baseline.getMeans().stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * Adds the next rows.
   *
   * @param targets {@code (count, width)}; a class is its index
   * @param weights {@code (count)}; null for 1
   */
  public void add(float[] targets, float @Nullable [] weights, int count) {
    for (int row = 0; row < count; row++) {
      double weight = weights == null ? 1 : weights[row];
      if (weight == 0) {
        continue;
      }
      weightSum += weight;
      if (baseline.getLabel() != null && targets[row] == baseline.getLabel()) {
        hits += weight;
      }
      for (int i = 0; i < means.length; i++) {
        double error = means[i] - targets[row * means.length + i];
        squares += weight * (error * error);
        absolutes += weight * Math.abs(error);
      }
    }
  }

  @Override
  public void onBatch(Tensor outputs, Tensor targets, @Nullable Tensor weights) {
    add(targets.data(), weights == null ? null : weights.data(), targets.size(0));
  }

  /**
   * What all rows together give; NaN where none weighs.
   *
   * @param labels the class labels; empty for numbers
   */
  public BaselineScore result(List<String> labels) {
    return baseline.getLabel() == null
        ? new BaselineScore(
            null,
            null,
            squares / (weightSum * means.length),
            absolutes / (weightSum * means.length))
        : new BaselineScore(labels.get(baseline.getLabel()), hits / weightSum, null, null);
  }
}
