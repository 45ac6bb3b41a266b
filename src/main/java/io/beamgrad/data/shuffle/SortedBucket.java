package io.beamgrad.data.shuffle;

import io.beamgrad.data.split.RowOrder;
import io.beamgrad.schema.BlockRows;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows of one bucket of the shuffle, sorted by their hashes and cut into blocks. Ties are
 * broken by the rows' identities, so that the order in which rows arrive does not matter.
 */
public final class SortedBucket {

  /**
   * A block of the rows.
   *
   * @param contentHash the sum modulo 2^64 of the hashes of the rows, which cover their identities
   * @param parts of the rows as folds are dealt, int16 little-endian; null where they are not known
   */
  public record Block(BlockRows rows, long contentHash, @Nullable ByteBuffer parts) {}

  private final long seed;
  private final int blockRows;
  private final List<PackedRows> chunks = new ArrayList<>();
  private final BlockBuilder builder;
  private final int[] chunkOf; // (rows), as they arrived
  private final int[] rowOf; // (rows), as they arrived
  private final int[] order; // (rows), sorted

  private SortedBucket(Iterable<Chunk> arrived, List<Column> columns, long seed, int blockRows) {
    this.seed = seed;
    this.blockRows = blockRows;
    arrived.forEach(chunk -> chunks.add(new PackedRows(chunk)));
    int rows = chunks.stream().mapToInt(PackedRows::rows).reduce(0, Math::addExact);
    chunkOf = new int[rows];
    rowOf = new int[rows];
    order = new int[rows];
    int i = 0;
    for (int c = 0; c < chunks.size(); c++) {
      for (int row = 0; row < chunks.get(c).rows(); row++, i++) {
        chunkOf[i] = c;
        rowOf[i] = row;
      }
    }
    sort();
    builder = new BlockBuilder(chunks, columns);
  }

  /** Sorts the rows of all chunks of one bucket, to be cut into blocks of {@code blockRows}. */
  public static SortedBucket of(
      Iterable<Chunk> chunks, List<Column> columns, long seed, int blockRows) {
    return new SortedBucket(chunks, columns, seed, blockRows);
  }

  /** The seed that the rows are in order by. */
  long seed() {
    return seed;
  }

  /** The number of blocks. */
  public int blocks() {
    return (order.length + blockRows - 1) / blockRows;
  }

  /** A copy of the rows of one block, in order. */
  public Block block(int number) {
    int from = number * blockRows;
    int to = Math.min(order.length, from + blockRows);
    int[] chunk = new int[to - from];
    int[] row = new int[to - from];
    for (int i = from; i < to; i++) {
      chunk[i - from] = chunkOf[order[i]];
      row[i - from] = rowOf[order[i]];
    }
    return builder.block(chunk, row);
  }

  /**
   * Sorts longs of the hash's upper half and the row's index, for which a primitive sort is fast;
   * runs of equal upper halves, which are rare, are then sorted by the whole key.
   */
  private void sort() {
    long[] hashes = new long[order.length];
    long[] keys = new long[order.length];
    String orderedFile = null;
    RowOrder rowOrder = null;
    for (int i = 0; i < hashes.length; i++) {
      PackedRows chunk = chunks.get(chunkOf[i]);
      String file = chunk.file(rowOf[i]);
      if (!file.equals(orderedFile)) {
        orderedFile = file;
        rowOrder = RowOrder.of(seed, file);
      }
      hashes[i] = rowOrder.hash(chunk.record(rowOf[i]));
      // Flipping the top bit makes the signed sort an unsigned one.
      keys[i] = ((hashes[i] >>> 32 << 32) ^ Long.MIN_VALUE) | i;
    }
    Arrays.sort(keys);
    for (int from = 0, to; from < keys.length; from = to) {
      to = from + 1;
      order[from] = (int) keys[from];
      while (to < keys.length && keys[to] >>> 32 == keys[from] >>> 32) {
        order[to] = (int) keys[to];
        to++;
      }
      if (to > from + 1) {
        sortByWholeKey(from, to, hashes);
      }
    }
  }

  private void sortByWholeKey(int from, int to, long[] hashes) {
    Comparator<Integer> byWholeKey =
        Comparator.<Integer, Long>comparing(i -> hashes[i], Long::compareUnsigned)
            .thenComparing(i -> chunks.get(chunkOf[i]).file(rowOf[i]))
            .thenComparing(i -> chunks.get(chunkOf[i]).record(rowOf[i]));
    int[] sorted =
        Arrays.stream(order, from, to).boxed().sorted(byWholeKey).mapToInt(i -> i).toArray();
    System.arraycopy(sorted, 0, order, from, sorted.length);
  }
}
