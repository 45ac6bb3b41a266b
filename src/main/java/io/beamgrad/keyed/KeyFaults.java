package io.beamgrad.keyed;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.OutcomeStatus;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.function.BiFunction;

/** Tells what data cause, which no second attempt would mend, from faults of the machine. */
final class KeyFaults {
  private KeyFaults() {}

  /** Work on keys. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws InterruptedException, UnusableDataException;
  }

  /**
   * Does some work.
   *
   * @param failed what stands for it where the data cannot be used, made of a status and one line
   * @throws InterruptedException also where a file was read at the time
   */
  static <T> T attempt(Work<T> work, BiFunction<OutcomeStatus, String, T> failed)
      throws InterruptedException {
    try {
      return work.run();
    } catch (UnusableDataException e) {
      return failed.apply(e.status(), e.getMessage());
    } catch (BrokenFileException | MissingDataException e) {
      return failed.apply(OutcomeStatus.FAILED, e.getMessage());
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof ClosedByInterruptException) {
        Thread.interrupted(); // the exception says it now
        throw (InterruptedException)
            new InterruptedException("training of keys was interrupted while a file was read")
                .initCause(e);
      }
      throw e;
    }
  }
}
