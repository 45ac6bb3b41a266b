package io.beamgrad.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rows of bytes that stand for numbers, such as the pixels of images, {@code (rows, ...rowShape)}.
 * Products with them take time for what is not zero: of each band of {@link #BAND} rows the columns
 * are listed in which any of them has another number, and the band's numbers there. The arrays grow
 * as needed and are used again after {@link #resize}; what lies behind the last entry means nothing.
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
   * but for the sign of a zero, and as if a zero times an infinite number were zero.
   *
   * <p>{@code [batch, in] x [out, in] transposed + [out] -> [batch, out]}
   */
  public Tensor linear(Tensor weight, Tensor bias) {
    return ByteOps.linear(this, weight, bias);
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
      makeRoom(starts[band] + width);
      int first = band * BAND * width;
      starts[band + 1] =
          list(bytes, first, width, numbers, skipsZeros, columns, values, starts[band]);
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
   * Lists the entries of a band whose first byte is at {@code from}.
   *
   * @param start where its first entry goes
   * @return behind its last entry
   */
  private static int list(
      byte[] bytes,
      int from,
      int width,
      float[] numbers,
      boolean skipsZeros,
      int[] columns,
      float[] values,
      int start) {
    if (numbers.length != NUMBERS) {
      throw new IllegalStateException(); // tells C2 that no byte is out of range
    }
    int at = start;
    int row1 = from + width;
    int row2 = row1 + width;
    int row3 = row2 + width;
    int column = 0;
    for (; column + Long.BYTES <= width; column += Long.BYTES) {
      long eight0 = (long) EIGHT.get(bytes, from + column);
      long eight1 = (long) EIGHT.get(bytes, row1 + column);
      long eight2 = (long) EIGHT.get(bytes, row2 + column);
      long eight3 = (long) EIGHT.get(bytes, row3 + column);
      long any = skipsZeros ? eight0 | eight1 | eight2 | eight3 : -1;
      for (int bit = 0; bit < Long.SIZE && any != 0; bit += Byte.SIZE) {
        columns[at] = column + bit / Byte.SIZE;
        values[BAND * at] = numbers[(int) (eight0 >>> bit) & 0xff];
        values[BAND * at + 1] = numbers[(int) (eight1 >>> bit) & 0xff];
        values[BAND * at + 2] = numbers[(int) (eight2 >>> bit) & 0xff];
        values[BAND * at + 3] = numbers[(int) (eight3 >>> bit) & 0xff];
        at += ((int) (any >>> bit) & 0xff) == 0 ? 0 : 1; // else it is written over
      }
    }
    for (; column < width; column++) {
      columns[at] = column;
      values[BAND * at] = numbers[bytes[from + column] & 0xff];
      values[BAND * at + 1] = numbers[bytes[row1 + column] & 0xff];
      values[BAND * at + 2] = numbers[bytes[row2 + column] & 0xff];
      values[BAND * at + 3] = numbers[bytes[row3 + column] & 0xff];
      at++;
    }
    return at;
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
