package io.beamgrad.train;

import io.beamgrad.tensor.Tensor;
import java.util.Map;

/**
 * Ends a training when its validation loss has not become better for some epochs, and keeps the
 * weights of the best one.
 */
public final class EarlyStopping {

  /**
   * All that continues after an epoch.
   *
   * @param bestLoss infinite before the first epoch
   * @param bestEpoch 0 before the first epoch
   * @param lastEpoch the last epoch looked at
   * @param bestParameters the weights of the best epoch by name; empty before the first
   */
  public record State(
      double bestLoss, int bestEpoch, int lastEpoch, Map<String, Tensor> bestParameters) {}

  private final int patience;
  private final double minDelta;
  private State state = new State(Double.POSITIVE_INFINITY, 0, 0, Map.of());

  /**
   * A rule.
   *
   * @param patience the epochs without a better loss after which the training ends, at least 1
   * @param minDelta by how much a loss must be lower to be better, at least 0
   */
  public EarlyStopping(int patience, double minDelta) {
    if (patience < 1 || !(minDelta >= 0)) {
      throw new IllegalArgumentException(
          "earlyStopping: patience must be at least 1 and minDelta at least 0, were "
              + patience
              + " and "
              + minDelta);
    }
    this.patience = patience;
    this.minDelta = minDelta;
  }

  /**
   * Looks at an epoch's loss; whether the training should end.
   *
   * @param parameters copies of the weights, which are kept if the epoch is the best so far
   */
  public boolean update(int epoch, double loss, Map<String, Tensor> parameters) {
    if (loss < state.bestLoss() - minDelta) {
      state = new State(loss, epoch, epoch, parameters);
    } else {
      state = new State(state.bestLoss(), state.bestEpoch(), epoch, state.bestParameters());
    }
    return shouldStop();
  }

  public boolean shouldStop() {
    return state.lastEpoch() - state.bestEpoch() >= patience;
  }

  public State state() {
    return state;
  }

  public void restore(State saved) {
    state = saved;
  }
}
