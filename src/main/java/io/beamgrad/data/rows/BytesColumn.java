package io.beamgrad.data.rows;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.Column;
import io.beamgrad.tensor.Scaling;

/** A column of whole numbers from 0 to 255, which are never missing. */
public final class BytesColumn extends RawColumn {
  BytesColumn(Column column) {
    super(column, 1);
  }

  /** A column of these values, which are not copied. */
  public BytesColumn(Column column, byte[] values) {
    this(column);
    setData(values);
  }

  /** The values, {@code (at least rows, ...shape)}. */
  public byte[] values() {
    return data();
  }

  @Override
  void setMissing(int row) {
    throw new IllegalStateException(column().getName() + ": bytes are never missing");
  }

  @Override
  public boolean isMissing(int index) {
    return false;
  }

  @Override
  public void setNumber(int index, double value) {
    data()[index] = (byte) Math.rint(value);
  }

  @Override
  public double number(int index) {
    return data()[index] & 0xff;
  }

  @Override
  public String text(int index) {
    return Integer.toString(data()[index] & 0xff);
  }

  @Override
  public void scale(int from, int count, float[] to, int at, float shift, float scale) {
    Scaling.bytesToFloats(data(), from, to, at, count, shift, scale);
  }

  @Override
  public long hash(int row, long seed) {
    return Xxh64.hash(data(), row * width(), (row + 1) * width(), seed);
  }

  @Override
  int packedBytes() {
    return width();
  }

  @Override
  void pack(int row, RowBytes to) {
    to.put(data(), row * width(), width());
  }

  @Override
  int packedEnd(byte[] packed, int at) {
    return at + width();
  }

  @Override
  int unpack(int row, byte[] packed, int at) {
    System.arraycopy(packed, at, data(), row * width(), width());
    return at + width();
  }
}
