package io.beamgrad.failure;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A failure that a person can understand and act on. The message is one line; a command that ends
 * by it ends with its exit code.
 */
public abstract class ReportedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  ReportedException(int exitCode, String message) {
    this(exitCode, message, null);
  }

  ReportedException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** Such as {@link Failure#WRONG_INPUT}. */
  public final int exitCode() {
    return exitCode;
  }
}
