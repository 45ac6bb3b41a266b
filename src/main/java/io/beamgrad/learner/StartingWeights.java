package io.beamgrad.learner;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.model.InitialWeights;
import io.beamgrad.model.MemberParameters;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.schema.MemberState;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.WarmStart;
import io.beamgrad.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What a training starts from, where a plan does not leave it to chance. */
final class StartingWeights {
  private StartingWeights() {}

  /**
   * What was trained before.
   *
   * @param epochs how many
   * @param arithmetic of the model that a warm start goes on from; null without one
   */
  record Before(int epochs, @Nullable Integer arithmetic) {}

  /**
   * Loads them, and for a warm start the optimiser's state.
   *
   * @param place of the network among those of the model
   * @param of how many networks the model has
   * @throws UnusableDataException where a file cannot be used or does not fit
   */
  static Before load(TrainingPlan plan, int place, int of, Sequential network, Optimizer optimizer)
      throws UnusableDataException {
    WarmStart warm = plan.getWarmStart();
    if (warm != null) {
      int arithmetic = weights(network, warm.getModel(), place, of);
      int epochs =
          warm.getCheckpoint() == null ? 0 : state(optimizer, warm.getCheckpoint(), place, of);
      return new Before(epochs, arithmetic);
    }
    if (plan.getInitialWeights() != null) {
      InitialWeights.load(network, plan.getInitialWeights());
    }
    return new Before(0, null);
  }

  /** Gives a network the weights of a model; gives back the model's arithmetic. */
  private static int weights(Sequential network, String path, int place, int of)
      throws UnusableDataException {
    try {
      ModelRecord model = ModelFile.read(path);
      List<Map<String, Tensor>> networks = MemberParameters.split(model);
      requireAsMany(path, networks.size(), of);
      network.loadStateDict(networks.get(place));
      return model.getProvenance().getArithmetic();
    } catch (BrokenFileException | MissingDataException e) {
      throw unusable("warm start: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw unusable("warm start: %s: %s".formatted(path, e.getMessage()));
    }
  }

  private static int state(Optimizer optimizer, String path, int place, int of)
      throws UnusableDataException {
    try {
      TrainingState before = TrainingState.of(WarmStartCheckpoint.read(path));
      requireAsMany(path, before.members().size(), of);
      MemberState own = before.members().get(place);
      optimizer.loadStateDict(Networks.toTensors(own.getOptimizerState()), own.getOptimizerSteps());
      return before.epoch();
    } catch (BrokenFileException | MissingDataException e) {
      throw unusable("warm start: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw unusable("warm start: %s: %s".formatted(path, e.getMessage()));
    }
  }

  private static void requireAsMany(String path, int found, int expected)
      throws UnusableDataException {
    if (found != expected) {
      throw unusable(
          "warm start: %s: expected networks of an ensemble: %s, found %s"
              .formatted(path, expected, found));
    }
  }

  private static UnusableDataException unusable(String message) {
    return new UnusableDataException(OutcomeStatus.BAD_INPUT, message);
  }
}
