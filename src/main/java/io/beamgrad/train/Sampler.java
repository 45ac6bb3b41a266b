package io.beamgrad.train;

/** Which rows an epoch has, and in which order; the epoch's number decides it, never its caller. */
public interface Sampler {

  /** The rows of an epoch, each given once. */
  interface RowOrder {
    /**
     * Fills {@code rows} with up to {@code count} next rows from index 0; how many, 0 at the end.
     */
    int next(long[] rows, int count);
  }

  /** The number of rows of an epoch. */
  long size();

  /** The rows of an epoch from its first on. */
  RowOrder order(int epoch);

  /**
   * A fresh random order each epoch.
   *
   * @param fullPermutationRows up to this size, rows are permuted as a whole; above it as {@link
   *     RunSampler} does, in a buffer of about this size
   */
  static Sampler shuffled(long size, long seed, long fullPermutationRows) {
    if (size <= fullPermutationRows) {
      return new RandomSampler(size, seed);
    }
    long bufferRuns = Math.max(1, fullPermutationRows / RunSampler.RUN_ROWS);
    return new RunSampler(size, seed, RunSampler.RUN_ROWS, Math.toIntExact(bufferRuns));
  }
}
