package io.beamgrad.data.rows;

import io.beamgrad.schema.Column;
import java.util.ArrayList;
import java.util.List;

/** A few rows in raw columns, copied from wherever rows come from. */
public final class RawRows {
  private final List<Column> columns;
  private final int rows;
  private final Object[] values; // of each column, (rows, ...shape); texts as String[]
  private final Object[] encodable; // the same, texts as TextColumn; null until asked for

  public RawRows(List<Column> columns, int rows) {
    this.columns = columns;
    this.rows = rows;
    this.values = new Object[columns.size()];
    this.encodable = new Object[columns.size()];
    for (int c = 0; c < values.length; c++) {
      values[c] = array(columns.get(c), rows);
    }
  }

  private RawRows(RawRows other, int column, Object replacement) {
    this.columns = other.columns;
    this.rows = other.rows;
    this.values = other.values.clone();
    this.values[column] = replacement;
    this.encodable = other.encodable.clone();
    this.encodable[column] = null;
  }

  private static Object array(Column column, int rows) {
    int count = Math.multiplyExact(rows, ColumnLayout.valuesPerRow(column));
    return switch (column.getType()) {
      case BYTES -> new byte[count];
      case FLOATS -> new float[count];
      case LONGS -> new long[count];
      case STRINGS -> new String[count];
    };
  }

  public int rows() {
    return rows;
  }

  public List<Column> columns() {
    return columns;
  }

  /** For each column its values, row-major; texts are {@code String[]}. */
  public Object[] values() {
    return values;
  }

  /** The values as {@code RowEncoder} takes them; to be called once all rows are there. */
  public Object[] encodable() {
    for (int c = 0; c < values.length; c++) {
      if (encodable[c] == null) {
        encodable[c] = values[c] instanceof String[] texts ? DictionaryColumn.of(texts) : values[c];
      }
    }
    return encodable;
  }

  /**
   * Copies a row.
   *
   * @param source as {@link RowSink#accept} has it, or columns of many rows as those of a block or
   *     of this class; columns beyond those of this are not looked at
   * @param sourceRow the row's number there
   */
  public void set(int row, Object[] source, int sourceRow) {
    for (int c = 0; c < values.length; c++) {
      if (values[c] instanceof String[] texts) {
        texts[row] = text(source[c], sourceRow);
      } else {
        copy(source[c], sourceRow, values[c], row, ColumnLayout.valuesPerRow(columns.get(c)));
      }
    }
  }

  private static String text(Object source, int row) {
    if (source instanceof DictionaryColumn texts) {
      return texts.text(row);
    }
    return source instanceof String[] texts ? texts[row] : (String) source;
  }

  private static void copy(Object from, int fromRow, Object to, int toRow, int width) {
    System.arraycopy(from, fromRow * width, to, toRow * width, width);
  }

  /**
   * The same rows with the values of one column moved among them.
   *
   * @param from for each row the row whose value it gets
   */
  public RawRows withMoved(int column, long[] from) {
    int width = ColumnLayout.valuesPerRow(columns.get(column));
    Object moved = array(columns.get(column), rows);
    for (int row = 0; row < rows; row++) {
      copy(values[column], (int) from[row], moved, row, width);
    }
    return new RawRows(this, column, moved);
  }

  /** The first values of a row's feature columns as text; empty where one is missing. */
  public List<String> shown(int row, int mostColumns) {
    List<String> text = new ArrayList<>();
    for (int c = 0; c < columns.size() && text.size() < mostColumns; c++) {
      if (Columns.isFeature(columns.get(c))) {
        text.add(value(c, row));
      }
    }
    return text;
  }

  /** The first value of a row in a column as text, and how many there are. */
  public String value(int column, int row) {
    int width = ColumnLayout.valuesPerRow(columns.get(column));
    String first = ColumnText.of(columns.get(column), values[column], row * width);
    return width == 1 ? first : "%s, ... (%d)".formatted(first, width);
  }
}
