package io.beamgrad.learner;

import io.beamgrad.data.encoding.BlockEncoder;
import io.beamgrad.data.encoding.EncodedRows;
import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.BytesColumn;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RowOrigin;
import io.beamgrad.data.shuffle.BlockCache;
import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.data.shuffle.EncodedBlocks;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.RowBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * A split's rows, which are encoded once for each time that a block comes into a {@link
 * BlockCache}: row {@code i} is the one of rank {@code i}. Targets that are classes become their
 * index.
 */
public final class BlockDataset implements Dataset {

  private final BlockRef[] blocks; // in order of rank
  private final long[] firstRanks; // (blocks)
  private final long rows;
  private final Encoding encoding;
  private final BlockCache.Block[] cached; // (blocks)
  private final BlockEncoder encoder;
  private final RowEncoder shapes;
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
    EncodedBlocks encoded = new EncodedBlocks(encoding);
    this.cached =
        Arrays.stream(this.blocks)
            .map(block -> BlockCache.Block.of(block, encoded))
            .toArray(BlockCache.Block[]::new);
    this.encoder = encoded.encoder();
    this.shapes = encoder.rowEncoder();
    this.cache = cache;
  }

  @Override
  public long size() {
    return rows;
  }

  @Override
  public int[] inputShape() {
    return shapes.inputShape();
  }

  @Override
  public int[] targetShape() {
    return encoding.labels().isEmpty() ? new int[] {shapes.targetWidth()} : new int[0];
  }

  @Override
  public boolean isSparse() {
    return shapes.isSparse();
  }

  @Override
  public float[] numbersOfBytes() {
    return encoder.hasImages() && !shapes.isSparse() ? shapes.numbersOfBytes() : null;
  }

  @Override
  public boolean isWeighted() {
    return shapes.isWeighted();
  }

  @Override
  public void copyRows(long[] rowNumbers, int count, RowBatch to) {
    Leases taken = spare.poll();
    Leases leases = taken == null ? new Leases() : taken;
    try {
      for (int i = 0; i < count; i++) {
        int block = blockOf(rowNumbers[i]);
        copyRow(leases.rows(block), (int) (rowNumbers[i] - firstRanks[block]), i, to);
      }
    } finally {
      leases.release();
      spare.offer(leases);
    }
  }

  private void copyRow(EncodedRows from, int row, int i, RowBatch to) {
    if (shapes.isSparse()) {
      encoder.copySparse(from, row, to.sparseInputs());
      to.sparseInputs().endRow();
    } else if (to.byteInputs() != null) {
      byte[] bytes = ((BytesColumn) from.images().column(0)).values();
      int width = shapes.inputWidth();
      System.arraycopy(bytes, row * width, to.byteInputs().bytes(), i * width, width);
    } else {
      encoder.copyInputs(from, row, to.inputs(), i * shapes.inputWidth());
    }
    int width = shapes.targetWidth();
    System.arraycopy(from.targets(), row * width, to.targets(), i * width, width);
    if (shapes.isWeighted()) {
      to.weights()[i] = from.weights()[row];
    }
  }

  /** The blocks of one batch. */
  private final class Leases {
    private final BlockCache.Lease[] byBlock = new BlockCache.Lease[blocks.length];
    private int[] held = new int[16];
    private int count;

    EncodedRows rows(int block) {
      if (byBlock[block] == null) {
        if (count == held.length) {
          held = Arrays.copyOf(held, 2 * count);
        }
        byBlock[block] = cache.acquire(cached[block]);
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
    ColumnBlock spare = new ColumnBlock(encoding.columns(), 0);
    long row = 0;
    long end = Math.min(rows, most);
    while (row < end) {
      if (Thread.interrupted()) {
        throw new InterruptedException("looking at the rows was interrupted");
      }
      int block = blockOf(row);
      int from = (int) (row - firstRanks[block]);
      int to = (int) Math.min(blocks[block].getRows(), from + end - row);
      useRaw(block, spare, rows -> sink.accept(rows, from, to));
      row += to - from;
    }
  }

  /**
   * Reads a block as it is; one of images is in the cache as such.
   *
   * @param spare is filled again
   */
  private void useRaw(int block, ColumnBlock spare, Consumer<ColumnBlock> use) {
    if (!encoder.hasImages()) {
      BlockStore.read(blocks[block], spare);
      use.accept(spare);
      return;
    }
    BlockCache.Lease lease = cache.acquire(cached[block]);
    try {
      use.accept(Objects.requireNonNull(lease.rows().images()));
    } finally {
      cache.release(lease);
    }
  }

  /**
   * Gives the first rows of the split encoded, in their order: those of a block, and how many of
   * them.
   *
   * @param most how many rows at the most
   */
  void scanEncoded(long most, ObjIntConsumer<EncodedRows> sink) throws InterruptedException {
    for (int b = 0; b < blocks.length && firstRanks[b] < most; b++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("looking at the rows was interrupted");
      }
      BlockCache.Lease lease = cache.acquire(cached[b]);
      try {
        sink.accept(lease.rows(), (int) Math.min(blocks[b].getRows(), most - firstRanks[b]));
      } finally {
        cache.release(lease);
      }
    }
  }

  /** Some rows as they are in the blocks, of which each is read once. */
  ColumnBlock raw(long[] rowNumbers) {
    ColumnBlock raw = new ColumnBlock(encoding.columns(), rowNumbers.length);
    ColumnBlock spare = new ColumnBlock(encoding.columns(), 0);
    SortedMap<Integer, List<Integer>> byBlock = new TreeMap<>();
    for (int i = 0; i < rowNumbers.length; i++) {
      byBlock.computeIfAbsent(blockOf(rowNumbers[i]), block -> new ArrayList<>()).add(i);
    }
    byBlock.forEach(
        (block, wanted) ->
            useRaw(
                block,
                spare,
                rows -> {
                  for (int i : wanted) {
                    raw.copy(i, rows, (int) (rowNumbers[i] - firstRanks[block]));
                  }
                }));
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
      cache.readAhead(cached[block]);
    }
  }

  private int blockOf(long rank) {
    int at = Arrays.binarySearch(firstRanks, rank);
    return at >= 0 ? at : -at - 2;
  }
}
