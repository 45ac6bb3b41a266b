package io.beamgrad.data.shuffle;

import io.beamgrad.data.split.KeyShares;
import io.beamgrad.data.split.RowOrder;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.schema.BlockRows;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.Split;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows of one bucket of the shuffle, sorted by their hashes and cut into blocks; where they
 * have keys, by the hash of the key, the key, and then by their own hashes. Ties are broken by the
 * rows' identities, so that the order in which rows arrive does not matter.
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
  private final List<PackedRows> chunks;
  private final BlockBuilder builder;
  private final int[] chunkOf; // (rows), as they arrived
  private final int[] rowOf; // (rows), as they arrived
  private final int[] order; // (rows), sorted
  private final @Nullable SortedKeys keys; // of all rows; null where rows have none

  private SortedBucket(
      Iterable<Chunk> arrived, List<Column> columns, int keyColumn, long seed, int blockRows) {
    this.seed = seed;
    this.blockRows = blockRows;
    this.chunks = new ArrayList<>();
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
    keys = keyColumn < 0 ? null : new SortedKeys(chunks, columns, keyColumn);
    sort();
    builder = new BlockBuilder(chunks, columns);
  }

  /** Some of the rows of another. */
  private SortedBucket(SortedBucket other, int[] order) {
    this.seed = other.seed;
    this.blockRows = other.blockRows;
    this.chunks = other.chunks;
    this.builder = other.builder;
    this.chunkOf = other.chunkOf;
    this.rowOf = other.rowOf;
    this.order = order;
    this.keys = null;
  }

  /** Sorts the rows of all chunks of one bucket, to be cut into blocks of {@code blockRows}. */
  public static SortedBucket of(
      Iterable<Chunk> chunks, List<Column> columns, long seed, int blockRows) {
    return new SortedBucket(chunks, columns, -1, seed, blockRows);
  }

  /**
   * The same, but the rows of each key are together.
   *
   * @param keyColumn the index of the column of the keys, of texts; -1 for none
   */
  public static SortedBucket byKey(
      Iterable<Chunk> chunks, List<Column> columns, int keyColumn, long seed, int blockRows) {
    return new SortedBucket(chunks, columns, keyColumn, seed, blockRows);
  }

  /** The rows of each split, in the same order, as the rows of each key are dealt out. */
  public Map<Split, SortedBucket> deal(SplitRule rule) {
    KeyShares shares = new KeyShares(rule, seed);
    Map<Split, int[]> dealt = new EnumMap<>(Split.class);
    Map<Split, Integer> counts = new EnumMap<>(Split.class);
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION, Split.TEST)) {
      dealt.put(split, new int[order.length]);
      counts.put(split, 0);
    }
    for (int key = 0; key < keys.count(); key++) {
      int at = keys.start(key);
      KeyShares.Rows rows = shares.of(keys.hash(key), keys.start(key + 1) - at);
      at = deal(at, rows.validation(), Split.VALIDATION, dealt, counts);
      at = deal(at, rows.test(), Split.TEST, dealt, counts);
      deal(at, rows.train(), Split.TRAIN, dealt, counts);
    }
    Map<Split, SortedBucket> splits = new EnumMap<>(Split.class);
    dealt.forEach(
        (split, rows) ->
            splits.put(split, new SortedBucket(this, Arrays.copyOf(rows, counts.get(split)))));
    return splits;
  }

  /** Deals the next rows out, and gives where those that are left begin. */
  private int deal(
      int at, int rows, Split split, Map<Split, int[]> dealt, Map<Split, Integer> counts) {
    System.arraycopy(order, at, dealt.get(split), counts.get(split), rows);
    counts.merge(split, rows, Integer::sum);
    return at + rows;
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

  /** Puts the rows of each key in their place first, and sorts them there. */
  private void sort() {
    HashOrder byHash = new HashOrder(hashes(), this::compareIdentities);
    long[] sorted = new long[order.length];
    if (keys == null) {
      Arrays.setAll(sorted, byHash::key);
      byHash.sort(sorted, 0, order.length, order);
      return;
    }
    int[] next = keys.starts();
    for (int i = 0; i < sorted.length; i++) {
      sorted[next[keys.ofRow(i)]++] = byHash.key(i);
    }
    for (int key = 0; key < keys.count(); key++) {
      byHash.sort(sorted, keys.start(key), keys.start(key + 1), order);
    }
  }

  private long[] hashes() {
    long[] hashes = new long[order.length];
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
    }
    return hashes;
  }

  private int compareIdentities(int a, int b) {
    PackedRows ofA = chunks.get(chunkOf[a]);
    PackedRows ofB = chunks.get(chunkOf[b]);
    int byFile = ofA.file(rowOf[a]).compareTo(ofB.file(rowOf[b]));
    return byFile != 0 ? byFile : Long.compare(ofA.record(rowOf[a]), ofB.record(rowOf[b]));
  }
}
