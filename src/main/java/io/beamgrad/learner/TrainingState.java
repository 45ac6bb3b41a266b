package io.beamgrad.learner;

import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.MemberState;
import io.beamgrad.train.Weights;
import java.util.List;

/**
 * How the networks of a training stand, as a {@link Checkpoint} has it.
 *
 * @param epoch that of the member that was trained longest
 * @param members in order; one of a single network
 * @param refitEpochs finished epochs of the refit; 0 before it
 */
record TrainingState(int epoch, List<MemberState> members, int refitEpochs) {

  static TrainingState of(Checkpoint checkpoint) {
    List<MemberState> members =
        checkpoint.getMembers().isEmpty()
            ? List.of(
                new MemberState(
                    checkpoint.getEpoch(),
                    checkpoint.getParameters(),
                    checkpoint.getOptimizerState(),
                    checkpoint.getOptimizerSteps(),
                    checkpoint.getEarlyStopping()))
            : checkpoint.getMembers();
    return new TrainingState(checkpoint.getEpoch(), members, checkpoint.getRefitEpochs());
  }

  /**
   * A checkpoint with the metric rows and hashes of a log.
   *
   * @param fingerprint of the training
   */
  Checkpoint toCheckpoint(String fingerprint, TrainingLog log) {
    MemberState single = members.get(0);
    boolean isSingle = members.size() == 1;
    return new Checkpoint(
        Checkpoints.FORMAT_VERSION,
        fingerprint,
        epoch,
        isSingle ? single.getParameters() : List.of(),
        isSingle ? single.getOptimizerState() : List.of(),
        isSingle ? single.getOptimizerSteps() : 0,
        isSingle ? single.getEarlyStopping() : null,
        List.copyOf(log.rows()),
        Weights.ARITHMETIC,
        List.copyOf(log.hashes()),
        isSingle ? List.of() : members,
        refitEpochs);
  }
}
