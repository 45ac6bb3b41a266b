package io.beamgrad.failure;

/**
 * What the user gave cannot be used: a spec, an argument, a file. The message is one line that says
 * who, what is allowed and what was found; the program ends with exit code 2.
 */
public final class WrongInputException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public WrongInputException(String message) {
    super(Failure.WRONG_INPUT, message);
  }

  public WrongInputException(String message, Throwable cause) {
    super(Failure.WRONG_INPUT, message, cause);
  }
}
