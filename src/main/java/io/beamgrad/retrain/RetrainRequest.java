package io.beamgrad.retrain;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.job.TrainRequest;
import java.nio.file.Path;
import java.time.LocalDate;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What {@code beamgrad retrain} was asked to do.
 *
 * @param training the spec and how to train; its run's folder is the registry's to decide
 * @param registry the folder of the registry
 * @param date the day of the run; null is today
 * @param forceReason why to publish whatever checks and gate say; null to let them decide
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
