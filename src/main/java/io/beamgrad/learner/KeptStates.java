package io.beamgrad.learner;

import io.beamgrad.schema.MemberState;
import io.beamgrad.schema.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a later warm start needs besides the weights, where a plan asks for it: the optimisers'
 * states of the epochs that are kept. With early stopping they are written to the work folder as
 * soon as an epoch is the best so far.
 */
final class KeptStates {
  private final TrainingPlan plan;
  private final String fingerprint;
  private final Map<Integer, Kept> waiting = new TreeMap<>(); // by place, the newest of each

  /** A state that is not written yet. */
  private record Kept(String path, int epochs, MemberState state) {}

  KeptStates(TrainingPlan plan, String fingerprint) {
    this.plan = plan;
    this.fingerprint = fingerprint;
  }

  /** Keeps the state of a network that is the best so far, until {@link #write}. */
  void keep(Members members, int place) {
    if (plan.getKeepCheckpoint() && !plan.getRefit()) {
      Member member = members.get(place);
      int epoch = member.trainer().epochs();
      String path = path(members, place, epoch);
      waiting.put(place, new Kept(path, member.before().epochs() + epoch, member.state()));
    }
  }

  /** Writes what is kept. */
  void write() {
    waiting
        .values()
        .forEach(
            kept ->
                WarmStartCheckpoint.write(
                    kept.path(), fingerprint, kept.epochs(), List.of(kept.state())));
    waiting.clear();
  }

  /** Of a single network that is the file that a warm start reads. */
  private String path(Members members, int place, int epoch) {
    return members.isSingle()
        ? WarmStartCheckpoint.path(plan, fingerprint, epoch)
        : "%s/kept/%s-member-%s-%s.avro".formatted(plan.getWorkFolder(), fingerprint, place, epoch);
  }

  /**
   * Writes the file that a warm start reads.
   *
   * @param members with the weights of the model
   * @param keptEpoch that of the model
   */
  void finish(Members members, int keptEpoch) {
    boolean areBest = plan.getEarlyStopping() != null && !plan.getRefit();
    if (!plan.getKeepCheckpoint() || (areBest && members.isSingle())) {
      return;
    }
    List<MemberState> states = members.states();
    if (areBest) {
      states = new ArrayList<>();
      for (int place = 0; place < members.all().size(); place++) {
        String path = path(members, place, members.get(place).loadKept());
        states.addAll(TrainingState.of(WarmStartCheckpoint.read(path)).members());
      }
    }
    WarmStartCheckpoint.write(
        WarmStartCheckpoint.path(plan, fingerprint, keptEpoch),
        fingerprint,
        members.get(0).before().epochs() + keptEpoch,
        states);
  }
}
