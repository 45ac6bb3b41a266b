package io.beamgrad.train;

/** Rows 0, 1, ... in each epoch. */
public final class SequentialSampler implements Sampler {

  private static final int AHEAD_ROWS = 8192;

  private final long size;

  public SequentialSampler(long size) {
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public RowOrder order(int epoch) {
    return new RowOrder() {
      private long next;
      private long announced;

      @Override
      public int next(long[] rows, int count) {
        int filled = (int) Math.min(count, size - next);
        for (int i = 0; i < filled; i++) {
          rows[i] = next++;
        }
        return filled;
      }

      @Override
      public void announceTo(Dataset dataset) {
        long until = Math.min(size, next + AHEAD_ROWS);
        if (until - announced >= AHEAD_ROWS / 2 || (until == size && announced < until)) {
          dataset.willNeed(announced, until);
          announced = until;
        }
      }
    };
  }
}
