package io.beamgrad.failure;

/**
 * A decision came too late: its lock has passed to another process, or another version is in
 * service than the one it was judged against. The registry is as it was. The message is one line.
 */
public final class RefusedDecisionException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public RefusedDecisionException(String message) {
    super(Failure.JOB_FAILED, message);
  }
}
