package io.beamgrad.data.rows;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing array of rows that columns {@link RawColumn#pack} one after the other. Numbers are
 * little-endian. After each {@link #reserve} the room of a row without its texts is left.
 */
public final class RowBytes {
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final int rowRoom;
  private byte[] bytes;
  private int size;

  /**
   * @param expected how many bytes at first
   * @param rowRoom the bytes that a row takes at most, without its texts
   */
  public RowBytes(int expected, int rowRoom) {
    this.rowRoom = rowRoom;
    this.bytes = new byte[Math.max(expected, rowRoom)];
  }

  /** How many bytes there are. */
  public int size() {
    return size;
  }

  /** The array, whose bytes up to {@link #size} are filled. */
  public byte[] array() {
    return bytes;
  }

  /** Makes room for so many bytes, and for the rest of a row behind them. */
  public void reserve(int more) {
    int needed = Math.addExact(Math.addExact(size, more), rowRoom);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(2L * bytes.length, 1 << 30)));
    }
  }

  /** Leaves out so many bytes, to be set later, and gives where they are. */
  public int skip(int count) {
    int at = size;
    size += count;
    return at;
  }

  /** Sets four bytes. */
  public void setInt(int at, int value) {
    INT.set(bytes, at, value);
  }

  /** Sets eight bytes. */
  public void setLong(int at, long value) {
    LONG.set(bytes, at, value);
  }

  void put(byte[] from, int at, int count) {
    System.arraycopy(from, at, bytes, size, count);
    size += count;
  }

  void putByte(int value) {
    bytes[size++] = (byte) value;
  }
}
