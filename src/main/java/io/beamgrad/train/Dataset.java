package io.beamgrad.train;

/**
 * Rows of inputs and targets that are reached by number, as {@code torch.utils.data.Dataset}, but a
 * batch at a time. Safe for use by several threads at once.
 */
public interface Dataset {

  /** The number of rows. */
  long size();

  /** The shape of one row's input, such as {@code [28, 28]}. */
  int[] inputShape();

  /** The shape of one row's target: {@code []} for a class, {@code [2]} for two numbers. */
  int[] targetShape();

  /** Whether inputs are given as {@link RowBatch#sparseInputs}: of each row what is not zero. */
  default boolean isSparse() {
    return false;
  }

  /**
   * What each byte stands for, {@code (256)}, where inputs are given as {@link
   * RowBatch#byteInputs}; null where they are not. The same in each call.
   */
  default float[] numbersOfBytes() {
    return null;
  }

  /** Whether each row has a weight: what it counts in a mean of losses, finite and at least 0. */
  default boolean isWeighted() {
    return false;
  }

  /**
   * Copies rows, one after the other.
   *
   * @param rows row numbers from 0 to {@code size() - 1}; the first {@code count} are read
   * @param to resized to {@code count} rows of this data set; all its arrays are filled from index
   *     0, the bytes of byte inputs too, and to sparse inputs each row is added
   */
  void copyRows(long[] rows, int count, RowBatch to);

  /**
   * Says that rows will be asked for soon, in whatever order, so that they can be fetched ahead.
   *
   * @param fromInclusive below {@code toExclusive}
   */
  default void willNeed(long fromInclusive, long toExclusive) {}
}
