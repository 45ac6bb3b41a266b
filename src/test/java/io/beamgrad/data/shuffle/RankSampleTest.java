package io.beamgrad.data.shuffle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Split;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankSampleTest {

  private static BlockRef block(int ordinal, long firstRank, int rows) {
    return BlockRef.newBuilder()
        .setSplit(Split.TRAIN)
        .setBucket(0)
        .setOrdinal(ordinal)
        .setPath("f")
        .setPosition(ordinal)
        .setRows(rows)
        .setBytes(0)
        .setChecksum(0)
        .setContentHash(0)
        .setFirstRank(firstRank)
        .build();
  }

  /** The ranks of the rows of some blocks, which are cut from blocks of such first ranks. */
  private static List<Long> ranks(List<BlockRef> cut, List<BlockRef> from) {
    List<Long> ranks = new ArrayList<>();
    for (BlockRef block : cut) {
      assertEquals(ranks.size(), block.getFirstRank());
      long first = from.get(block.getOrdinal()).getFirstRank();
      int rows = 0;
      for (int row = 0; row < from.get(block.getOrdinal()).getRows(); row++) {
        if (block.getSelected() == null
            || BitSet.valueOf(block.getSelected().duplicate()).get(row)) {
          ranks.add(first + row);
          rows++;
        }
      }
      assertEquals(rows, block.getRows());
    }
    return ranks;
  }

  private static List<Long> expected(long taken, long rows) {
    List<Long> ranks = new ArrayList<>();
    for (long rank = 0; rank < rows; rank++) {
      if ((rank + 1) * taken / rows > rank * taken / rows) {
        ranks.add(rank);
      }
    }
    return ranks;
  }

  @Test
  void theRanksOfASampleAreThoseOfTheFormulaHoweverBlocksAreCut() {
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      List<BlockRef> blocks = new ArrayList<>();
      long rows = 0;
      for (int b = 0; b < 1 + random.nextInt(12); b++) {
        int count = 1 + random.nextInt(9);
        blocks.add(block(b, rows, count));
        rows += count;
      }
      long taken = random.nextInt((int) rows + 1);
      List<BlockRef> cut = new RankSample(taken, rows).cut(blocks);
      assertEquals(expected(taken, rows), ranks(cut, blocks));
      assertEquals(taken, cut.stream().mapToLong(BlockRef::getRows).sum());
    }
  }

  @Test
  void aSampleOfASampleHasRowsOfTheFirst() {
    List<BlockRef> blocks = List.of(block(0, 0, 10), block(1, 10, 10));
    List<BlockRef> half = new RankSample(10, 20).cut(blocks); // the odd ranks
    List<BlockRef> some = new RankSample(5, 10).cut(half); // every second of them
    assertEquals(List.of(3L, 7L, 11L, 15L, 19L), ranks(some, blocks));
  }

  @Test
  void allRowsStayAsTheyAre() {
    List<BlockRef> blocks = List.of(block(0, 0, 10));
    assertSame(blocks, RankSample.ofAtMost(10, 10).cut(blocks));
    assertSame(blocks, RankSample.ofAtMost(99, 10).cut(blocks));
    assertEquals(List.of(), RankSample.ofAtMost(99, 0).cut(List.of()));
  }

  @Test
  void anotherSplitHasTheSameShareAndARowAtTheLeast() {
    RankSample tenth = new RankSample(100, 1000);
    assertEquals(new RankSample(25, 257), tenth.sameShareOf(257));
    assertEquals(new RankSample(1, 3), tenth.sameShareOf(3));
    assertEquals(new RankSample(0, 0), tenth.sameShareOf(0));
    assertEquals(new RankSample(3, 3), new RankSample(9, 9).sameShareOf(3));
  }

  @Test
  void hugeNumbersAreExact() {
    long rows = (1L << 40) + 3;
    long taken = (1L << 39) + 7;
    long first = (1L << 39) + 11;
    List<BlockRef> cut = new RankSample(taken, rows).cut(List.of(block(0, first, 100)));
    BitSet expected = new BitSet();
    for (int row = 0; row < 100; row++) {
      expected.set(row, below(first + row + 1, taken, rows) > below(first + row, taken, rows));
    }
    assertEquals(expected, BitSet.valueOf(cut.get(0).getSelected().duplicate()));
    assertEquals(below(first, taken, rows), cut.get(0).getFirstRank());
  }

  private static long below(long rank, long taken, long rows) {
    return BigInteger.valueOf(rank)
        .multiply(BigInteger.valueOf(taken))
        .divide(BigInteger.valueOf(rows))
        .longValueExact();
  }

  @Test
  void moreRowsThanThereAreIsNoSample() {
    assertEquals(
        "a sample of 3 of 2 rows",
        assertThrows(IllegalArgumentException.class, () -> new RankSample(3, 2)).getMessage());
  }
}
