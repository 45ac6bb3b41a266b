package io.beamgrad.learner;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.train.TrainerState;
import io.beamgrad.train.Weights;
import java.util.List;

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

  private static String path(TrainingPlan plan, String fingerprint, int epoch) {
    return "%s/kept/%s-%s.avro".formatted(plan.getWorkFolder(), fingerprint, epoch);
  }

  /**
   * Writes it to the work folder.
   *
   * @param epochsBefore of the trainings that this one goes on from
   */
  static void write(TrainingPlan plan, String fingerprint, int epochsBefore, TrainerState state) {
    FILES.write(
        path(plan, fingerprint, state.epochs()),
        List.of(
            new Checkpoint(
                Checkpoints.FORMAT_VERSION,
                fingerprint,
                epochsBefore + state.epochs(),
                Networks.toRecords(state.parameters()),
                Networks.toRecords(state.optimizerState()),
                state.optimizerSteps(),
                null,
                List.of(),
                Weights.ARITHMETIC,
                List.of())));
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
