package io.beamgrad.failure;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a throwable means to the user: a {@link ReportedException} says so itself, this adds what
 * Java throws. Anything else is a fault of beamgrad.
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

  /**
   * The first cause with a meaning counts, as runners wrap what was thrown.
   *
   * @param log the file that has the trace of a fault; empty where there is none
   */
  public static Failure of(Throwable thrown, Optional<Path> log) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      Optional<Failure> known = known(cause);
      if (known.isPresent()) {
        return known.get();
      }
    }
    String where = log.map(path -> "see " + path).orElse("--debug shows where it comes from");
    return new Failure(JOB_FAILED, "unexpected " + described(thrown) + "; " + where, false);
  }

  private static Optional<Failure> known(Throwable thrown) {
    if (thrown instanceof ReportedException reported) {
      return expected(reported.exitCode(), message(reported));
    }
    if (thrown instanceof InterruptedException) {
      return expected(INTERRUPTED, "interrupted");
    }
    if (thrown instanceof OutOfMemoryError) {
      return expected(
          JOB_FAILED,
          "out of memory, Java had %s MB; give it more with BEAMGRAD_JAVA_OPTS=-Xmx8g"
              .formatted(Runtime.getRuntime().maxMemory() / BYTES_PER_MB));
    }
    if (thrown instanceof UncheckedIOException unchecked && hasOwnMessage(unchecked)) {
      return expected(JOB_FAILED, message(unchecked));
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

  /** False where Java made the message of the cause's, which says more by itself. */
  private static boolean hasOwnMessage(UncheckedIOException thrown) {
    return !thrown.getCause().toString().equals(thrown.getMessage());
  }

  private static String described(Throwable thrown) {
    String name = thrown.getClass().getSimpleName();
    return thrown.getMessage() == null ? name : name + ": " + message(thrown);
  }

  private static String message(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).strip().lines().findFirst().orElse("");
  }

  private static String shown(String file) {
    return file == null ? "a file" : PathText.of(Path.of(file));
  }
}
