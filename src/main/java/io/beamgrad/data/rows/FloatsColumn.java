package io.beamgrad.data.rows;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A column of numbers, or booleans as 0 and 1; a missing value is NaN. A value takes four bytes as
 * a float32 until one of the column needs more, as {@link NumberPrecision} has it: then all take
 * eight as a float64, or ten where a rest of sixteen bits follows. Equal rows have equal hashes
 * whatever else is in their columns.
 */
public final class FloatsColumn extends RawColumn {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int WITH_REST = Double.BYTES + Short.BYTES;

  private int size = Float.BYTES; // of a value

  FloatsColumn(Column column) {
    super(column, Float.BYTES);
  }

  /** A column of some rows, with one number in each. */
  public FloatsColumn(int rows) {
    this(Columns.feature("numbers", ColumnType.FLOATS, List.of()));
    reserve(rows);
  }

  @Override
  void setMissing(int row) {
    for (int i = row * width(); i < (row + 1) * width(); i++) {
      setNumber(i, Double.NaN);
    }
  }

  @Override
  public boolean isMissing(int index) {
    return Double.isNaN(number(index));
  }

  @Override
  public void setNumber(int index, double value) {
    set(index, NumberPrecision.kept(value), 0);
  }

  /** Sets a value to the sum of a double and the rest of a whole number. */
  void set(int index, double value, int rest) {
    int needed = size(value, rest);
    if (needed > size) {
      widen(needed);
    }
    put(data(), index * size, size, value, rest);
  }

  /** Whether values take more than four bytes, so that some may be no float32 or have a rest. */
  public boolean isWide() {
    return size > Float.BYTES;
  }

  private static int size(double value, int rest) {
    if (rest != 0) {
      return WITH_REST;
    }
    return NumberPrecision.isFloat(value) ? Float.BYTES : Double.BYTES;
  }

  private static void put(byte[] to, int at, int size, double value, int rest) {
    if (size == Float.BYTES) {
      FLOAT.set(to, at, (float) value);
      return;
    }
    DOUBLE.set(to, at, value);
    if (size == WITH_REST) {
      SHORT.set(to, at + Double.BYTES, (short) rest);
    }
  }

  private void widen(int newSize) {
    int values = data().length / size;
    byte[] wide = new byte[Math.multiplyExact(values, newSize)];
    for (int i = 0; i < values; i++) {
      put(wide, i * newSize, newSize, number(i), rest(i));
    }
    setSize(newSize);
    setData(wide);
  }

  private void setSize(int newSize) {
    size = newSize;
    setBytesPerValue(newSize);
  }

  @Override
  public double number(int index) {
    return number(data(), index * size, size);
  }

  @Override
  public int rest(int index) {
    return rest(data(), index * size, size);
  }

  private static double number(byte[] from, int at, int size) {
    return size == Float.BYTES ? (float) FLOAT.get(from, at) : (double) DOUBLE.get(from, at);
  }

  private static int rest(byte[] from, int at, int size) {
    return size == WITH_REST ? (short) SHORT.get(from, at + Double.BYTES) : 0;
  }

  @Override
  public void copy(int row, RawColumn from, int fromRow) {
    FloatsColumn other = (FloatsColumn) from;
    if (size == Float.BYTES && other.size == Float.BYTES) {
      super.copy(row, from, fromRow);
      return;
    }
    for (int i = 0; i < width(); i++) {
      int index = fromRow * width() + i;
      set(row * width() + i, other.number(index), other.rest(index));
    }
  }

  /** The sizes of blocks say how wide their values are. */
  @Override
  void prepare(int bytes, int rows) {
    for (int each : new int[] {Float.BYTES, Double.BYTES, WITH_REST}) {
      if ((long) rows * width() * each == bytes) {
        setSize(each);
        return;
      }
    }
  }

  /**
   * The value as text: a boolean as true or false, a whole number within 64 bits by its digits,
   * another one by its shortest decimal.
   */
  @Override
  public @Nullable String text(int index) {
    double number = number(index);
    if (Double.isNaN(number)) {
      return null;
    }
    if (column().getKind() == ValueKind.BOOLEAN) {
      return number == 0 ? "false" : "true";
    }
    if (number == Math.rint(number) && Math.abs(number) <= 0x1p63) {
      return Long.toString(NumberPrecision.whole(number, rest(index)));
    }
    return NumberPrecision.isFloat(number)
        ? FloatToDecimal.toString((float) number)
        : DoubleToDecimal.toString(number);
  }

  /** The two zeros are one number. */
  @Override
  public long contentHash(int row, long seed) {
    long hash = seed;
    for (int i = row * width(); i < (row + 1) * width(); i++) {
      hash = Xxh64.hash(Double.doubleToLongBits(number(i) + 0.0), rest(i), hash);
    }
    return hash;
  }

  @Override
  public long hash(int row, long seed) {
    long hash = seed;
    for (int i = row * width(); i < (row + 1) * width(); i++) {
      double value = number(i);
      hash =
          NumberPrecision.isFloat(value) && rest(i) == 0
              ? Xxh64.hash(hash, Float.floatToIntBits((float) value), hash)
              : Xxh64.hash(Double.doubleToLongBits(value), rest(i), hash);
    }
    return hash;
  }

  @Override
  void clear() {
    if (size != Float.BYTES) {
      setData(new byte[0]); // or the array would grow with each block that has a wide number
    }
    setSize(Float.BYTES);
  }

  @Override
  int packedBytes() {
    return 1 + WITH_REST * width();
  }

  /** The bytes of a value that needs most of them, and then all values in as many. */
  @Override
  void pack(int row, RowBytes to) {
    int needed = size(row);
    to.putByte(needed);
    if (needed == size) {
      to.put(data(), row * bytesPerRow(), bytesPerRow());
      return;
    }
    int at = to.skip(needed * width());
    putRow(row, to.array(), at, needed);
  }

  private void putRow(int row, byte[] to, int at, int newSize) {
    int first = row * width();
    for (int i = 0; i < width(); i++) {
      put(to, at + i * newSize, newSize, number(first + i), rest(first + i));
    }
  }

  /** How many bytes the values of a row need. */
  private int size(int row) {
    int needed = Float.BYTES;
    if (size > needed) {
      for (int i = row * width(); i < (row + 1) * width(); i++) {
        needed = Math.max(needed, size(number(i), rest(i)));
      }
    }
    return needed;
  }

  @Override
  int packedEnd(byte[] packed, int at) {
    return at + 1 + packed[at] * width();
  }

  @Override
  int unpack(int row, byte[] packed, int at) {
    int rowSize = packed[at];
    int from = at + 1;
    if (rowSize > size) {
      widen(rowSize);
    }
    if (rowSize == size) {
      System.arraycopy(packed, from, data(), row * bytesPerRow(), bytesPerRow());
    } else {
      int to = row * bytesPerRow();
      for (int i = 0; i < width(); i++) {
        int value = from + i * rowSize;
        put(
            data(),
            to + i * size,
            size,
            number(packed, value, rowSize),
            rest(packed, value, rowSize));
      }
    }
    return from + rowSize * width();
  }

  /** The bytes of a row are those that it has in a column that is as wide as the row needs. */
  @Override
  void finish(long[] hashes) {
    if (size == Float.BYTES) {
      super.finish(hashes);
      return;
    }
    byte[] bytes = new byte[WITH_REST * width()];
    for (int row = 0; row < hashes.length; row++) {
      int needed = size(row);
      putRow(row, bytes, 0, needed);
      hashes[row] = Xxh64.hash(bytes, 0, needed * width(), hashes[row]);
    }
  }
}
