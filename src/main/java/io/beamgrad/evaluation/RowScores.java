package io.beamgrad.evaluation;

import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.Evaluator;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Sums up the scores of one model on rows; keeps each row's score, weight and hit. */
final class RowScores {
  private final Loss loss;
  private final @Nullable PerRowScore metric;
  private final boolean isClass;
  private final Evaluator evaluator;
  private double[] values = new double[1024];
  private double[] weights = new double[1024];
  private boolean[] hits = new boolean[1024];
  private long[] groups = new long[1024];
  private int rows;

  /**
   * A row of a class that the model does not know weighs nothing but in accuracy, where it is
   * wrong.
   *
   * @param loss the loss by which rows are scored
   * @param metric the metric whose score of each row is kept; null keeps 0
   */
  RowScores(ModelRecord model, Loss loss, @Nullable PerRowScore metric) {
    this.loss = loss;
    this.metric = metric;
    this.isClass = !model.getLabels().isEmpty();
    this.evaluator = new Evaluator(loss);
  }

  void add(ScoredModel scores, List<Integer> of) {
    if (of.isEmpty()) {
      return;
    }
    Tensor outputs = scores.outputs(of);
    Tensor targets = scores.targets(of, isClass);
    Tensor ownWeights = scores.weights(of);
    evaluator.add(outputs, targets, ownWeights);
    reserve(of.size());
    double[] found =
        metric == null ? new double[of.size()] : metric.values(loss, outputs, targets, ownWeights);
    int size = outputs.size(1);
    for (int row = 0; row < of.size(); row++) {
      double own = ownWeights == null ? 1 : ownWeights.data()[row];
      values[rows] = found[row];
      weights[rows] = weight(own, targets, row);
      groups[rows] = scores.group(of.get(row));
      hits[rows] =
          isClass
              && Logits.isRight(
                  loss.target(), outputs.data(), row * size, size, targets.data()[row]);
      rows++;
    }
  }

  private double weight(double own, Tensor targets, int row) {
    if (metric == PerRowScore.LOSS) {
      return own * loss.weight(targets, row);
    }
    return metric == PerRowScore.ACCURACY || loss.isKnown(targets, row) ? own : 0;
  }

  private void reserve(int more) {
    if (rows + more > values.length) {
      int length = Math.max(2 * values.length, rows + more);
      values = Arrays.copyOf(values, length);
      weights = Arrays.copyOf(weights, length);
      hits = Arrays.copyOf(hits, length);
      groups = Arrays.copyOf(groups, length);
    }
  }

  Evaluation evaluation() {
    return evaluator.result();
  }

  /** The pairs of two models' scores of the same rows. */
  static ModelComparison.Pairs pairs(RowScores challenger, RowScores current) {
    long onlyChallenger = 0;
    long onlyCurrent = 0;
    for (int row = 0; row < challenger.rows; row++) {
      onlyChallenger += challenger.hits[row] && !current.hits[row] ? 1 : 0;
      onlyCurrent += current.hits[row] && !challenger.hits[row] ? 1 : 0;
    }
    return new ModelComparison.Pairs(
        Arrays.copyOf(challenger.values, challenger.rows),
        Arrays.copyOf(current.values, current.rows),
        Arrays.copyOf(challenger.weights, challenger.rows),
        Arrays.copyOf(challenger.groups, challenger.rows),
        onlyChallenger,
        onlyCurrent);
  }
}
