package io.beamgrad.pipeline;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.spec.JobSpec;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The composites that train, of which each is for specs with a key of its own. */
enum Composite {
  TRAIN("Train", null, ""),
  TRAIN_EACH("TrainEach", "each", "a model for each value of a column"),
  FOLDS("Folds", "folds", "a model for each fold"),
  SWEEP("Sweep", "sweep", "its trials");

  private final String title;
  private final @Nullable String key; // null for the one that is for specs without any of them
  private final String trains;

  Composite(String title, @Nullable String key, String trains) {
    this.title = title;
    this.key = key;
    this.trains = trains;
  }

  /**
   * Checks that a spec has the key of this composite, and none of another, but for the folds of a
   * sweep.
   *
   * @throws WrongInputException one line
   */
  void require(Spec spec, JobSpec job) {
    if (this != TRAIN && !isFor(job)) {
      throw spec.wrong(key, "is missing; Train is for a single training");
    }
    for (Composite other : values()) {
      boolean isOfSweep = this == SWEEP && other == FOLDS;
      if (other != this && other != TRAIN && !isOfSweep && other.isFor(job)) {
        throw spec.wrong(
            other.key,
            "must be left out for %s; %s trains %s".formatted(title, other.title, other.trains));
      }
    }
  }

  private boolean isFor(JobSpec job) {
    return switch (this) {
      case TRAIN -> true;
      case TRAIN_EACH -> job.each() != null;
      case FOLDS -> job.folds() != null;
      case SWEEP -> job.sweep() != null;
    };
  }
}
