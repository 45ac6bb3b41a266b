package io.beamgrad.data.shuffle;

import io.beamgrad.data.rows.DictionaryColumn;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The rows of a chunk as plain arrays. They may be the chunk's own: nobody may write to them. */
public final class DecodedChunk {
  private final int rows;
  private final String[] files;
  private final int[] fileOfRow; // (rows)
  private final long[] recordOfRow; // (rows)

  /**
   * byte[] or float[] of (rows, ...shape), long[] or TextColumn of (rows); bytes may be followed by
   * others.
   */
  private final Object[] values;

  /**
   * Takes a chunk.
   *
   * @param knownFiles the names of files that other chunks have, to which its own are added: the
   *     same name is then the same object, which is compared fast
   */
  public DecodedChunk(Chunk chunk, List<Column> columns, Map<String, String> knownFiles) {
    if (chunk.getColumns().size() != columns.size()) {
      throw new IllegalArgumentException(
          "block has %d columns, expected %d".formatted(chunk.getColumns().size(), columns.size()));
    }
    this.rows = chunk.getRows();
    this.files =
        chunk.getFiles().stream()
            .map(file -> knownFiles.computeIfAbsent(file, Function.identity()))
            .toArray(String[]::new);
    this.fileOfRow = ints(chunk.getFileOfRow());
    this.recordOfRow = longs(chunk.getRecordOfRow());
    this.values = new Object[columns.size()];
    for (int c = 0; c < values.length; c++) {
      ByteBuffer raw = chunk.getColumns().get(c).getValues();
      values[c] =
          switch (columns.get(c).getType()) {
            case BYTES -> bytes(raw);
            case FLOATS -> floats(raw);
            case LONGS -> longs(raw);
            case STRINGS -> texts(raw, chunk.getColumns().get(c).getDictionary());
          };
    }
  }

  public int rows() {
    return rows;
  }

  /** The identities of files, which {@link #fileIndexes} names by their places. */
  String[] files() {
    return files;
  }

  /** {@code (rows)}. */
  int[] fileIndexes() {
    return fileOfRow;
  }

  public String file(int row) {
    return files[fileOfRow[row]];
  }

  public long record(int row) {
    return recordOfRow[row];
  }

  public byte[] bytes(int column) {
    return (byte[]) values[column];
  }

  public float[] floats(int column) {
    return (float[]) values[column];
  }

  long[] longs(int column) {
    return (long[]) values[column];
  }

  public DictionaryColumn texts(int column) {
    return (DictionaryColumn) values[column];
  }

  /** The class of a row: a text, or a byte's number. */
  String label(int column, int row) {
    return values[column] instanceof byte[] labels
        ? Integer.toString(labels[row] & 0xff)
        : texts(column).text(row);
  }

  /** The bytes where they are, if they begin an array of their own. */
  private static byte[] bytes(ByteBuffer raw) {
    if (raw.hasArray() && raw.arrayOffset() == 0 && raw.position() == 0) {
      return raw.array();
    }
    byte[] decoded = new byte[raw.remaining()];
    raw.duplicate().get(decoded);
    return decoded;
  }

  private static float[] floats(ByteBuffer raw) {
    float[] decoded = new float[raw.remaining() / Float.BYTES];
    raw.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(decoded);
    return decoded;
  }

  private static DictionaryColumn texts(ByteBuffer raw, List<String> dictionary) {
    int[] indexes = ints(raw);
    DictionaryColumn texts = new DictionaryColumn();
    texts.reset(indexes.length, dictionary.toArray(new String[0]));
    System.arraycopy(indexes, 0, texts.indexes(), 0, indexes.length);
    return texts;
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
