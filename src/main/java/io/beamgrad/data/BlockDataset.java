package io.beamgrad.data;

import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnScaling;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.RowBatch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A split's rows, read from blocks through a {@link BlockCache}: row {@code i} is the one of global
 * rank {@code firstRank + i}. Features are encoded on the way, targets that are classes become
 * their index.
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
        long rank = firstRank + rowNumbers[i];
        int block = blockOf(rank);
        Object[] values = leases.rows(block).values();
        int row = (int) (rank - firstRanks[block]);
        if (encoder.isSparse()) {
          encoder.encodeSparse(values, row, to.sparseInputs());
          to.sparseInputs().endRow();
        } else {
          encoder.encodeInputs(values, row, to.inputs(), i * encoder.inputWidth());
        }
        encoder.encodeTargets(values, row, to.targets(), i * encoder.targetWidth());
        if (encoder.isWeighted()) {
          to.weights()[i] = encoder.weight(values, row);
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
