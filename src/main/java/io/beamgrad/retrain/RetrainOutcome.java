package io.beamgrad.retrain;

import io.beamgrad.failure.Failure;
import java.util.Locale;

/** How a run of {@code retrain} ended, by its exit code. */
public enum RetrainOutcome {
  PUBLISHED(true),
  NOTHING_NEW(true),
  NOT_BETTER(true),
  /** Another run holds the lock. */
  LOCKED(true),
  /** A data check stopped the run. */
  STOPPED(false),
  /** A failure that the next attempt may not meet; also a crash, or a signal from outside. */
  FAILED(false),
  WRONG_INPUT(false),
  /** The schedule ended the run at its time limit. */
  TIMED_OUT(false);

  private final boolean isGood;

  RetrainOutcome(boolean isGood) {
    this.isGood = isGood;
  }

  public static RetrainOutcome of(int exitCode) {
    return switch (exitCode) {
      case 0 -> PUBLISHED;
      case 2 -> WRONG_INPUT;
      case 10 -> NOTHING_NEW;
      case 11 -> NOT_BETTER;
      case 12 -> LOCKED;
      case 13 -> STOPPED;
      default -> FAILED;
    };
  }

  /** Whether the run needs no attention. */
  public boolean isGood() {
    return isGood;
  }

  /** The outcome in words, such as {@code not better}. */
  public String words() {
    return label().replace('_', ' ');
  }

  /** The outcome as a metric's label, such as {@code not_better}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The exit code of the process; a run that the schedule ended has none. */
  int exitCode() {
    return switch (this) {
      case PUBLISHED -> 0;
      case FAILED -> Failure.JOB_FAILED;
      case WRONG_INPUT -> Failure.WRONG_INPUT;
      case NOTHING_NEW -> 10;
      case NOT_BETTER -> 11;
      case LOCKED -> Failure.LOCKED;
      case STOPPED -> 13;
      case TIMED_OUT -> throw new IllegalStateException("a signal ended it");
    };
  }
}
