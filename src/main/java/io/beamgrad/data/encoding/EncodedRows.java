package io.beamgrad.data.encoding;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.tensor.SparseRows;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Rows as a {@link BlockEncoder} encodes them, each part row-major, so that a row is copied as
 * input without computing anything again. The arrays are filled again and again; what lies behind
 * the last row means nothing. Safe for several threads while none writes.
 */
public final class EncodedRows {
  private int rows;
  private float[] numbers = {};
  private int[] categories = {};
  private @Nullable SparseRows texts;
  private float[] targets = {};
  private float[] weights = {};
  private NumberRange[] ranges = {};
  private @Nullable ColumnBlock images;

  /** Makes room for so many rows of a layout, whose parts are to be set. */
  public void resize(int newRows, RowLayout layout) {
    rows = newRows;
    numbers = withRoom(numbers, newRows * layout.numbers());
    targets = withRoom(targets, newRows * layout.targets());
    weights = withRoom(weights, newRows * layout.weights());
    if (categories.length < newRows * layout.categories()) {
      categories = new int[newRows * layout.categories()];
    }
  }

  private static float[] withRoom(float[] array, int length) {
    return array.length < length ? new float[length] : array;
  }

  public int rows() {
    return rows;
  }

  /** The numbers of the input that are stored as they are, {@code (rows, numbers)}. */
  public float[] numbers() {
    return numbers;
  }

  /**
   * The index in the input of each category's 1, {@code (rows, categories)}, ascending by row but
   * for {@link CategoryEncoder#NO_SLOT} where there is none.
   */
  public int[] categories() {
    return categories;
  }

  /**
   * The inputs of texts that are not 0: one row for each row of the first text column, then those
   * of the next one, {@code (texts * rows, inputs)}; null where there are no text columns.
   */
  public @Nullable SparseRows texts() {
    return texts;
  }

  /** Sets the inputs of texts. */
  public void setTexts(@Nullable SparseRows newTexts) {
    texts = newTexts;
  }

  /** The targets, {@code (rows, targets)}; a class is its index. */
  public float[] targets() {
    return targets;
  }

  /** The weights, {@code (rows)}; empty where rows have none. */
  public float[] weights() {
    return weights;
  }

  /** The range of the raw numbers of each feature, empty where it is not of such. */
  public NumberRange[] ranges() {
    return ranges;
  }

  public void setRanges(NumberRange[] newRanges) {
    ranges = newRanges;
  }

  /** The raw rows, where features are images, whose bytes stay as they are; else null. */
  public @Nullable ColumnBlock images() {
    return images;
  }

  void setImages(@Nullable ColumnBlock newImages) {
    images = newImages;
  }

  /** The memory that the rows take, approximately. */
  public long bytes() {
    return (images == null ? 0 : images.bytes())
        + (long) Float.BYTES * ((long) numbers.length + targets.length + weights.length)
        + (long) Integer.BYTES * categories.length
        + (texts == null ? 0 : texts.bytes());
  }
}
