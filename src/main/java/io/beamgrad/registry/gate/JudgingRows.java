package io.beamgrad.registry.gate;

/**
 * Which files' held-out rows judge.
 *
 * @param days for DAYS how many; otherwise 0
 */
public record JudgingRows(By by, int days) {

  /** What decides. */
  public enum By {
    /**
     * Files that the version in service has not seen; where they have too few rows, all that the
     * retraining selects.
     */
    FRESH,
    /** Files of the last days by their folder or name. */
    DAYS,
    /** All files. */
    ALL
  }

  /** In words: fresh, of the last 7 days, all. */
  @Override
  public String toString() {
    return switch (by) {
      case FRESH -> "fresh";
      case DAYS -> "of the last %s %s".formatted(days, days == 1 ? "day" : "days");
      case ALL -> "all";
    };
  }
}
