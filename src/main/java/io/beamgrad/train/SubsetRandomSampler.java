package io.beamgrad.train;

import io.beamgrad.tensor.Generator;

/** Some rows, each once an epoch, in an order that is random and afresh for each epoch. */
public final class SubsetRandomSampler implements Sampler {

  private final long[] subset;
  private final long seed;

  public SubsetRandomSampler(long[] rows, long seed) {
    this.subset = rows.clone();
    this.seed = seed;
  }

  @Override
  public long size() {
    return subset.length;
  }

  @Override
  public RowOrder order(int epoch) {
    long[] order = subset.clone();
    Generator.derive(seed, "order", epoch).shuffle(order, 0, order.length);
    return new ArrayOrder(order);
  }

  /** The rows of an array. */
  static final class ArrayOrder implements RowOrder {
    private final long[] order;
    private int next;

    ArrayOrder(long[] order) {
      this.order = order;
    }

    @Override
    public int next(long[] rows, int count) {
      int filled = Math.min(count, order.length - next);
      System.arraycopy(order, next, rows, 0, filled);
      next += filled;
      return filled;
    }
  }
}
