package io.beamgrad.data.rows;

import io.beamgrad.data.shuffle.ChunkRows;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

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
  public static List<String> names(List<Chunk> chunks) {
    List<String> names = new ArrayList<>();
    for (Chunk chunk : chunks) {
      ChunkRows rows = ChunkRows.of(chunk, COLUMNS);
      for (int i = 0; i < rows.rows(); i++) {
        long record = rows.record(i);
        long hash = 3;
        for (int c = 0; c < COLUMNS.size(); c++) {
          hash = rows.column(c).hash(i, hash);
        }
        if (hash != row(record).hash(0)) {
          throw new AssertionError("row " + record + " has the values of another");
        }
        names.add(rows.file(i) + "#" + record);
      }
    }
    return names;
  }
}
