package io.beamgrad.data.rows;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A column of numbers in float32, or booleans as 0 and 1; a missing value is NaN. */
public final class FloatsColumn extends RawColumn {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  FloatsColumn(Column column) {
    super(column, Float.BYTES);
  }

  /** A column of some rows, with one number in each. */
  public FloatsColumn(int rows) {
    this(Columns.feature("numbers", ColumnType.FLOATS, List.of()));
    reserve(rows);
  }

  private float value(int index) {
    return (float) FLOAT.get(data(), index * Float.BYTES);
  }

  @Override
  void setMissing(int row) {
    for (int i = row * width(); i < (row + 1) * width(); i++) {
      setNumber(i, Double.NaN);
    }
  }

  @Override
  public boolean isMissing(int index) {
    return Float.isNaN(value(index));
  }

  @Override
  public void setNumber(int index, double value) {
    FLOAT.set(data(), index * Float.BYTES, (float) value);
  }

  @Override
  public double number(int index) {
    return value(index);
  }

  /** The value as text: a boolean as true or false, a whole number without a point. */
  @Override
  public @Nullable String text(int index) {
    float number = value(index);
    if (Float.isNaN(number)) {
      return null;
    }
    if (column().getKind() == ValueKind.BOOLEAN) {
      return number == 0 ? "false" : "true";
    }
    return number == Math.rint(number) && Math.abs(number) < 1e9f
        ? Long.toString((long) number)
        : Float.toString(number);
  }

  @Override
  long hash(int row, long seed) {
    long hash = seed;
    for (int i = row * width(); i < (row + 1) * width(); i++) {
      hash = Xxh64.hash(hash, Float.floatToIntBits(value(i)), hash);
    }
    return hash;
  }
}
