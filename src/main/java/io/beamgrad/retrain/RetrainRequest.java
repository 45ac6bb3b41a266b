package io.beamgrad.retrain;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.job.TrainRequest;
import java.nio.file.Path;
import java.time.LocalDate;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The arguments of {@code beamgrad retrain}.
 *
 * @param training the spec and how to train; the registry decides the folder of the run
 * @param registry the folder of the registry
 * @param date the day of the run; null for today
 * @param forceReason the reason to publish even where checks or gate refuse; null lets these decide
 * @param json true to print one JSON object alone
 */
public record RetrainRequest(
    TrainRequest training,
    Path registry,
    @Nullable LocalDate date,
    @Nullable String forceReason,
    boolean json) {
  public RetrainRequest {
    if (forceReason != null && forceReason.isBlank()) {
      throw new WrongInputException("--reason must say why, was blank");
    }
  }

  boolean isForced() {
    return forceReason != null;
  }
}
