package io.beamgrad.data.rows;

import io.beamgrad.schema.Column;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows in raw columns: the one row that a reader fills again and again, a block of the shuffle, or
 * a few rows to look at. Safe for several threads while none writes.
 */
public final class ColumnBlock {
  private final List<Column> columns;
  private final RawColumn[] values; // by column
  private int rows;

  /** A block of some rows, whose values are to be set. */
  public ColumnBlock(List<Column> columns, int rows) {
    this(columns, rows, columns.stream().map(RawColumn::of).toArray(RawColumn[]::new));
    reserve(rows);
    this.rows = rows;
  }

  private ColumnBlock(List<Column> columns, int rows, RawColumn[] values) {
    this.columns = columns;
    this.rows = rows;
    this.values = values;
  }

  /** A block of these columns, which are not copied. */
  public static ColumnBlock of(int rows, RawColumn... columns) {
    return new ColumnBlock(
        List.of(columns).stream().map(RawColumn::column).toList(), rows, columns);
  }

  public List<Column> columns() {
    return columns;
  }

  public int rows() {
    return rows;
  }

  public RawColumn column(int column) {
    return values[column];
  }

  /** The memory that the columns take, approximately. */
  public long bytes() {
    long bytes = 0;
    for (RawColumn column : values) {
      bytes += column.bytes();
    }
    return bytes;
  }

  /** Makes room for so many rows; the rows of the block stay. */
  public void reserve(int most) {
    for (RawColumn column : values) {
      column.reserve(most);
    }
  }

  /** Sets the number of rows. */
  public void setRows(int newRows) {
    rows = newRows;
  }

  /**
   * Keeps some of the rows alone.
   *
   * @param kept their numbers, ascending
   */
  public void keep(int[] kept) {
    for (RawColumn column : values) {
      column.keep(kept);
    }
    rows = kept.length;
  }

  /**
   * Copies a row.
   *
   * @param from a block whose first columns are those of this one
   */
  public void copy(int row, ColumnBlock from, int fromRow) {
    for (int c = 0; c < values.length; c++) {
      values[c].copy(row, from.values[c], fromRow);
    }
  }

  /**
   * A block of some of the columns, which are not copied.
   *
   * @param indexes the indexes of the columns
   */
  public ColumnBlock select(int[] indexes) {
    RawColumn[] some = new RawColumn[indexes.length];
    for (int c = 0; c < some.length; c++) {
      some[c] = values[indexes[c]];
    }
    return of(rows, some);
  }

  /**
   * A block of the same rows, with the values of one column permuted.
   *
   * @param from for each row the number of the row whose value it gets
   */
  public ColumnBlock withMoved(int column, int[] from) {
    RawColumn[] moved = values.clone();
    moved[column] = RawColumn.of(columns.get(column));
    moved[column].reserve(rows);
    for (int row = 0; row < rows; row++) {
      moved[column].copy(row, values[column], from[row]);
    }
    return new ColumnBlock(columns, rows, moved);
  }

  /** The bytes that {@link #pack} takes for a row at most, without those of its texts. */
  public int packedBytes() {
    int bytes = 0;
    for (RawColumn column : values) {
      bytes = Math.addExact(bytes, column.packedBytes());
    }
    return bytes;
  }

  /**
   * Packs the first columns of a row one after the other.
   *
   * @param to with room for them, but for texts
   */
  public void pack(int row, int mostColumns, RowBytes to) {
    for (int c = 0; c < mostColumns; c++) {
      values[c].pack(row, to);
    }
  }

  /** Begins to fill the block with so many packed rows, instead of those that it has. */
  public void beginPacked(int count) {
    rows = count;
    for (RawColumn column : values) {
      column.clear();
      column.reserve(count);
    }
  }

  /** Sets a row to a packed one, each in its turn. */
  public void unpack(int row, byte[] packed, int at) {
    int next = at;
    for (RawColumn column : values) {
      next = column.unpack(row, packed, next);
    }
  }

  /** Where a column begins in a packed row. */
  public int packedAt(byte[] packed, int at, int column) {
    int next = at;
    for (int c = 0; c < column; c++) {
      next = values[c].packedEnd(packed, next);
    }
    return next;
  }

  /**
   * Ends the filling, and updates the hash of each row: XXH64 of its values, each seeded with the
   * hash so far.
   */
  public void endPacked(long[] hashes) {
    for (RawColumn column : values) {
      column.finish(hashes);
    }
  }

  /**
   * A 64-bit hash of the values of a row, each by XXH64 with the hash so far for its seed. Equal
   * rows have equal hashes.
   */
  public long hash(int row) {
    long hash = values.length;
    for (RawColumn column : values) {
      hash = column.hash(row, hash);
    }
    return hash;
  }

  /** The hash of what the values of some columns in the first row are. */
  public long contentHash(int[] columns, long seed) {
    long hash = seed;
    for (int column : columns) {
      hash = values[column].contentHash(0, hash);
    }
    return hash;
  }

  /** The first values of a row's feature columns as text; empty where one is missing. */
  public List<String> shown(int row, int mostColumns) {
    List<String> text = new ArrayList<>();
    for (int c = 0; c < values.length && text.size() < mostColumns; c++) {
      if (Columns.isFeature(columns.get(c))) {
        text.add(value(c, row));
      }
    }
    return text;
  }

  /** The first value of a row in a column as text; of several values also their number. */
  public String value(int column, int row) {
    int width = values[column].width();
    String first = values[column].shown(row * width);
    return width == 1 ? first : "%s, ... (%s)".formatted(first, width);
  }
}
