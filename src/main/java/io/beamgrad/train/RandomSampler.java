package io.beamgrad.train;

import io.beamgrad.tensor.Generator;

/** All rows, permuted as a whole, afresh for each epoch. */
public final class RandomSampler implements Sampler {

  private final int size;
  private final long seed;

  /**
   * A sampler of rows 0 to {@code size - 1}.
   *
   * @throws IllegalArgumentException if there are more rows than an array can hold
   */
  public RandomSampler(long size, long seed) {
    if (size < 0 || size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("RandomSampler: cannot permute " + size + " rows");
    }
    this.size = (int) size;
    this.seed = seed;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public RowOrder order(int epoch) {
    return new SubsetRandomSampler.ArrayOrder(permutation(size, seed, "order", epoch));
  }

  /** The numbers from 0 to {@code size - 1} in random order. */
  static long[] permutation(int size, long seed, String purpose, long... coordinates) {
    long[] order = new long[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    Generator.derive(seed, purpose, coordinates).shuffle(order, 0, size);
    return order;
  }
}
