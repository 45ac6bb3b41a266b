package io.beamgrad.train;

import io.beamgrad.tensor.Tensor;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Keeps the weights of the epoch that validates best, and ends a training when none has been better
 * for some epochs. Best is the lowest validation loss, of equals the first; or the best of a
 * metric, of which equals are common, and then the last. An epoch whose metric is NaN is never
 * better.
 */
public final class EarlyStopping {

  /** A patience with which no training ends early. */
  public static final int NEVER = Integer.MAX_VALUE;

  /**
   * All that continues after an epoch.
   *
   * @param bestScore infinite before the first epoch
   * @param bestEpoch the epoch whose weights are kept; 0 before the first
   * @param betterEpoch the last epoch that was better than all before it; 0 before the first
   * @param lastEpoch the last epoch looked at
   * @param bestParameters the weights of the best epoch by name; empty before the first
   */
  public record State(
      double bestScore,
      int bestEpoch,
      int betterEpoch,
      int lastEpoch,
      Map<String, Tensor> bestParameters) {}

  private final int patience;
  private final double minDelta;
  private final ToDoubleFunction<Evaluation> metric;
  private final boolean isHigherBetter;
  private final boolean keepsLast; // of equals
  private State state;

  /**
   * A rule by the loss, of equals the first.
   *
   * @param patience the epochs without a better loss after which the training ends, at least 1
   * @param minDelta by how much a loss must be lower to be better, at least 0
   */
  public EarlyStopping(int patience, double minDelta) {
    this(patience, minDelta, Evaluation::meanLossPerExample, false, false);
  }

  private EarlyStopping(
      int patience,
      double minDelta,
      ToDoubleFunction<Evaluation> metric,
      boolean isHigherBetter,
      boolean keepsLast) {
    if (patience < 1 || !(minDelta >= 0)) {
      throw new IllegalArgumentException(
          "earlyStopping: patience must be at least 1 and minDelta at least 0, were "
              + patience
              + " and "
              + minDelta);
    }
    this.patience = patience;
    this.minDelta = minDelta;
    this.metric = metric;
    this.isHigherBetter = isHigherBetter;
    this.keepsLast = keepsLast;
    double worst = isHigherBetter ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    this.state = new State(worst, 0, 0, 0, Map.of());
  }

  /**
   * A rule by a metric. With a minDelta of 0 the last of equals is kept, as RealMLP does
   * (Holzmüller et al., arXiv 2407.04491), though patience counts from the first of them.
   *
   * @param metric of an evaluation; NaN where it has none
   * @param patience the epochs without a better metric after which the training ends, at least 1;
   *     {@link #NEVER} for no end
   * @param minDelta by how much a metric must be better, at least 0
   */
  public static EarlyStopping by(
      ToDoubleFunction<Evaluation> metric, boolean isHigherBetter, int patience, double minDelta) {
    return new EarlyStopping(patience, minDelta, metric, isHigherBetter, minDelta == 0);
  }

  /** What an epoch is judged by. */
  double score(Evaluation validation) {
    return metric.applyAsDouble(validation);
  }

  /**
   * Looks at an epoch's loss or metric; whether the training should end.
   *
   * @param parameters gives copies of the weights; asked only where the epoch is the best so far
   */
  public boolean update(int epoch, double score, Supplier<Map<String, Tensor>> parameters) {
    boolean isBetter = isBetter(score);
    if (isBetter || (keepsLast && score == state.bestScore())) {
      int better = isBetter ? epoch : state.betterEpoch();
      state = new State(score, epoch, better, epoch, parameters.get());
    } else {
      state =
          new State(
              state.bestScore(),
              state.bestEpoch(),
              state.betterEpoch(),
              epoch,
              state.bestParameters());
    }
    return shouldStop();
  }

  private boolean isBetter(double score) {
    return isHigherBetter
        ? score > state.bestScore() + minDelta
        : score < state.bestScore() - minDelta;
  }

  public boolean shouldStop() {
    return state.lastEpoch() - state.betterEpoch() >= patience;
  }

  public State state() {
    return state;
  }

  public void restore(State saved) {
    state = saved;
  }
}
