package io.beamgrad.tensor;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Daemon threads that help a caller with its work. The system property {@code beamgrad.threads}
 * says how many threads there are in all, the caller's among them; without it as many as there are
 * processors, at most eight; 1 leaves all work to the caller.
 *
 * <p>Help is never waited for: the caller works too, takes what nobody has taken yet, and at the
 * end waits for parts that others have begun. Helpers serve one caller at a time; whoever finds
 * them taken does all of its work itself. Where two threads call within {@link #SHARED_NANOS}, as
 * with two trainers in one JVM, nobody is helped, since the processors are busy as it is.
 *
 * <p>A helper looks for work for {@link #SPIN_NANOS} before it sleeps, since waking it takes longer
 * than the pauses between the products of a training step; after {@link #IDLE_NANOS} it ends, so
 * that a class loader that is let go of is not held. A call allocates nothing, unless it starts
 * threads.
 */
final class Workers {

  /** Work in parts that may run at once and in any order. */
  interface Job {
    void run(int part);
  }

  private static final int MOST_THREADS = 8;
  private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
  private static final long SHARED_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int SPINS_BETWEEN_YIELDS = 200;
  private static final int OPEN = 1 << 16;

  private static final Workers SHARED = new Workers(configuredThreads());

  private final long sharedNanos;
  private final long idleNanos;
  private final Helper[] helpers;
  private final AtomicBoolean taken = new AtomicBoolean();
  private final AtomicInteger state = new AtomicInteger(); // OPEN or 0, plus the helpers inside
  private final AtomicInteger nextPart = new AtomicInteger();
  private Job job; // written before the state opens, read by helpers inside
  private int parts;
  private volatile Throwable failure; // a RuntimeException or an Error

  private volatile long lastCaller;
  private volatile long lastCallNanos;
  private volatile long lastSharedNanos; // when two callers were seen

  /** Threads of their own, started when they are needed. */
  Workers(int threads) {
    this(threads, SHARED_NANOS, IDLE_NANOS);
  }

  Workers(int threads, long sharedNanos, long idleNanos) {
    this.sharedNanos = sharedNanos;
    this.idleNanos = idleNanos;
    this.lastCallNanos = System.nanoTime() - sharedNanos;
    this.lastSharedNanos = lastCallNanos;
    helpers = new Helper[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Helper();
    }
  }

  /** Those of this JVM. */
  static Workers shared() {
    return SHARED;
  }

  private static int configuredThreads() {
    int processors = Runtime.getRuntime().availableProcessors();
    return Math.max(1, Integer.getInteger("beamgrad.threads", Math.min(MOST_THREADS, processors)));
  }

  /** How many threads there are, the caller's among them. */
  int threads() {
    return helpers.length + 1;
  }

  /** Runs parts 0 to {@code count - 1} and comes back when all are done. */
  void run(Job newJob, int count) {
    if (helpers.length == 0 || count < 2 || isShared() || !taken.compareAndSet(false, true)) {
      for (int part = 0; part < count; part++) {
        newJob.run(part);
      }
      return;
    }
    try {
      runTogether(newJob, count);
    } finally {
      job = null;
      failure = null;
      taken.set(false);
    }
  }

  private boolean isShared() {
    long caller = Thread.currentThread().getId();
    long now = System.nanoTime();
    if (caller != lastCaller) {
      if (now - lastCallNanos < sharedNanos) {
        lastSharedNanos = now;
      }
      lastCaller = caller;
    }
    lastCallNanos = now;
    return now - lastSharedNanos < sharedNanos;
  }

  private void runTogether(Job newJob, int count) {
    job = newJob;
    parts = count;
    nextPart.set(0);
    state.set(OPEN);
    for (Helper helper : helpers) {
      helper.wake();
    }
    runParts();
    // Nobody comes in any more, and what those inside have written is seen once they are out.
    state.addAndGet(-OPEN);
    for (int spins = 1; state.get() != 0; spins++) {
      pause(spins);
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  private void runParts() {
    try {
      for (int part = nextPart.getAndIncrement(); part < parts; part = nextPart.getAndIncrement()) {
        job.run(part);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
      nextPart.set(parts);
    }
  }

  /** Whether there was a job to help with. */
  private boolean help() {
    int seen = state.get();
    if (seen < OPEN || nextPart.get() >= parts || !state.compareAndSet(seen, seen + 1)) {
      return false;
    }
    try {
      runParts();
    } finally {
      state.decrementAndGet();
    }
    return true;
  }

  @SuppressWarnings("ThreadPriorityCheck") // a matter of speed: who waits gives way
  private static void pause(int spins) {
    if (spins % SPINS_BETWEEN_YIELDS == 0) {
      Thread.yield(); // whom we wait for may need this processor
    } else {
      Thread.onSpinWait();
    }
  }

  private final class Helper implements Runnable {
    private volatile Thread thread; // null without
    private volatile boolean asleep;

    /** A wake that comes too late costs the caller this helper's help, no more. */
    void wake() {
      Thread current = thread;
      if (current == null) {
        current = new Thread(this, "beamgrad-worker");
        current.setDaemon(true);
        thread = current;
        try {
          current.start();
        } catch (OutOfMemoryError e) {
          thread = null; // no more threads on this machine: the caller works alone
        }
      } else if (asleep) {
        LockSupport.unpark(current);
      }
    }

    @Override
    public void run() {
      long idleSince = System.nanoTime();
      for (int spins = 1; ; spins++) {
        if (help()) {
          idleSince = System.nanoTime();
        } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
          pause(spins);
        } else if (System.nanoTime() - idleSince < idleNanos) {
          asleep = true;
          if (state.get() < OPEN) { // or it was opened before the caller could see us asleep
            LockSupport.parkNanos(Workers.this, idleNanos);
          }
          asleep = false;
          if (state.get() >= OPEN) {
            idleSince = System.nanoTime();
          }
        } else {
          thread = null;
          return;
        }
      }
    }
  }
}
