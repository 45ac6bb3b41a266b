package io.beamgrad.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * The batches of an epoch as arrays that are used again and again. They are copied on a thread of
 * its own while the ones before are trained on, or on the caller's. What comes, and in which order,
 * is the same.
 *
 * <p>{@link #close} ends the thread, also in the middle of an epoch, and waits for its end.
 */
final class BatchFeed implements AutoCloseable {

  /** A batch on its way, or what went wrong with it. */
  static final class Prepared {
    private final RowBatch batch;
    private Throwable failure; // a RuntimeException or an Error

    Prepared(Dataset dataset) {
      batch = new RowBatch(dataset);
    }
  }

  private static final int AHEAD = 8;
  private static final int RETURNED_AT_ONCE = 4; // or the thread would be woken for each batch

  private final Dataset dataset;
  private final Sampler.RowOrder order;
  private final long[] rows;
  private final Deque<Prepared> spare;
  private final Prepared own; // without a thread; null with one
  private final ArrayBlockingQueue<Prepared> empty = new ArrayBlockingQueue<>(AHEAD);
  private final ArrayBlockingQueue<Prepared> full = new ArrayBlockingQueue<>(AHEAD);
  private final Prepared[] used = new Prepared[RETURNED_AT_ONCE];
  private int usedCount;
  private boolean isAtEnd;
  private final Thread thread; // null without

  /**
   * Starts to copy.
   *
   * @param ahead on a thread of its own
   * @param spare arrays of an earlier feed of the same data set, which this one takes and, closed,
   *     gives back
   */
  BatchFeed(
      Dataset dataset,
      Sampler.RowOrder order,
      int batchExamples,
      boolean ahead,
      Deque<Prepared> spare) {
    this.dataset = dataset;
    this.order = order;
    this.rows = new long[batchExamples];
    this.spare = spare;
    this.own = ahead ? null : unused();
    if (ahead) {
      for (int i = 0; i < AHEAD; i++) {
        empty.add(unused());
      }
      thread = new Thread(this::prepareAll, "beamgrad-batches");
      thread.setDaemon(true);
      thread.start();
    } else {
      thread = null;
    }
  }

  private Prepared unused() {
    Prepared prepared = spare.isEmpty() ? new Prepared(dataset) : spare.remove();
    prepared.failure = null;
    return prepared;
  }

  /** The next batch, valid until the next call, or null after the last. */
  RowBatch next() throws InterruptedException {
    Prepared next = own;
    if (thread == null) {
      prepare(own);
    } else {
      if (usedCount == RETURNED_AT_ONCE) {
        for (Prepared prepared : used) {
          empty.put(prepared);
        }
        usedCount = 0;
      }
      next = full.take();
      used[usedCount++] = next;
    }
    if (next.failure instanceof Error error) {
      throw error;
    }
    if (next.failure != null) {
      throw (RuntimeException) next.failure;
    }
    return next.batch.rows() == 0 ? null : next.batch;
  }

  /**
   * The next batches in order, a few at the most and none after the last, all valid until the next
   * call. To be called instead of {@link #next}.
   */
  List<RowBatch> nextSome() throws InterruptedException {
    List<RowBatch> some = new ArrayList<>();
    int most = thread == null ? 1 : RETURNED_AT_ONCE; // none of which returns before all are there
    while (!isAtEnd && some.size() < most) {
      RowBatch next = next();
      isAtEnd = next == null;
      if (!isAtEnd) {
        some.add(next);
      }
    }
    return some;
  }

  private void prepareAll() {
    try {
      Prepared prepared;
      do {
        prepared = empty.take();
        try {
          prepare(prepared);
        } catch (RuntimeException | Error e) { // or the training would wait for ever
          prepared.failure = e;
          prepared.batch.resize(0);
        }
        full.put(prepared);
      } while (prepared.batch.rows() > 0);
    } catch (InterruptedException e) {
      // The feed was closed: nobody waits for more.
    }
  }

  private void prepare(Prepared prepared) {
    order.announceTo(dataset);
    int count = order.next(rows, rows.length);
    prepared.batch.resize(count);
    dataset.copyRows(rows, count, prepared.batch);
    if (prepared.batch.byteInputs() != null) {
      prepared.batch.byteInputs().list();
    }
  }

  @Override
  public void close() {
    if (thread == null) {
      spare.add(own);
      return;
    }
    boolean interrupted = false;
    thread.interrupt();
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // the thread ends soon: it sees its own interruption
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    empty.drainTo(spare);
    full.drainTo(spare);
    spare.addAll(Arrays.asList(used).subList(0, usedCount));
  }
}
