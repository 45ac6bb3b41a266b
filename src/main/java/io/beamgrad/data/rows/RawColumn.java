package io.beamgrad.data.rows;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The raw values of one column in some rows, {@code (rows, ...shape)}, row after row. Each {@link
 * io.beamgrad.schema.ColumnType} has a class, whose methods do all that depends on the type. Arrays
 * are filled again and again; elements behind the last row have no meaning. Safe for several
 * threads while none writes.
 *
 * <p>An index counts values: the first value of a row has {@code row * width()}.
 */
public abstract sealed class RawColumn permits BytesColumn, FloatsColumn, LongsColumn, TextsColumn {
  static final ByteBuffer NO_TEXTS = ByteBuffer.allocate(0);

  private final Column column;
  private final int width;
  private int bytesPerRow;
  private byte[] data = {}; // (at least rows, bytesPerRow), encoded as in a block

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

  /** Says how many bytes a value takes from now on. */
  final void setBytesPerValue(int bytes) {
    bytesPerRow = Math.multiplyExact(bytes, width);
  }

  /** A column without rows. */
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

  /** How many values a row has. */
  public final int width() {
    return width;
  }

  /**
   * How many bytes a row takes in blocks; all rows of a column take the same, as a text is stored
   * as its index.
   */
  public final int bytesPerRow() {
    return bytesPerRow;
  }

  /** The memory that the values take, approximately. */
  public long bytes() {
    return data.length;
  }

  /** Makes room for so many rows; the rows of the column stay. */
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

  /** Moves some rows, whose numbers ascend, to the front. */
  final void keep(int[] rows) {
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(data, rows[i] * bytesPerRow, data, i * bytesPerRow, bytesPerRow);
    }
  }

  /** Makes all values of a row missing. */
  abstract void setMissing(int row);

  public abstract boolean isMissing(int index);

  /**
   * Sets a value to a number, which is rounded to the column's type; FLOATS round as {@link
   * NumberPrecision#kept} says.
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

  /** What {@link #number} leaves of a whole number that no double holds; otherwise 0. */
  public int rest(int index) {
    return 0;
  }

  /** A value as text; null where it is missing. */
  public abstract @Nullable String text(int index);

  /**
   * A value as text for a person: on one line, and cut where it is long; empty where it is missing.
   */
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

  /** XXH64 of each value of a row, seeded with the hash of the values before it. */
  public abstract long hash(int row, long seed);

  /** The bytes that {@link #pack} takes for a row at most, without those of a text. */
  abstract int packedBytes();

  /** Packs a row, whose bytes depend on its values alone. There is room but for a text. */
  abstract void pack(int row, RowBytes to);

  /** Forgets what the rows were. */
  void clear() {}

  /**
   * Sets the next row to a packed one; texts are only there after {@link #finish}.
   *
   * @return where the packed row ends
   */
  abstract int unpack(int row, byte[] packed, int at);

  /** Where a packed row ends. */
  abstract int packedEnd(byte[] packed, int at);

  /**
   * Ends the unpacking of rows, and updates the hash of each: XXH64 of its bytes, with the hash so
   * far for its seed.
   */
  void finish(long[] hashes) {
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = Xxh64.hash(data, i * bytesPerRow, (i + 1) * bytesPerRow, hashes[i]);
    }
  }

  /**
   * The hash of what the values of a row are, seeded with the hash of the values before them. How a
   * source writes them makes no difference: numbers count by value, dates by their instant, texts
   * without the blanks around them.
   */
  public long contentHash(int row, long seed) {
    return hash(row, seed);
  }

  /** Encodes a copy of the first rows for a block. */
  public ColumnValues encode(int rows) {
    return new ColumnValues(ByteBuffer.wrap(Arrays.copyOf(data, rows * bytesPerRow)), NO_TEXTS);
  }

  /**
   * Replaces the rows by those of a block.
   *
   * @throws IOException where the block has another number of rows, or texts outside of its
   *     dictionary
   */
  public final void decode(ByteBuffer values, ByteBuffer dictionary, int rows) throws IOException {
    prepare(values.remaining(), rows);
    requireRows(values, rows);
    reserve(rows);
    values.duplicate().get(data, 0, values.remaining());
    setDictionary(dictionary, rows);
  }

  /**
   * Replaces the rows by those of a block. The array may be shared with the block, so nobody may
   * write to it afterwards.
   */
  public final void share(ColumnValues encoded, int rows) throws IOException {
    ByteBuffer values = encoded.getValues();
    if (values.hasArray() && values.arrayOffset() == 0 && values.position() == 0) {
      prepare(values.remaining(), rows);
      requireRows(values, rows);
      data = values.array();
      setDictionary(encoded.getDictionary(), rows);
    } else {
      decode(values, encoded.getDictionary(), rows);
    }
  }

  /** Prepares for so many rows of a block, which take so many bytes. */
  void prepare(int bytes, int rows) {}

  /** Sets the dictionary of the rows' texts. */
  void setDictionary(ByteBuffer dictionary, int rows) throws IOException {}

  private void requireRows(ByteBuffer values, int rows) throws IOException {
    long expected = (long) rows * bytesPerRow;
    if (values.remaining() != expected) {
      throw new IOException(
          "column '%s' has %s bytes, expected %s for %s rows"
              .formatted(column.getName(), values.remaining(), expected, rows));
    }
  }
}
