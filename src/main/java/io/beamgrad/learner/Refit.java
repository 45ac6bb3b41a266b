package io.beamgrad.learner;

import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.MemberState;
import io.beamgrad.schema.StoppingState;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.train.DivergedException;
import io.beamgrad.train.EpochResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The training of each network anew, from the same start, on training and validation rows, for as
 * many epochs as its kept one has. A learning rate that follows the share of all epochs is at the
 * same share after as many of them.
 */
final class Refit {
  private final TrainingPlan plan;
  private final Members selected;
  private final RefitRows rows;
  private final List<TargetEncoding> targets;
  private final List<StoppingState> stopping = new ArrayList<>(); // of the selected ones
  private final List<Integer> epochs = new ArrayList<>(); // to train each

  /**
   * @param selected as the selection of epochs has left them
   */
  Refit(TrainingPlan plan, Members selected, RefitRows rows, List<TargetEncoding> targets) {
    this.targets = targets;
    this.plan = plan;
    this.selected = selected;
    this.rows = rows;
    for (Member member : selected.all()) {
      epochs.add(member.loadKept());
      stopping.add(member.stopping());
    }
  }

  /**
   * The networks that were trained anew, for the caller to close.
   *
   * @param from how a refit stands that was interrupted; null to begin one
   * @throws DivergedException that says that it was in the refit
   */
  Members run(
      @Nullable TrainingState from,
      BlockDataset training,
      TrainingLog log,
      Checkpoints checkpoints,
      String fingerprint,
      TrainingProgress progress)
      throws InterruptedException, UnusableDataException {
    Members members =
        new Members(plan, training, targets, rows.batches(plan.getBatchExamples()), null);
    try {
      if (from != null) {
        members.restore(ofRefit(from));
      }
      int last = epochs.stream().mapToInt(Integer::intValue).max().orElseThrow();
      progress.beginRefit(last, rows.batches(plan.getBatchExamples()));
      for (int epoch = members.epochs() + 1; epoch <= last; epoch++) {
        EpochResult trained =
            members.trainEpoch(epoch, active(epoch), rows.dataset(), rows.sampler(), progress);
        log.addRefit(trained);
        if (checkpoints.isDue(selected.epochs() + epoch) || epoch == last) {
          checkpoints.write(state(members, epoch).toCheckpoint(fingerprint, log));
        }
      }
      return members;
    } catch (DivergedException e) {
      members.close();
      throw new DivergedException("refit: " + e.getMessage());
    } catch (RuntimeException | Error | InterruptedException e) {
      members.close();
      throw e;
    }
  }

  private List<Integer> active(int epoch) {
    return IntStream.range(0, epochs.size())
        .filter(place -> epochs.get(place) >= epoch)
        .boxed()
        .toList();
  }

  /** The states of networks in a refit, whose epochs are its own. */
  private List<MemberState> ofRefit(TrainingState state) {
    List<MemberState> states = new ArrayList<>();
    for (int place = 0; place < epochs.size(); place++) {
      states.add(
          MemberState.newBuilder(state.members().get(place))
              .setEpoch(Math.min(epochs.get(place), state.refitEpochs()))
              .setEarlyStopping(null)
              .build());
    }
    return states;
  }

  /** The same with the epochs of the selection, and what it found. */
  private TrainingState state(Members members, int refitEpochs) {
    List<MemberState> states = new ArrayList<>();
    for (MemberState state : members.states()) {
      int place = states.size();
      states.add(
          MemberState.newBuilder(state)
              .setEpoch(selected.get(place).trainer().epochs())
              .setEarlyStopping(stopping.get(place))
              .build());
    }
    return new TrainingState(selected.epochs(), states, refitEpochs);
  }
}
