package io.beamgrad.train;

import io.beamgrad.tensor.Generator;

/**
 * All rows in a nearly random order whose memory is bounded, after CorgiPile (Xu et al., arXiv
 * 2206.05830). Runs of consecutive rows are permuted; as many runs as the buffer holds are then
 * shuffled together, row by row. Afresh for each epoch.
 *
 * <p>At any time the rows given lie in at most one buffer's runs, so that few blocks are read at
 * once.
 */
public final class BlockShuffleSampler implements Sampler {

  private final long size;
  private final long seed;
  private final int runRows;
  private final int bufferRuns;
  private final int runs;

  /**
   * A sampler of rows 0 to {@code size - 1}.
   *
   * @param runRows consecutive rows that stay in one buffer
   * @param bufferRuns runs that are shuffled together
   */
  public BlockShuffleSampler(long size, long seed, int runRows, int bufferRuns) {
    if (size < 0 || runRows < 1 || bufferRuns < 1) {
      throw new IllegalArgumentException(
          "BlockShuffleSampler: cannot order "
              + size
              + " rows in runs of "
              + runRows
              + ", "
              + bufferRuns
              + " to a buffer");
    }
    this.size = size;
    this.seed = seed;
    this.runRows = runRows;
    this.bufferRuns = bufferRuns;
    this.runs = Math.toIntExact((size + runRows - 1) / runRows);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public RowOrder order(int epoch) {
    return new BufferedOrder(epoch);
  }

  private final class BufferedOrder implements RowOrder {
    private final int epoch;
    private final long[] runOrder;
    private final long[] buffer =
        new long[Math.toIntExact(Math.min(size, (long) runRows * bufferRuns))];
    private int nextRun;
    private int announcedRuns;
    private int filled;
    private int next;

    BufferedOrder(int epoch) {
      this.epoch = epoch;
      this.runOrder = RandomSampler.permutation(runs, seed, "runs", epoch);
    }

    @Override
    public int next(long[] rows, int count) {
      int given = 0;
      while (given < count) {
        if (next == filled && !fill()) {
          break;
        }
        int some = Math.min(count - given, filled - next);
        System.arraycopy(buffer, next, rows, given, some);
        next += some;
        given += some;
      }
      return given;
    }

    /** The runs of the buffer that comes after the one at work; at first those of the first. */
    @Override
    public void announceTo(Dataset dataset) {
      int until = (int) Math.min(runs, (long) nextRun + bufferRuns);
      for (; announcedRuns < until; announcedRuns++) {
        long row = runOrder[announcedRuns] * runRows;
        dataset.willNeed(row, Math.min(size, row + runRows));
      }
    }

    private boolean fill() {
      filled = 0;
      next = 0;
      int first = nextRun;
      for (; nextRun < runs && nextRun - first < bufferRuns; nextRun++) {
        long row = runOrder[nextRun] * runRows;
        for (long end = Math.min(size, row + runRows); row < end; row++) {
          buffer[filled++] = row;
        }
      }
      Generator.derive(seed, "buffer", epoch, first).shuffle(buffer, 0, filled);
      return filled > 0;
    }
  }
}
