package io.beamgrad.data.encoding;

import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.schema.BooleanEncoding;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.TextEncoding;
import io.beamgrad.tensor.SparseRows;

/** Encodes the values of one feature column as model input. Safe for several threads. */
public interface ColumnEncoder {

  /** How many numbers encode one row. */
  int width();

  /** How many of a row's numbers can be nonzero; of texts, which have no bound, about how many. */
  default int mostNonZero() {
    return width();
  }

  /**
   * What each byte of the column is encoded as, {@code (256)}, where that is all there is to it;
   * null where it is not.
   */
  default float[] numbersOfBytes() {
    return null;
  }

  /** Writes the numbers of a row. */
  void encode(RawColumn values, int row, float[] to, int at);

  /** Writes the numbers of the first rows, those of the next row {@code stride} behind. */
  default void encodeRows(RawColumn values, int rows, float[] to, int at, int stride) {
    for (int row = 0; row < rows; row++) {
      encode(values, row, to, at + row * stride);
    }
  }

  /**
   * Adds the nonzero numbers of a row to a sparse row, in which this column's numbers begin at
   * {@code at}.
   */
  void encodeSparse(RawColumn values, int row, SparseRows to, int at);

  /**
   * The encoder of a column.
   *
   * @throws IllegalStateException where the encoding is of a kind that has none
   */
  static ColumnEncoder of(Column column, Object encoding) {
    if (encoding instanceof NumberEncoding number) {
      return new NumberEncoder(column, number);
    }
    if (encoding instanceof CategoryEncoding category) {
      return new CategoryEncoder(category);
    }
    if (encoding instanceof DateEncoding date) {
      return new DateEncoder(date);
    }
    if (encoding instanceof BooleanEncoding flag) {
      return new BooleanEncoder(flag);
    }
    if (encoding instanceof KeyEncoding key) {
      return new KeyEncoder(key);
    }
    if (encoding instanceof TextEncoding text) {
      return new TextEncoder(text);
    }
    throw new IllegalStateException(
        "ColumnEncoder has no code for the encoding " + encoding.getClass().getSimpleName());
  }
}
