package io.beamgrad.train;

/** Which rows an epoch has, and in which order; the epoch's number decides it, never its caller. */
public interface Sampler {

  /** The rows of an epoch, each given once. */
  interface RowOrder {
    /**
     * Fills {@code rows} with up to {@code count} next rows from index 0; how many, 0 at the end.
     */
    int next(long[] rows, int count);

    /** Tells a data set, once for each, which rows will be given soon, where that is known. */
    default void announceTo(Dataset dataset) {}
  }

  /** The number of rows of an epoch. */
  long size();

  /** The rows of an epoch from its first on. */
  RowOrder order(int epoch);
}
