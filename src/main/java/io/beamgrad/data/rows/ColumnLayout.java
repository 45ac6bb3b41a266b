package io.beamgrad.data.rows;

import io.beamgrad.schema.Column;
import java.util.List;

/** The sizes of rows in chunks and blocks. */
public final class ColumnLayout {
  private ColumnLayout() {}

  /** The number of values of one row: the product of the column's shape. */
  public static int valuesPerRow(Column column) {
    int values = 1;
    for (int size : column.getShape()) {
      values = Math.multiplyExact(values, size);
    }
    return values;
  }

  /** The bytes of one row in all columns, its identity included. */
  public static int bytesPerRow(List<Column> columns) {
    int bytes = Integer.BYTES + Long.BYTES;
    for (Column column : columns) {
      bytes = Math.addExact(bytes, RawColumn.of(column).bytesPerRow());
    }
    return bytes;
  }
}
