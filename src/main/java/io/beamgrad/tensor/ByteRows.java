package io.beamgrad.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rows of bytes that stand for numbers, such as the pixels of images, {@code (rows, ...rowShape)}.
 * Products with them take time for what is not zero: of each band of {@link #BAND} rows the columns
 * are listed in which any of them has another number, and the band's numbers there. The arrays grow
 * as needed and are used again after {@link #resize}; what lies behind the last entry means
 * nothing.
 */
public final class ByteRows {

  /** The rows of a band; those that the last band lacks are zeros. */
  static final int BAND = 4;

  private static final int NUMBERS = 256;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final int[] rowShape;
  private final int width;
  private final float[] numbers; // (256)
  private final boolean skipsZeros; // the byte 0 is the number 0
  private byte[] bytes = new byte[0]; // (at least rows, padded to bands, width)
  private int rows;
  private boolean listed = true;
  private int[] starts = {0}; // (bands + 1): where a band's entries begin
  private int[] columns = new int[0]; // (entries)
  private float[] values = new float[0]; // (entries, BAND)

  /**
   * No rows.
   *
   * @param numbers {@code (256)}: what each byte stands for
   */
  public ByteRows(int[] rowShape, float[] numbers) {
    if (numbers.length != NUMBERS) {
      throw new IllegalArgumentException(
          "ByteRows: expected numbers of 256 bytes, found " + numbers.length);
    }
    this.rowShape = rowShape.clone();
    this.width = Shape.elements(rowShape);
    this.numbers = numbers.clone();
    this.skipsZeros = numbers[0] == 0f;
  }

  /** Makes room for exactly so many rows, whose bytes are to be written then. */
  public void resize(int newRows) {
    rows = newRows;
    int size = bands() * BAND * width;
    if (bytes.length < size) {
      bytes = new byte[size];
    }
    listed = false;
  }

  /** {@code (at least rows, width)}, to be written after {@link #resize} and before all else. */
  public byte[] bytes() {
    return bytes;
  }

  public int rows() {
    return rows;
  }

  /** Whether a row is a vector. */
  public boolean isFlat() {
    return rowShape.length == 1;
  }

  /** The number of columns. */
  public int width() {
    return width;
  }

  /** The numbers of all rows, {@code (rows, width)}. */
  public void copyTo(float[] to) {
    for (int i = 0; i < rows * width; i++) {
      to[i] = numbers[bytes[i] & 0xff];
    }
  }

  /** Becomes the same rows as others, whose arrays it has then, without copying. */
  public void setData(ByteRows other) {
    if (other.width != width) {
      throw new IllegalArgumentException(
          "setData: rows of %s columns, expected %s".formatted(other.width, width));
    }
    other.list();
    rows = other.rows;
    bytes = other.bytes;
    starts = other.starts;
    columns = other.columns;
    values = other.values;
    listed = true;
  }

  // Operations, whose graph begins here: the rows are data and have no gradient

  /**
   * A fully connected layer in one operation, as {@link Tensor#linear} of the numbers to the bit,
   * but for the sign of a zero, and for zeros times infinite numbers, some of which are left out.
   *
   * <p>{@code [batch, in] x [out, in] transposed + [out] -> [batch, out]}
   */
  public Tensor linear(Tensor weight, Tensor bias) {
    return linear(weight, bias, 1f);
  }

  /** The same with a factor of the products, as {@link Tensor#linear(Tensor, Tensor, float)}. */
  public Tensor linear(Tensor weight, Tensor bias, float factor) {
    return ByteOps.linear(this, weight, bias, factor);
  }

  /** The numbers, {@code [rows, ...rowShape]}. */
  public Tensor toDense() {
    return ByteOps.toDense(this, rowShape);
  }

  /** Lists what is not zero, where that is not done yet. */
  public void list() {
    if (listed) {
      return;
    }
    int bands = bands();
    if (starts.length <= bands) {
      starts = new int[bands + 1];
    }
    Arrays.fill(bytes, rows * width, bands * BAND * width, (byte) 0);
    for (int band = 0; band < bands; band++) {
      int start = starts[band];
      makeRoom(start + width + 1);
      int first = band * BAND * width;
      int end = listColumns(bytes, first, width, skipsZeros, columns, start);
      copyNumbers(bytes, first, width, columns, start, end, numbers, values);
      starts[band + 1] = end;
    }
    if (!skipsZeros) {
      clearLastRows(bands);
    }
    listed = true;
  }

  private void makeRoom(int size) {
    if (size > columns.length) {
      int longer = Math.max(size, 2 * columns.length);
      columns = Arrays.copyOf(columns, longer);
      values = Arrays.copyOf(values, BAND * longer);
    }
  }

  /**
   * Lists the columns of a band whose first byte is at {@code from}. Without branches in an eight,
   * which would be hard to predict.
   *
   * @param start where the first one goes; as many as there are columns have room
   * @return behind the last one
   */
  private static int listColumns(
      byte[] bytes, int from, int width, boolean skipsZeros, int[] columns, int start) {
    int at = start;
    int column = 0;
    for (; column + Long.BYTES <= width; column += Long.BYTES) {
      long any = -1;
      if (skipsZeros) {
        any = (long) EIGHT.get(bytes, from + column);
        any |= (long) EIGHT.get(bytes, from + width + column);
        any |= (long) EIGHT.get(bytes, from + 2 * width + column);
        any |= (long) EIGHT.get(bytes, from + 3 * width + column);
      }
      if (any != 0) {
        for (int i = 0; i < Long.BYTES; i++) {
          columns[at] = column + i; // is written over where nothing is there
          at += (any & 0xff) == 0 ? 0 : 1;
          any >>>= Byte.SIZE;
        }
      }
    }
    for (; column < width; column++) {
      columns[at++] = column;
    }
    return at;
  }

  /** Enters the numbers of a band, whose first byte is at {@code row0}, in the listed columns. */
  private static void copyNumbers(
      byte[] bytes,
      int row0,
      int width,
      int[] columns,
      int start,
      int end,
      float[] numbers,
      float[] values) {
    if (numbers.length != NUMBERS) {
      throw new IllegalStateException(); // tells C2 that no byte is out of range
    }
    int row1 = row0 + width;
    int row2 = row1 + width;
    int row3 = row2 + width;
    for (int at = start; at < end; at++) {
      int column = columns[at];
      values[BAND * at] = numbers[bytes[row0 + column] & 0xff];
      values[BAND * at + 1] = numbers[bytes[row1 + column] & 0xff];
      values[BAND * at + 2] = numbers[bytes[row2 + column] & 0xff];
      values[BAND * at + 3] = numbers[bytes[row3 + column] & 0xff];
    }
  }

  /** What no row has is zero, also where the byte 0 is not. */
  private void clearLastRows(int bands) {
    for (int row = rows; row < bands * BAND; row++) {
      for (int at = starts[bands - 1]; at < starts[bands]; at++) {
        values[BAND * at + row % BAND] = 0f;
      }
    }
  }

  int bands() {
    return (rows + BAND - 1) / BAND;
  }

  /** {@code (bands + 1)}: a band's entries are those from its element to the next one. */
  int[] starts() {
    return starts;
  }

  /** The column of each entry, ascending in a band. */
  int[] columns() {
    return columns;
  }

  /** {@code (entries, BAND)}. */
  float[] values() {
    return values;
  }
}
