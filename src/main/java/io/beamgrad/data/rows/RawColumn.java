package io.beamgrad.data.rows;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The values of one column in some rows, as the source had them: {@code (rows, ...shape)}, row
 * after row. There is a class for each {@link io.beamgrad.schema.ColumnType}, and all that depends
 * on the type is a method of it. Arrays are filled again and again; what lies behind the last row
 * means nothing. Safe for use by several threads while nobody writes.
 *
 * <p>An index is that of a value: {@code row * width()} for the first one of a row.
 */
public abstract sealed class RawColumn permits BytesColumn, FloatsColumn, LongsColumn, TextsColumn {
  private final Column column;
  private final int width;
  private final int bytesPerRow;
  private byte[] data = {}; // (at least rows, bytesPerRow), as a chunk has it

  RawColumn(Column column, int bytesPerValue) {
    this.column = column;
    this.width = ColumnLayout.valuesPerRow(column);
    this.bytesPerRow = Math.multiplyExact(bytesPerValue, width);
  }

  final byte[] data() {
    return data;
  }

  final void setData(byte[] newData) {
    data = newData;
  }

  /** Without rows. */
  public static RawColumn of(Column column) {
    return switch (column.getType()) {
      case BYTES -> new BytesColumn(column);
      case FLOATS -> new FloatsColumn(column);
      case LONGS -> new LongsColumn(column);
      case STRINGS -> new TextsColumn(column);
    };
  }

  public final Column column() {
    return column;
  }

  /** The values of one row. */
  public final int width() {
    return width;
  }

  /** The bytes of one row in chunks and blocks: the same for all rows, as a text is an index. */
  public final int bytesPerRow() {
    return bytesPerRow;
  }

  /** About the memory that the values take. */
  public long bytes() {
    return data.length;
  }

  /** Makes room for so many rows; those that there are stay. */
  public void reserve(int rows) {
    int bytes = Math.multiplyExact(rows, bytesPerRow);
    if (data.length < bytes) {
      data = Arrays.copyOf(data, bytes);
    }
  }

  /** Copies a row of a column of the same type and shape. */
  public void copy(int row, RawColumn from, int fromRow) {
    System.arraycopy(from.data, fromRow * bytesPerRow, data, row * bytesPerRow, bytesPerRow);
  }

  /** Makes all values of a row missing. */
  abstract void setMissing(int row);

  public abstract boolean isMissing(int index);

  /**
   * Sets a value to a number, which is rounded to what the type can keep.
   *
   * @throws IllegalStateException for texts
   */
  public abstract void setNumber(int index, double value);

  /**
   * A value as a number, NaN where it is missing.
   *
   * @throws IllegalStateException for texts
   */
  public abstract double number(int index);

  /** A value as text; null where it is missing. */
  public abstract @Nullable String text(int index);

  /** A value as a person reads it, on one line and cut; empty where it is missing. */
  public final String shown(int index) {
    String text = text(index);
    return text == null ? "" : RejectText.onOneLine(RejectText.cut(text));
  }

  /** Computes {@code to[at + i] = (number(from + i) - shift) / scale} in float32. */
  public void scale(int from, int count, float[] to, int at, float shift, float scale) {
    for (int i = 0; i < count; i++) {
      to[at + i] = ((float) number(from + i) - shift) / scale;
    }
  }

  /** XXH64 of each value of a row, with the hash of what came before for its seed. */
  abstract long hash(int row, long seed);

  /** The first rows as a chunk has them, whose array it is: it must not be written to any more. */
  public ColumnValues encode(int rows) {
    return new ColumnValues(ByteBuffer.wrap(data, 0, rows * bytesPerRow), List.of());
  }

  /**
   * Takes the rows of a chunk in place of those that there are.
   *
   * @throws IOException where it has not so many rows, or texts that are not there
   */
  public final void decode(ByteBuffer values, List<String> dictionary, int rows)
      throws IOException {
    requireRows(values, rows);
    reserve(rows);
    values.duplicate().get(data, 0, values.remaining());
    setDictionary(dictionary, rows);
  }

  /** Takes the rows of a chunk, and its array where it can: nobody may write to it. */
  public final void share(ColumnValues encoded, int rows) throws IOException {
    ByteBuffer values = encoded.getValues();
    if (values.hasArray() && values.arrayOffset() == 0 && values.position() == 0) {
      requireRows(values, rows);
      data = values.array();
      setDictionary(encoded.getDictionary(), rows);
    } else {
      decode(values, encoded.getDictionary(), rows);
    }
  }

  /** Takes the texts of the rows that are there. */
  void setDictionary(List<String> dictionary, int rows) throws IOException {}

  private void requireRows(ByteBuffer values, int rows) throws IOException {
    long expected = (long) rows * bytesPerRow;
    if (values.remaining() != expected) {
      throw new IOException(
          "column '%s' has %d bytes, expected %d for %d rows"
              .formatted(column.getName(), values.remaining(), expected, rows));
    }
  }

  /** Adds each row to its hash: XXH64 of its bytes, with the hash so far for the seed. */
  public void addToHashes(long[] hashes) {
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = Xxh64.hash(data, i * bytesPerRow, (i + 1) * bytesPerRow, hashes[i]);
    }
  }

  /** Gives copies of rows of several columns. For one thread at a time. */
  @FunctionalInterface
  public interface Gatherer {

    /**
     * @param partOf {@code (rows)}: for each row the column that has it
     * @param rowOf {@code (rows)}: and its place there
     */
    RawColumn rows(int[] partOf, int[] rowOf);
  }

  /** What gathers rows of some columns, of the same type and shape as this one. */
  public Gatherer gatherer(List<RawColumn> parts) {
    RawColumn[] from = parts.toArray(RawColumn[]::new);
    return (partOf, rowOf) -> {
      RawColumn to = of(column);
      to.reserve(rowOf.length);
      for (int i = 0; i < rowOf.length; i++) {
        to.copy(i, from[partOf[i]], rowOf[i]);
      }
      return to;
    };
  }
}
