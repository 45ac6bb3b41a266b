package io.beamgrad.terminal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * What happens where the process is asked to end, by Ctrl-C or SIGTERM, while something is at work.
 * It is forgotten once that is closed.
 */
public final class ShutdownHook implements AutoCloseable {
  private final Thread thread;
  private final CountDownLatch closed;

  private ShutdownHook(Runnable action, CountDownLatch closed) {
    this.thread = new Thread(action);
    this.closed = closed;
    Runtime.getRuntime().addShutdownHook(thread);
  }

  /** Runs an action then. */
  public static ShutdownHook of(Runnable action) {
    return new ShutdownHook(action, new CountDownLatch(1));
  }

  /**
   * Interrupts the calling thread then, and waits until it closes the hook. The process ends with
   * an exit code of its own, as Java's would be 143 where it was asked to end by SIGTERM.
   *
   * @param patience how long to wait
   * @param exitCode is asked when the process ends
   */
  public static ShutdownHook interrupting(Duration patience, IntSupplier exitCode) {
    Thread running = Thread.currentThread();
    CountDownLatch closed = new CountDownLatch(1);
    Runnable action =
        () -> {
          running.interrupt();
          try {
            closed.await(patience.toSeconds(), TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          Runtime.getRuntime().halt(exitCode.getAsInt());
        };
    return new ShutdownHook(action, closed);
  }

  /** Forgets it; false where it is at work already. */
  public boolean remove() {
    closed.countDown();
    try {
      return Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  @Override
  public void close() {
    remove();
  }
}
