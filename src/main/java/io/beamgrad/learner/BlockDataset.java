package io.beamgrad.learner;

import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RowOrigin;
import io.beamgrad.data.shuffle.BlockCache;
import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.RowBatch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A split's rows, read from blocks through a {@link BlockCache}: row {@code i} is the one of rank
 * {@code i}. Features are encoded on the way, targets that are classes become their index.
 */
public final class BlockDataset implements Dataset {

  private final BlockRef[] blocks; // in order of rank
  private final long[] firstRanks; // (blocks)
  private final long rows;
  private final Encoding encoding;
  private final RowEncoder encoder;
  private final BlockCache cache;
  private final ConcurrentLinkedQueue<Leases> spare = new ConcurrentLinkedQueue<>();

  /**
   * @param blocks all blocks of the split, in any order
   */
  public BlockDataset(List<BlockRef> blocks, Encoding encoding, BlockCache cache) {
    this.blocks =
        blocks.stream()
            .sorted(Comparator.comparingLong(BlockRef::getFirstRank))
            .toArray(BlockRef[]::new);
    this.firstRanks = Arrays.stream(this.blocks).mapToLong(BlockRef::getFirstRank).toArray();
    this.rows = blocks.stream().mapToLong(BlockRef::getRows).sum();
    this.encoding = encoding;
    this.encoder = new RowEncoder(encoding);
    this.cache = cache;
  }

  @Override
  public long size() {
    return rows;
  }

  @Override
  public int[] inputShape() {
    return encoder.inputShape();
  }

  @Override
  public int[] targetShape() {
    return encoding.labels().isEmpty() ? new int[] {encoder.targetWidth()} : new int[0];
  }

  @Override
  public boolean isSparse() {
    return encoder.isSparse();
  }

  @Override
  public boolean isWeighted() {
    return encoder.isWeighted();
  }

  @Override
  public void copyRows(long[] rowNumbers, int count, RowBatch to) {
    Leases taken = spare.poll();
    Leases leases = taken == null ? new Leases() : taken;
    try {
      for (int i = 0; i < count; i++) {
        int block = blockOf(rowNumbers[i]);
        ColumnBlock rows = leases.rows(block);
        int row = (int) (rowNumbers[i] - firstRanks[block]);
        if (encoder.isSparse()) {
          encoder.encodeSparse(rows, row, to.sparseInputs());
          to.sparseInputs().endRow();
        } else {
          encoder.encodeInputs(rows, row, to.inputs(), i * encoder.inputWidth());
        }
        encoder.encodeTargets(rows, row, to.targets(), i * encoder.targetWidth());
        if (encoder.isWeighted()) {
          to.weights()[i] = encoder.weight(rows, row);
        }
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

    ColumnBlock rows(int block) {
      if (byBlock[block] == null) {
        if (count == held.length) {
          held = Arrays.copyOf(held, 2 * count);
        }
        byBlock[block] = cache.acquire(blocks[block], encoding.columns());
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

    /** The block is not to be kept. */
    void accept(ColumnBlock block, int fromInclusive, int toExclusive);
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
      int block = blockOf(row);
      int from = (int) (row - firstRanks[block]);
      int to = (int) Math.min(blocks[block].getRows(), from + end - row);
      BlockCache.Lease lease = cache.acquire(blocks[block], encoding.columns());
      try {
        sink.accept(lease.rows(), from, to);
      } finally {
        cache.release(lease);
      }
      row += to - from;
    }
  }

  /** Some rows as they are in the blocks. */
  ColumnBlock raw(long[] rowNumbers) {
    ColumnBlock raw = new ColumnBlock(encoding.columns(), rowNumbers.length);
    for (int i = 0; i < rowNumbers.length; i++) {
      int block = blockOf(rowNumbers[i]);
      BlockCache.Lease lease = cache.acquire(blocks[block], encoding.columns());
      try {
        raw.copy(i, lease.rows(), (int) (rowNumbers[i] - firstRanks[block]));
      } finally {
        cache.release(lease);
      }
    }
    return raw;
  }

  /** Where a row comes from. */
  RowOrigin place(long rowNumber) {
    int block = blockOf(rowNumber);
    return BlockStore.place(blocks[block], (int) (rowNumber - firstRanks[block]));
  }

  Encoding encoding() {
    return encoding;
  }

  @Override
  public void willNeed(long fromInclusive, long toExclusive) {
    int last = blockOf(toExclusive - 1);
    for (int block = blockOf(fromInclusive); block <= last; block++) {
      cache.readAhead(blocks[block], encoding.columns());
    }
  }

  private int blockOf(long rank) {
    int at = Arrays.binarySearch(firstRanks, rank);
    return at >= 0 ? at : -at - 2;
  }
}
