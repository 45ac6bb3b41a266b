package io.beamgrad.failure;

/** Data that is not there: no such file or folder. The message is one line that names it. */
public class MissingDataException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public MissingDataException(String message) {
    super(Failure.WRONG_INPUT, message);
  }
}
