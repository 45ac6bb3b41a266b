package io.beamgrad.terminal;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** Does a short thing to its end, whatever interrupts come meanwhile. */
public final class Uninterrupted {
  private Uninterrupted() {}

  /**
   * What an action gives back or throws. It has a thread of its own, as an interrupt would close
   * the files that it writes; the calling thread is interrupted after it.
   */
  public static <T> T get(Supplier<T> action) {
    FutureTask<T> task = new FutureTask<>(action::get);
    new Thread(task, "uninterrupted").start();
    boolean isInterrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          isInterrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) e.getCause(); // a supplier throws nothing else
        }
      }
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
