package io.beamgrad.learner;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.model.MemberParameters;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.MemberState;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrainingPlan;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The checkpoint that goes with a trained model: what a warm start from its weights needs besides
 * them. It has no metric rows, which have times, so that its content decides its bytes.
 */
public final class WarmStartCheckpoint {
  private static final RecordFile<Checkpoint> FILES = RecordFile.of(Checkpoint.class);

  private WarmStartCheckpoint() {}

  /**
   * Where it lies in the work folder, of a plan that asks for it.
   *
   * @param outcome of a training that succeeded
   */
  public static String path(TrainingPlan plan, Outcome outcome) {
    int epoch = outcome.getKeptEpoch() == null ? outcome.getEpochs() : outcome.getKeptEpoch();
    return path(plan, outcome.getFingerprint(), epoch);
  }

  static String path(TrainingPlan plan, String fingerprint, int epoch) {
    return "%s/kept/%s-%s.avro".formatted(plan.getWorkFolder(), fingerprint, epoch);
  }

  /**
   * Writes one.
   *
   * @param epochs those of the trainings that this one goes on from among them
   * @param states of the networks; what early stopping has seen is left out
   */
  static void write(String path, String fingerprint, int epochs, List<MemberState> states) {
    List<MemberState> members =
        states.stream()
            .map(state -> MemberState.newBuilder(state).setEarlyStopping(null).build())
            .toList();
    Checkpoint checkpoint =
        new TrainingState(epochs, members, 0).toCheckpoint(fingerprint, new TrainingLog());
    FILES.write(path, List.of(checkpoint));
  }

  /**
   * The names of the optimiser's tensors in a checkpoint, as an optimiser of all weights of its
   * model has them.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException as {@link #read}
   */
  public static Set<String> optimizerNames(String path) {
    List<MemberState> members = TrainingState.of(read(path)).members();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < members.size(); i++) {
      String prefix = MemberParameters.prefix(members.size(), i);
      members.get(i).getOptimizerState().forEach(tensor -> names.add(prefix + tensor.getName()));
    }
    return names;
  }

  /**
   * Reads one.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is not a whole checkpoint of a version that is known
   */
  public static Checkpoint read(String path) {
    if (!Storage.exists(path)) {
      throw new MissingDataException(path + ": no such file");
    }
    List<Checkpoint> found = FILES.read(path);
    if (found.size() != 1) {
      throw new BrokenFileException(
          "%s: expected one checkpoint, found %s".formatted(path, found.size()));
    }
    if (found.get(0).getFormatVersion() != Checkpoints.FORMAT_VERSION) {
      throw new BrokenFileException(
          "%s: expected format version %s, found %s; use a newer beamgrad"
              .formatted(path, Checkpoints.FORMAT_VERSION, found.get(0).getFormatVersion()));
    }
    return found.get(0);
  }
}
