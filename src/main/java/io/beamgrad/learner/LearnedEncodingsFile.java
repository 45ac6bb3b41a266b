package io.beamgrad.learner;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.EncodingsRef;
import io.beamgrad.schema.LearnedEncodings;
import io.beamgrad.schema.TrainingPlan;
import java.security.MessageDigest;
import java.util.List;

/**
 * The learned encodings of a plan's columns, in a file of the work folder: a column may have a
 * million categories, which are too many to flow.
 */
public final class LearnedEncodingsFile {
  private static final RecordFile<LearnedEncodings> FILES = RecordFile.of(LearnedEncodings.class);

  private LearnedEncodingsFile() {}

  /**
   * Learns from what was counted, and writes it. The content decides the file's name and bytes.
   *
   * @param shards all that was counted of the training rows, each shard merged
   * @return where it lies, or why it cannot be learned
   */
  public static EncodingsRef write(TrainingPlan plan, List<ColumnStatistics> shards) {
    try {
      ColumnLearner learner = new ColumnLearner(plan);
      LearnedEncodings learned =
          new LearnedEncodings(learner.encodings(shards), learner.targets(shards));
      MessageDigest digest = Sha256.digest();
      digest.update(FILES.encode(learned, 0));
      String hash = Sha256.hex(digest.digest());
      String path =
          "%s/encodings/%s-%s.avro".formatted(plan.getWorkFolder(), plan.getModel(), hash);
      FILES.write(path, List.of(learned));
      return new EncodingsRef(path, null);
    } catch (UnusableDataException e) {
      return new EncodingsRef(null, e.getMessage());
    }
  }

  /** The encodings at a place. */
  static LearnedEncodings read(String path) {
    return FILES.read(path).get(0);
  }
}
