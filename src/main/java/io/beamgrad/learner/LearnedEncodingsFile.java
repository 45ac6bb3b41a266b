package io.beamgrad.learner;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.EncodingsRef;
import io.beamgrad.schema.LearnedEncodings;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The learned encodings of columns, in a file of each work folder of the plans that share them: a
 * column may have a million categories, which are too many to flow.
 */
public final class LearnedEncodingsFile {
  private static final RecordFile<LearnedEncodings> FILES = RecordFile.of(LearnedEncodings.class);

  private final @Nullable LearnedEncodings learned; // null where there is a problem
  private final @Nullable String problem;
  private final Map<String, EncodingsRef> written = new HashMap<>(); // by work folder

  private LearnedEncodingsFile(@Nullable LearnedEncodings learned, @Nullable String problem) {
    this.learned = learned;
    this.problem = problem;
  }

  /**
   * Learns from what was counted.
   *
   * @param shards all that was counted of the training rows, each shard merged
   */
  public static LearnedEncodingsFile of(EncodingPlan plan, List<ColumnStatistics> shards) {
    try {
      ColumnLearner learner = new ColumnLearner(plan);
      return new LearnedEncodingsFile(
          new LearnedEncodings(learner.encodings(shards), learner.targets(shards)), null);
    } catch (UnusableDataException e) {
      return new LearnedEncodingsFile(null, e.getMessage());
    }
  }

  /**
   * Writes the file, once for each work folder. The content decides its name and bytes.
   *
   * @return where it lies, or why that cannot be learned
   */
  public EncodingsRef in(String workFolder) {
    return written.computeIfAbsent(workFolder, this::write);
  }

  private EncodingsRef write(String workFolder) {
    if (learned == null) {
      return new EncodingsRef(null, problem);
    }
    MessageDigest digest = Sha256.digest();
    digest.update(FILES.encode(learned, 0));
    String path = "%s/encodings/%s.avro".formatted(workFolder, Sha256.hex(digest.digest()));
    FILES.write(path, List.of(learned));
    return new EncodingsRef(path, null);
  }

  /** The encodings at a place. */
  static LearnedEncodings read(String path) {
    return FILES.read(path).get(0);
  }
}
