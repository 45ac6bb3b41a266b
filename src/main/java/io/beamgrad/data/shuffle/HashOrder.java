package io.beamgrad.data.shuffle;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Sorts things by their 64-bit hashes as unsigned numbers: first longs of the hash's upper half and
 * the thing's index, for which a primitive sort is fast; runs of equal upper halves, which are
 * rare, are then sorted by the whole hash, and of equal hashes by what else there is.
 */
final class HashOrder {
  private final long[] hashes; // (things)
  private final Comparator<Integer> byWholeKey;

  /**
   * @param hashes of all things
   * @param ties compares things of equal hashes, by their indexes
   */
  HashOrder(long[] hashes, Comparator<Integer> ties) {
    this.hashes = hashes;
    this.byWholeKey =
        Comparator.<Integer, Long>comparing(i -> hashes[i], Long::compareUnsigned)
            .thenComparing(ties);
  }

  /** What stands for a thing in an array that is to be sorted. */
  long key(int index) {
    // Flipping the top bit makes the signed sort an unsigned one.
    return ((hashes[index] >>> 32 << 32) ^ Long.MIN_VALUE) | index;
  }

  /**
   * Sorts a range.
   *
   * @param keys of the things, which are sorted by the upper halves alone
   * @param order gets the indexes of the things in order, in the same range
   */
  void sort(long[] keys, int fromInclusive, int toExclusive, int[] order) {
    Arrays.sort(keys, fromInclusive, toExclusive);
    for (int from = fromInclusive, to; from < toExclusive; from = to) {
      to = from + 1;
      order[from] = (int) keys[from];
      while (to < toExclusive && keys[to] >>> 32 == keys[from] >>> 32) {
        order[to] = (int) keys[to];
        to++;
      }
      if (to > from + 1) {
        int[] run =
            Arrays.stream(order, from, to).boxed().sorted(byWholeKey).mapToInt(i -> i).toArray();
        System.arraycopy(run, 0, order, from, run.length);
      }
    }
  }
}
