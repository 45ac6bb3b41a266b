package io.beamgrad.benchmarks;

import io.beamgrad.tensor.Generator;

/**
 * A random order of rows that takes no memory: a Feistel network of six rounds on a square of at
 * least as many places, which is applied again where it gives a place past the last row.
 */
final class RowOrder {
  private static final int ROUNDS = 6;

  private final long rows;
  private final long side;
  private final long[] keys = new long[ROUNDS];

  RowOrder(long seed, long rows) {
    this.rows = rows;
    this.side = (long) StrictMath.ceil(StrictMath.sqrt((double) rows));
    Generator random = Generator.derive(seed, "row order");
    for (int i = 0; i < ROUNDS; i++) {
      keys[i] = random.nextLong();
    }
  }

  long rows() {
    return rows;
  }

  /** The place of a row; both are numbers from 0, and no two rows have the same. */
  long place(long row) {
    long place = row;
    do {
      long left = place / side;
      long right = place % side;
      for (long key : keys) {
        long sum = (left + hash(right + key)) % side;
        left = right;
        right = sum;
      }
      place = left * side + right;
    } while (place >= rows);
    return place;
  }

  /** The upper 31 bits of Stafford's mixture of a number's bits, his 13th. */
  private static long hash(long number) {
    long bits = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
    bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
    return bits >>> 33;
  }
}
