package io.beamgrad.failure;

/**
 * Another process is at work in a registry. The message is one line that says who and since when;
 * the program ends with exit code 12.
 */
public final class LockedException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public LockedException(String message) {
    super(Failure.LOCKED, message);
  }
}
