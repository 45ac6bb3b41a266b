package io.beamgrad.data;

import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** The rows of a chunk or block as plain arrays. It owns them; callers must not write to them. */
final class DecodedChunk {
  private final int rows;
  private final List<Column> columns;
  private final List<String> files;
  private final int[] fileOfRow; // (rows)
  private final long[] recordOfRow; // (rows)
  private final Object[] values; // byte[] or float[] of (rows, ...shape), or String[] of (rows)

  DecodedChunk(Chunk chunk, List<Column> columns) {
    if (chunk.getColumns().size() != columns.size()) {
      throw new IllegalArgumentException(
          "block has %d columns, expected %d".formatted(chunk.getColumns().size(), columns.size()));
    }
    this.rows = chunk.getRows();
    this.columns = columns;
    this.files = chunk.getFiles();
    this.fileOfRow = ints(chunk.getFileOfRow());
    this.recordOfRow = longs(chunk.getRecordOfRow());
    this.values = new Object[columns.size()];
    for (int c = 0; c < values.length; c++) {
      ByteBuffer raw = chunk.getColumns().get(c).getValues();
      values[c] =
          switch (columns.get(c).getType()) {
            case BYTES -> bytes(raw);
            case FLOATS -> floats(raw);
            case STRINGS -> strings(raw, chunk.getColumns().get(c).getDictionary());
          };
    }
  }

  int rows() {
    return rows;
  }

  String file(int row) {
    return files.get(fileOfRow[row]);
  }

  long record(int row) {
    return recordOfRow[row];
  }

  boolean isBytes(int column) {
    return values[column] instanceof byte[];
  }

  byte[] bytes(int column) {
    return (byte[]) values[column];
  }

  float[] floats(int column) {
    return (float[]) values[column];
  }

  /** For each column its values, as the field says. */
  Object[] values() {
    return values;
  }

  /** Empty arrays in the form of {@link RowSink#accept}, for {@link #copyRow}. */
  static Object[] emptyRow(List<Column> columns) {
    return columns.stream()
        .map(
            column ->
                switch (column.getType()) {
                  case BYTES -> new byte[ColumnLayout.valuesPerRow(column)];
                  case FLOATS -> new float[ColumnLayout.valuesPerRow(column)];
                  case STRINGS -> null;
                })
        .toArray();
  }

  /** Copies one row into the arrays of {@link #emptyRow}. */
  void copyRow(int row, Object[] to) {
    for (int c = 0; c < values.length; c++) {
      int width = ColumnLayout.valuesPerRow(columns.get(c));
      switch (columns.get(c).getType()) {
        case BYTES, FLOATS -> System.arraycopy(values[c], row * width, to[c], 0, width);
        case STRINGS -> to[c] = ((String[]) values[c])[row];
      }
    }
  }

  private static byte[] bytes(ByteBuffer raw) {
    byte[] decoded = new byte[raw.remaining()];
    raw.duplicate().get(decoded);
    return decoded;
  }

  private static float[] floats(ByteBuffer raw) {
    float[] decoded = new float[raw.remaining() / Float.BYTES];
    raw.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(decoded);
    return decoded;
  }

  private static String[] strings(ByteBuffer raw, List<String> dictionary) {
    return Arrays.stream(ints(raw)).mapToObj(dictionary::get).toArray(String[]::new);
  }

  private static int[] ints(ByteBuffer raw) {
    int[] decoded = new int[raw.remaining() / Integer.BYTES];
    raw.duplicate().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(decoded);
    return decoded;
  }

  private static long[] longs(ByteBuffer raw) {
    long[] decoded = new long[raw.remaining() / Long.BYTES];
    raw.duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(decoded);
    return decoded;
  }
}
