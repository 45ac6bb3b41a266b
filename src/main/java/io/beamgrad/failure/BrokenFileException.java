package io.beamgrad.failure;

/**
 * A file that is not what its format says: a wrong magic number, cut short, or unreadable. The
 * message is one line that names the file, the expected and the found.
 */
public final class BrokenFileException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public BrokenFileException(String message) {
    super(Failure.WRONG_INPUT, message);
  }

  public BrokenFileException(String message, Throwable cause) {
    super(Failure.WRONG_INPUT, message, cause);
  }
}
