package io.beamgrad.failure;

/**
 * The job ran and failed: a diverging loss, too many rejects, a cluster that went away. The message
 * is one line; the program ends with exit code 1.
 */
public final class JobFailedException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public JobFailedException(String message) {
    super(Failure.JOB_FAILED, message);
  }

  public JobFailedException(String message, Throwable cause) {
    super(Failure.JOB_FAILED, message, cause);
  }
}
