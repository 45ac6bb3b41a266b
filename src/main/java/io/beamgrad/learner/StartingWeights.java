package io.beamgrad.learner;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.model.InitialWeights;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.WarmStart;

/** What a training starts from, where a plan does not leave it to chance. */
final class StartingWeights {
  private StartingWeights() {}

  /**
   * Loads them, and for a warm start the optimiser's state.
   *
   * @return how many epochs were trained before
   * @throws UnusableDataException where a file cannot be used or does not fit
   */
  static int load(TrainingPlan plan, Sequential network, Optimizer optimizer)
      throws UnusableDataException {
    WarmStart warm = plan.getWarmStart();
    if (warm != null) {
      weights(network, warm.getModel());
      return warm.getCheckpoint() == null ? 0 : state(optimizer, warm.getCheckpoint());
    }
    if (plan.getInitialWeights() != null) {
      InitialWeights.load(network, plan.getInitialWeights());
    }
    return 0;
  }

  private static void weights(Sequential network, String path) throws UnusableDataException {
    try {
      network.loadStateDict(ModelFile.parameters(ModelFile.read(path)));
    } catch (BrokenFileException | MissingDataException e) {
      throw unusable("warm start: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw unusable("warm start: %s: %s".formatted(path, e.getMessage()));
    }
  }

  private static int state(Optimizer optimizer, String path) throws UnusableDataException {
    try {
      Checkpoint before = WarmStartCheckpoint.read(path);
      optimizer.loadStateDict(
          Networks.toTensors(before.getOptimizerState()), before.getOptimizerSteps());
      return before.getEpoch();
    } catch (BrokenFileException | MissingDataException e) {
      throw unusable("warm start: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw unusable("warm start: %s: %s".formatted(path, e.getMessage()));
    }
  }

  private static UnusableDataException unusable(String message) {
    return new UnusableDataException(OutcomeStatus.BAD_INPUT, message);
  }
}
