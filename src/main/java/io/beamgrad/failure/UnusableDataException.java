package io.beamgrad.failure;

import io.beamgrad.schema.OutcomeStatus;

/** Data that cannot be trained on. The message is one line for a person. */
public final class UnusableDataException extends ReportedException {
  private static final long serialVersionUID = 1L;

  private final OutcomeStatus status;

  public UnusableDataException(OutcomeStatus status, String message) {
    super(status == OutcomeStatus.BAD_INPUT ? Failure.WRONG_INPUT : Failure.JOB_FAILED, message);
    this.status = status;
  }

  /** FAILED where there are too many rejects, BAD_INPUT where a file is broken or empty. */
  public OutcomeStatus status() {
    return status;
  }
}
