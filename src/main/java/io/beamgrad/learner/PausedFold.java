package io.beamgrad.learner;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.FoldResult;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a fold had come to when a stage of its training paused, as a file beside its checkpoints. A
 * later stage goes on to weights that no longer tell it.
 *
 * @param workFolder of the fold
 * @param fingerprint hex SHA-256 of all that decides the training
 * @param epoch at which the stage pauses
 */
record PausedFold(String workFolder, String fingerprint, int epoch) {
  private static final Logger LOG = LoggerFactory.getLogger(PausedFold.class);
  private static final RecordFile<FoldResult> FILES = RecordFile.of(FoldResult.class);

  /** What an earlier attempt has written; empty also where the file is damaged. */
  Optional<FoldResult> read() {
    if (!Storage.exists(path())) {
      return Optional.empty();
    }
    try {
      return Optional.of(FILES.read(path()).get(0));
    } catch (BrokenFileException e) {
      LOG.warn("{}; the fold is trained to there again", e.getMessage());
      return Optional.empty();
    }
  }

  /** Writes it, whole or not at all, and gives it. */
  FoldResult write(FoldResult result) {
    FILES.write(path(), List.of(result));
    return result;
  }

  private String path() {
    return "%s/paused/%s-%s.avro".formatted(workFolder, fingerprint, epoch);
  }
}
