package io.beamgrad.data.shuffle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.data.split.RowOrder;
import io.beamgrad.schema.BlockRows;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SortedBucketTest {
  private static final long SEED = 7;

  @Test
  void ordersRowsByTheirUnsignedHash() {
    List<String> names = names(List.of(range("a", 0, 500), range("b", 0, 300)), SEED, 64);
    List<String> expected = new ArrayList<>(names);
    expected.sort(Comparator.comparing(SortedBucketTest::hash, Long::compareUnsigned));
    assertEquals(800, names.size());
    assertEquals(expected, names);
  }

  private static long hash(String name) {
    String[] parts = name.split("#");
    return RowOrder.of(SEED, parts[0]).hash(Long.parseLong(parts[1]));
  }

  @Test
  void theOrderOfChunksAndTheSizeOfBlocksDoNotShow() {
    List<Chunk> chunks =
        new ArrayList<>(List.of(range("a", 0, 40), range("b", 0, 30), range("a", 40, 90)));
    SortedBucket first = SortedBucket.of(chunks, Rows.COLUMNS, SEED, 16);
    Collections.reverse(chunks);
    SortedBucket second = SortedBucket.of(chunks, Rows.COLUMNS, SEED, 1000);
    assertEquals(names(first), names(second));
    assertEquals(contentHash(first), contentHash(second));
    assertEquals(8, first.blocks());
    assertEquals(1, second.blocks());
  }

  @Test
  void theSeedDecidesTheOrder() {
    List<Chunk> chunks = List.of(range("a", 0, 50));
    assertNotEquals(names(chunks, 1, 64), names(chunks, 2, 64));
  }

  @Test
  void theContentHashSeesEveryValueAndIdentity() {
    long hash = contentHash(range("a", 0, 50));
    assertNotEquals(hash, contentHash(range("b", 0, 50)));
    ChunkRows changed = new ChunkRows(Rows.COLUMNS, 1);
    for (long record = 0; record < 50; record++) {
      changed.add("a", record, Rows.row(record, record / 4f + (record == 30 ? 1 : 0)), 0);
    }
    assertNotEquals(hash, contentHash(changed.build()));
  }

  @Test
  void arraysDoNotGrowWithTheNumberOfBlocksThatHaveWideNumbers() {
    List<Column> column = List.of(Columns.feature("x", ColumnType.FLOATS, List.of()));
    ChunkRows rows = new ChunkRows(column, 640);
    for (int i = 0; i < 640; i++) {
      rows.add("a", i, Rows.block(column, (Object) new Object[] {i + 0.1}), 0);
    }
    SortedBucket bucket = SortedBucket.of(List.of(rows.build()), column, SEED, 16);
    assertEquals(40, bucket.blocks());
    for (int block = 0; block < bucket.blocks(); block++) {
      assertEquals(16, bucket.block(block).rows().getRows());
    }
  }

  /** A wide number in another chunk, or in a chunk of its own, does not show in other blocks. */
  @Test
  void blocksAreAsWideAsTheirOwnNumbersHoweverChunksAreCut() {
    List<Column> column = List.of(Columns.feature("x", ColumnType.FLOATS, List.of()));
    List<ColumnBlock> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Object number = i / 4.0;
      if (i == 30 || i == 31) {
        number = i == 30 ? 1_767_261_600_100L : (1L << 53) + 1;
      }
      rows.add(Rows.block(column, (Object) new Object[] {number}));
    }
    List<SortedBucket> buckets = new ArrayList<>();
    for (int size : new int[] {1, 7, 60}) {
      List<Chunk> chunks = new ArrayList<>();
      for (int from = 0; from < 60; from += size) {
        ChunkRows chunk = new ChunkRows(column, 1);
        for (int i = from; i < Math.min(60, from + size); i++) {
          chunk.add("f", i, rows.get(i), 0);
        }
        chunks.add(chunk.build());
      }
      buckets.add(SortedBucket.of(chunks, column, SEED, 5));
    }
    TreeSet<Integer> widths = new TreeSet<>();
    for (int block = 0; block < 12; block++) {
      BlockRows expected = buckets.get(0).block(block).rows();
      for (SortedBucket bucket : buckets) {
        assertEquals(expected, bucket.block(block).rows());
        assertEquals(buckets.get(0).block(block).contentHash(), bucket.block(block).contentHash());
      }
      widths.add(expected.getColumns().get(0).getValues().remaining() / 5);
    }
    assertEquals(List.of(4, 8, 10), List.copyOf(widths));
  }

  private static List<String> names(List<Chunk> chunks, long seed, int blockRows) {
    return names(SortedBucket.of(chunks, Rows.COLUMNS, seed, blockRows));
  }

  private static List<String> names(SortedBucket bucket) {
    return Rows.names(
        IntStream.range(0, bucket.blocks()).mapToObj(i -> bucket.block(i).rows()).toList());
  }

  private static long contentHash(Chunk chunk) {
    return contentHash(SortedBucket.of(List.of(chunk), Rows.COLUMNS, SEED, 9));
  }

  private static long contentHash(SortedBucket bucket) {
    return IntStream.range(0, bucket.blocks()).mapToLong(i -> bucket.block(i).contentHash()).sum();
  }

  private static Chunk range(String file, long from, long to) {
    return Rows.chunk(file, LongStream.range(from, to).toArray());
  }
}
