package io.beamgrad.keyed;

import io.beamgrad.learner.TrainingInputs;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.train.Sampler;
import java.util.HashMap;
import java.util.Map;

/**
 * The orders of the rows of keys in each epoch. An order depends on the seed, the epoch and the
 * number of rows alone, so that keys of as many rows share it.
 */
final class KeyOrders {
  private static final long MOST_OF_ONE = 1L << 18; // numbers of the orders of as many rows
  private static final long MOST_KEPT = 1L << 22; // of all orders together

  private final TrainingPlan plan;
  private final Map<Integer, long[][]> kept = new HashMap<>(); // by rows, then epoch
  private long keptNumbers;

  KeyOrders(TrainingPlan plan) {
    this.plan = plan;
  }

  /** The sampler that a training of so many rows has. */
  Sampler sampler(long rows) {
    Sampler made = TrainingInputs.sampler(plan, rows);
    boolean isKept = rows * plan.getEpochs() <= MOST_OF_ONE;
    return isKept ? new Kept(made, (int) rows) : made;
  }

  /**
   * The order of an epoch, {@code (rows)}; not to be changed.
   *
   * @param epoch from 1
   */
  private long[] order(Sampler sampler, int rows, int epoch) {
    long[][] orders = kept.get(rows);
    if (orders == null) {
      if (keptNumbers > MOST_KEPT) {
        kept.clear();
        keptNumbers = 0;
      }
      orders = new long[plan.getEpochs() + 1][];
      keptNumbers += orders.length;
      kept.put(rows, orders);
    }
    if (orders[epoch] == null) {
      long[] order = new long[rows];
      Sampler.RowOrder from = sampler.order(epoch);
      for (int got = 0; got < rows; ) {
        long[] next = new long[rows - got];
        int count = from.next(next, next.length);
        System.arraycopy(next, 0, order, got, count);
        got += count;
      }
      orders[epoch] = order;
      keptNumbers += rows;
    }
    return orders[epoch];
  }

  private final class Kept implements Sampler {
    private final Sampler made;
    private final int rows;

    Kept(Sampler made, int rows) {
      this.made = made;
      this.rows = rows;
    }

    @Override
    public long size() {
      return rows;
    }

    @Override
    public RowOrder order(int epoch) {
      long[] order = KeyOrders.this.order(made, rows, epoch);
      int[] at = {0};
      return (to, count) -> {
        int given = Math.min(count, rows - at[0]);
        System.arraycopy(order, at[0], to, 0, given);
        at[0] += given;
        return given;
      };
    }
  }
}
