package io.beamgrad.rundir;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.failure.LockedException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.RefusedDecisionException;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.terminal.Terminal;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a throwable means to the user: this is the one place that decides.
 *
 * @param line what the terminal shows
 * @param isExpected false for a fault of beamgrad itself, whose trace is worth keeping
 */
public record Failure(int exitCode, String line, boolean isExpected) {
  public static final int JOB_FAILED = 1;
  public static final int WRONG_INPUT = 2;
  public static final int LOCKED = 12;
  public static final int INTERRUPTED = 130;

  private static final long BYTES_PER_MB = 1 << 20;

  /** Runners wrap what was thrown, so the first cause with a meaning counts. */
  public static Failure of(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      Optional<Failure> known = known(cause);
      if (known.isPresent()) {
        return known.get();
      }
    }
    String where =
        RunLog.path().map(path -> "see " + path).orElse("--debug shows where it comes from");
    return new Failure(JOB_FAILED, "unexpected " + said(thrown) + "; " + where, false);
  }

  private static Optional<Failure> known(Throwable thrown) {
    if (thrown instanceof WrongInputException
        || thrown instanceof BrokenFileException
        || thrown instanceof MissingDataException) {
      return expected(WRONG_INPUT, message(thrown));
    }
    if (thrown instanceof UnusableDataException data) {
      boolean isInput = data.status() == OutcomeStatus.BAD_INPUT;
      return expected(isInput ? WRONG_INPUT : JOB_FAILED, message(data));
    }
    if (thrown instanceof LockedException) {
      return expected(LOCKED, message(thrown));
    }
    if (thrown instanceof JobFailedException || thrown instanceof RefusedDecisionException) {
      return expected(JOB_FAILED, message(thrown));
    }
    if (thrown instanceof InterruptedException) {
      return expected(INTERRUPTED, "interrupted");
    }
    if (thrown instanceof IllegalArgumentException && isOurs(thrown)) {
      return expected(WRONG_INPUT, message(thrown));
    }
    if (thrown instanceof OutOfMemoryError) {
      return expected(
          JOB_FAILED,
          "out of memory, Java had %d MB; give it more with BEAMGRAD_JAVA_OPTS=-Xmx8g"
              .formatted(Runtime.getRuntime().maxMemory() / BYTES_PER_MB));
    }
    if (thrown instanceof UncheckedIOException && isOurs(thrown)) {
      return expected(JOB_FAILED, message(thrown));
    }
    return thrown instanceof IOException file ? Optional.of(ofFile(file)) : Optional.empty();
  }

  private static Failure ofFile(IOException thrown) {
    String message = message(thrown);
    if (thrown instanceof NoSuchFileException || thrown instanceof FileNotFoundException) {
      String file = thrown instanceof NoSuchFileException no ? no.getFile() : message;
      return new Failure(WRONG_INPUT, shown(file) + ": no such file", true);
    }
    if (thrown instanceof AccessDeniedException denied) {
      return new Failure(WRONG_INPUT, shown(denied.getFile()) + ": access denied", true);
    }
    if (thrown instanceof FileSystemException file && file.getReason() != null) {
      String line = shown(file.getFile()) + ": " + file.getReason();
      return new Failure(JOB_FAILED, line, true);
    }
    return new Failure(JOB_FAILED, message, true);
  }

  private static Optional<Failure> expected(int exitCode, String line) {
    return Optional.of(new Failure(exitCode, line, true));
  }

  /** True if beamgrad threw it to say something to the user, not a library about itself. */
  private static boolean isOurs(Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    return trace.length > 0 && trace[0].getClassName().startsWith("io.beamgrad.");
  }

  private static String said(Throwable thrown) {
    String name = thrown.getClass().getSimpleName();
    return thrown.getMessage() == null ? name : name + ": " + message(thrown);
  }

  private static String message(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).strip().lines().findFirst().orElse("");
  }

  /** A file below the working folder by its relative path. */
  private static String shown(String file) {
    return file == null ? "a file" : Terminal.shown(Path.of(file));
  }
}
