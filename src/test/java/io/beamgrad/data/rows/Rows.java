package io.beamgrad.data.rows;

import io.beamgrad.data.shuffle.ChunkRows;
import io.beamgrad.data.shuffle.StoredRows;
import io.beamgrad.schema.BlockRows;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Small rows of every column type for tests; the values say which row it is. */
public final class Rows {
  public static final List<Column> COLUMNS =
      List.of(
          Columns.feature("image", ColumnType.BYTES, List.of(1, 2)),
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.target("class", ColumnType.STRINGS, List.of()));

  private Rows() {}

  public static ColumnBlock row(long record) {
    return row(record, record / 4f);
  }

  /** The row of a record with another number. */
  public static ColumnBlock row(long record, float x) {
    return block(
        COLUMNS,
        new byte[] {(byte) record, (byte) (record + 1)},
        new float[] {x},
        record % 2 == 0 ? "even" : "odd");
  }

  /**
   * Rows of columns.
   *
   * @param values of each column: an array of all rows, or a text of the only one
   */
  public static ColumnBlock block(List<Column> columns, Object... values) {
    RawColumn[] filled = new RawColumn[columns.size()];
    int rows = 0;
    for (int c = 0; c < filled.length; c++) {
      filled[c] = RawColumn.of(columns.get(c));
      boolean isArray = values[c] != null && values[c].getClass().isArray();
      rows = isArray ? Array.getLength(values[c]) / filled[c].width() : 1;
      filled[c].reserve(rows);
      for (int i = 0; i < rows * filled[c].width(); i++) {
        set(filled[c], i, isArray ? Array.get(values[c], i) : values[c], isArray);
      }
    }
    return ColumnBlock.of(rows, filled);
  }

  private static void set(RawColumn column, int i, Object value, boolean isOfBlock) {
    if (column instanceof LongsColumn times) {
      times.set(i, (long) value);
    } else if (column instanceof FloatsColumn numbers && value instanceof Long whole) {
      numbers.set(i, (double) whole, NumberPrecision.rest(whole));
    } else if (!(column instanceof TextsColumn texts)) {
      column.setNumber(
          i, value instanceof Byte small ? small & 0xff : ((Number) value).doubleValue());
    } else if (isOfBlock) {
      texts.put(i, (String) value);
    } else {
      texts.set(i, (String) value);
    }
  }

  /** The records of a file that a test names, in a chunk. */
  public static Chunk chunk(String file, long... records) {
    ChunkRows chunk = new ChunkRows(COLUMNS, 1);
    for (long record : records) {
      chunk.add(file, record, row(record), 0);
    }
    return chunk.build();
  }

  /** Each row as {@code file#record}, checked to have the values of that record. */
  public static List<String> names(List<BlockRows> blocks) {
    List<String> names = new ArrayList<>();
    for (BlockRows block : blocks) {
      StoredRows rows = StoredRows.of(block, COLUMNS);
      for (int i = 0; i < rows.values().rows(); i++) {
        long record = rows.origin(i).record();
        if (rows.values().hash(i) != row(record).hash(0)) {
          throw new AssertionError("row " + record + " has the values of another");
        }
        names.add(rows.origin(i).file() + "#" + record);
      }
    }
    return names;
  }

  /**
   * Rows of some columns, packed and unpacked.
   *
   * @param hashes updated for each row
   */
  static RawColumn repacked(List<RawColumn> parts, int[] partOf, int[] rowOf, long[] hashes) {
    ColumnBlock to = new ColumnBlock(List.of(parts.get(0).column()), 0);
    RowBytes packed = new RowBytes(0, to.packedBytes());
    int[] starts = new int[rowOf.length];
    for (int row = 0; row < starts.length; row++) {
      packed.reserve(0);
      starts[row] = packed.size();
      ColumnBlock.of(1, parts.get(partOf[row])).pack(rowOf[row], 1, packed);
    }
    to.beginPacked(starts.length);
    for (int row = 0; row < starts.length; row++) {
      to.unpack(row, packed.array(), starts[row]);
    }
    to.endPacked(hashes);
    return to.column(0);
  }

  /** Updates the hash of each row of a column as blocks do. */
  static void addToHashes(RawColumn column, long[] hashes) {
    int[] rows = IntStream.range(0, hashes.length).toArray();
    repacked(List.of(column), new int[rows.length], rows, hashes);
  }

  /** The entries of a dictionary. */
  static List<String> entries(TextsColumn texts) {
    return IntStream.range(0, texts.entries()).mapToObj(texts::entryText).toList();
  }
}
