package io.beamgrad.data.shuffle;

import io.beamgrad.schema.BlockRef;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Some of the ranked rows of a split, evenly spread over all ranks: the row of rank {@code r} is
 * one of them where {@code floor((r + 1) * taken / rows) > floor(r * taken / rows)}.
 *
 * @param taken how many, at most all
 * @param rows how many rows the split has
 */
public record RankSample(long taken, long rows) {

  public RankSample {
    if (taken < 0 || taken > rows) {
      throw new IllegalArgumentException("a sample of %s of %s rows".formatted(taken, rows));
    }
  }

  /** So many rows of a split, or all where it has not more. */
  public static RankSample ofAtMost(long most, long rows) {
    return new RankSample(Math.min(most, rows), rows);
  }

  /** The same share of another split's rows, rounded down; at least one row where there are any. */
  public RankSample sameShareOf(long otherRows) {
    long share = rows == 0 ? otherRows : floor(otherRows, taken, rows);
    return new RankSample(Math.min(Math.max(1, share), otherRows), otherRows);
  }

  /**
   * References to the rows that are taken, with the ranks that they have among themselves. Blocks
   * of which no row is taken are left out.
   *
   * @param ranked all blocks of the split
   */
  public List<BlockRef> cut(List<BlockRef> ranked) {
    if (taken == rows) {
      return ranked;
    }
    List<BlockRef> inOrder = new ArrayList<>(ranked);
    inOrder.sort(Comparator.comparingLong(BlockRef::getFirstRank));
    List<BlockRef> cut = new ArrayList<>();
    for (BlockRef block : inOrder) {
      long first = takenBelow(block.getFirstRank());
      long end = takenBelow(block.getFirstRank() + block.getRows());
      if (first == end) {
        continue;
      }
      BitSet some = new BitSet();
      for (long number = first; number < end; number++) {
        some.set(Math.toIntExact(rank(number) - block.getFirstRank()));
      }
      BlockRef ref = RowSelection.within(block, some);
      cut.add(BlockRef.newBuilder(ref).setFirstRank(first).build());
    }
    return cut;
  }

  /** How many rows of lower rank are taken. */
  private long takenBelow(long rank) {
    return floor(rank, taken, rows);
  }

  /** The rank of a row that is taken, by its number: the lowest at which there are enough. */
  private long rank(long number) {
    return -floor(-(number + 1), rows, taken) - 1; // one less than the quotient rounded up
  }

  /** {@code floor(a * b / c)}, exactly. */
  private static long floor(long a, long b, long c) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    if (high == low >> (Long.SIZE - 1)) {
      return Math.floorDiv(low, c);
    }
    BigInteger[] divided =
        BigInteger.valueOf(a)
            .multiply(BigInteger.valueOf(b))
            .divideAndRemainder(BigInteger.valueOf(c));
    long quotient = divided[0].longValueExact();
    return divided[1].signum() < 0 ? quotient - 1 : quotient;
  }
}
