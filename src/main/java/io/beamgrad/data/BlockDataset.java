package io.beamgrad.data;

import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnScaling;
import io.beamgrad.train.Dataset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A split's rows, read from blocks through a {@link BlockCache}: row {@code i} is the one of global
 * rank {@code firstRank + i}. Features are scaled on the way, targets that are classes become their
 * index.
 */
public final class BlockDataset implements Dataset {

  /** What makes numbers of the raw columns. */
  public record Encoding(List<Column> columns, List<ColumnScaling> scaling, List<String> labels) {}

  private final BlockRef[] blocks; // in order of rank
  private final long[] firstRanks; // (blocks)
  private final long firstRank;
  private final long rows;
  private final Encoding encoding;
  private final RowEncoder encoder;
  private final BlockCache cache;
  private final ConcurrentLinkedQueue<Leases> spare = new ConcurrentLinkedQueue<>();

  /**
   * @param blocks at least those that hold the ranks, in any order
   * @param fromInclusive the split's first rank
   * @param toExclusive the end of the split's ranks
   */
  public BlockDataset(
      List<BlockRef> blocks,
      long fromInclusive,
      long toExclusive,
      Encoding encoding,
      BlockCache cache) {
    this.blocks =
        blocks.stream()
            .sorted(Comparator.comparingLong(BlockRef::getFirstRank))
            .toArray(BlockRef[]::new);
    this.firstRanks = Arrays.stream(this.blocks).mapToLong(BlockRef::getFirstRank).toArray();
    this.firstRank = fromInclusive;
    this.rows = toExclusive - fromInclusive;
    this.encoding = encoding;
    this.encoder = new RowEncoder(encoding);
    this.cache = cache;
  }

  private static int width(List<Column> columns, boolean target) {
    return used(columns, target).stream().mapToInt(ColumnLayout::valuesPerRow).sum();
  }

  private static List<Column> used(List<Column> columns, boolean target) {
    return target ? Columns.targets(columns) : Columns.features(columns);
  }

  @Override
  public long size() {
    return rows;
  }

  @Override
  public int[] inputShape() {
    return shape(encoding.columns, false);
  }

  @Override
  public int[] targetShape() {
    return encoding.labels.isEmpty() ? shape(encoding.columns, true) : new int[0];
  }

  /** The shape of the only feature (or target) column, or of the columns' numbers side by side. */
  public static int[] shape(List<Column> columns, boolean target) {
    List<Column> used = used(columns, target);
    if (used.size() == 1 && !used.get(0).getShape().isEmpty()) {
      return used.get(0).getShape().stream().mapToInt(Integer::intValue).toArray();
    }
    return new int[] {width(used, target)};
  }

  @Override
  public void copyRows(long[] rowNumbers, int count, float[] inputs, float[] targets) {
    Leases taken = spare.poll();
    Leases leases = taken == null ? new Leases() : taken;
    try {
      for (int i = 0; i < count; i++) {
        long rank = firstRank + rowNumbers[i];
        int block = blockOf(rank);
        Object[] values = leases.rows(block).values();
        int row = (int) (rank - firstRanks[block]);
        encoder.encodeInputs(values, row, inputs, i * encoder.inputWidth());
        encoder.encodeTargets(values, row, targets, i * encoder.targetWidth());
      }
    } finally {
      leases.release();
      spare.offer(leases);
    }
  }

  /** The blocks of one batch. */
  private final class Leases {
    private final BlockCache.Lease[] byBlock = new BlockCache.Lease[blocks.length];
    private int[] held = new int[16];
    private int count;

    BlockRows rows(int block) {
      if (byBlock[block] == null) {
        if (count == held.length) {
          held = Arrays.copyOf(held, 2 * count);
        }
        byBlock[block] = cache.acquire(blocks[block], encoding.columns);
        held[count++] = block;
      }
      return byBlock[block].rows();
    }

    void release() {
      for (int i = 0; i < count; i++) {
        cache.release(byBlock[held[i]]);
        byBlock[held[i]] = null;
      }
      count = 0;
    }
  }

  /** Takes the rows of one block, or a part of them. */
  @FunctionalInterface
  interface RangeSink {

    /**
     * @param values of each column, row-major; not to be kept
     */
    void accept(Object[] values, int fromInclusive, int toExclusive);
  }

  /**
   * Gives the first rows of the split as they are in the blocks, in their order.
   *
   * @param most how many at the most
   */
  void scan(long most, RangeSink sink) throws InterruptedException {
    long row = 0;
    long end = Math.min(rows, most);
    while (row < end) {
      if (Thread.interrupted()) {
        throw new InterruptedException("looking at the rows was interrupted");
      }
      int block = blockOf(firstRank + row);
      int from = (int) (firstRank + row - firstRanks[block]);
      int to = (int) Math.min(blocks[block].getRows(), from + end - row);
      BlockCache.Lease lease = cache.acquire(blocks[block], encoding.columns);
      try {
        sink.accept(lease.rows().values(), from, to);
      } finally {
        cache.release(lease);
      }
      row += to - from;
    }
  }

  /** Some rows as they are in the blocks. */
  RawRows raw(long[] rowNumbers) {
    RawRows raw = new RawRows(encoding.columns, rowNumbers.length);
    for (int i = 0; i < rowNumbers.length; i++) {
      long rank = firstRank + rowNumbers[i];
      int block = blockOf(rank);
      BlockCache.Lease lease = cache.acquire(blocks[block], encoding.columns);
      try {
        raw.set(i, lease.rows().values(), (int) (rank - firstRanks[block]));
      } finally {
        cache.release(lease);
      }
    }
    return raw;
  }

  /** Where a row comes from. */
  Place place(long rowNumber) {
    long rank = firstRank + rowNumber;
    int block = blockOf(rank);
    return BlockStore.place(blocks[block], (int) (rank - firstRanks[block]));
  }

  Encoding encoding() {
    return encoding;
  }

  @Override
  public void willNeed(long fromInclusive, long toExclusive) {
    int last = blockOf(firstRank + toExclusive - 1);
    for (int block = blockOf(firstRank + fromInclusive); block <= last; block++) {
      cache.readAhead(blocks[block], encoding.columns);
    }
  }

  private int blockOf(long rank) {
    int at = Arrays.binarySearch(firstRanks, rank);
    return at >= 0 ? at : -at - 2;
  }
}
