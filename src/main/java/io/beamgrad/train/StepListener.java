package io.beamgrad.train;

/** Told of each training step, on the training thread. What it throws ends the training. */
@FunctionalInterface
public interface StepListener {

  /** Listens to nothing. */
  StepListener NONE = (epoch, step, rows, loss) -> {};

  /**
   * Called after a step; a batch whose weights sum to 0 makes none.
   *
   * @param step the number of the step in the epoch, from 1
   * @param rows the rows of the epoch trained on so far
   * @param loss the mean loss of the step's batch
   */
  void onStep(int epoch, long step, long rows, double loss);
}
