package io.beamgrad.data;

import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnValues;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Packs rows into the columns of a {@link Chunk}. */
public final class ChunkBuilder {
  private static final int MISSING = -1;
  private static final int NOT_LOOKED_UP = -2;

  private final List<Column> columns;
  private final int[] rowBytes;
  private final ByteBuffer[] values;
  private final List<Map<String, Integer>> dictionaries = new ArrayList<>();
  private final Map<String, Integer> files = new HashMap<>();
  private ByteBuffer fileOfRow;
  private ByteBuffer recordOfRow;
  private String lastFile;
  private int lastFileIndex;
  private int rows;

  /**
   * A chunk without rows.
   *
   * @param expectedRows how many it will have; more are only slower
   */
  public ChunkBuilder(List<Column> columns, int expectedRows) {
    this.columns = columns;
    this.rowBytes = columns.stream().mapToInt(ColumnLayout::bytesPerRow).toArray();
    this.fileOfRow = buffer(expectedRows * Integer.BYTES);
    this.recordOfRow = buffer(expectedRows * Long.BYTES);
    this.values = new ByteBuffer[rowBytes.length];
    for (int c = 0; c < values.length; c++) {
      values[c] = buffer(expectedRows * rowBytes[c]);
      dictionaries.add(new HashMap<>());
    }
  }

  /** Adds a row; the values are as {@link RowSink#accept} has them, and are copied. */
  public void add(String file, long record, Object[] row) {
    addIdentity(file, record);
    for (int c = 0; c < values.length; c++) {
      ByteBuffer out = room(values[c], rowBytes[c]);
      switch (columns.get(c).getType()) {
        case BYTES -> out.put((byte[]) row[c]);
        case FLOATS -> {
          for (float value : (float[]) row[c]) {
            out.putFloat(value);
          }
        }
        case LONGS -> out.putLong(((long[]) row[c])[0]);
        case STRINGS -> out.putInt(indexOrMissing(c, (String) row[c]));
      }
      values[c] = out;
    }
    rows++;
  }

  /** Adds a row of another chunk of the same columns. */
  void add(DecodedChunk chunk, int row) {
    addIdentity(chunk.file(row), chunk.record(row));
    for (int c = 0; c < values.length; c++) {
      ByteBuffer out = room(values[c], rowBytes[c]);
      switch (columns.get(c).getType()) {
        case BYTES -> out.put(chunk.bytes(c), row * rowBytes[c], rowBytes[c]);
        case FLOATS -> {
          int width = rowBytes[c] / Float.BYTES;
          for (int i = row * width; i < (row + 1) * width; i++) {
            out.putFloat(chunk.floats(c)[i]);
          }
        }
        case LONGS -> out.putLong(chunk.longs(c)[row]);
        case STRINGS -> out.putInt(indexOrMissing(c, chunk.texts(c), row));
      }
      values[c] = out;
    }
    rows++;
  }

  private void addIdentity(String file, long record) {
    if (!file.equals(lastFile)) {
      lastFile = file;
      lastFileIndex = index(files, file);
    }
    fileOfRow = room(fileOfRow, Integer.BYTES).putInt(lastFileIndex);
    recordOfRow = room(recordOfRow, Long.BYTES).putLong(record);
  }

  public int rows() {
    return rows;
  }

  /** The chunk of all rows added. The builder is done with: its buffers are the chunk's now. */
  public Chunk build() {
    List<ColumnValues> built = new ArrayList<>();
    for (int c = 0; c < values.length; c++) {
      List<String> dictionary = sort(dictionaries.get(c), values[c]);
      built.add(new ColumnValues(values[c].flip(), dictionary));
    }
    List<String> sortedFiles = sort(files, fileOfRow);
    return new Chunk(rows, sortedFiles, fileOfRow.flip(), recordOfRow.flip(), built);
  }

  private int indexOrMissing(int column, String value) {
    return value == null ? MISSING : index(dictionaries.get(column), value);
  }

  /** Looks each entry of a chunk's dictionary up once, and only if a row has it. */
  private int indexOrMissing(int column, TextColumn texts, int row) {
    int entry = texts.indexes()[row];
    if (entry < 0) {
      return MISSING;
    }
    int[] known = texts.codes(dictionaries, text -> NOT_LOOKED_UP);
    if (known[entry] == NOT_LOOKED_UP) {
      known[entry] = index(dictionaries.get(column), texts.dictionary()[entry]);
    }
    return known[entry];
  }

  private static int index(Map<String, Integer> dictionary, String value) {
    Integer known = dictionary.get(value);
    if (known == null) {
      known = dictionary.size();
      dictionary.put(value, known);
    }
    return known;
  }

  /** The sorted dictionary's values; the indexes that were given in order of arrival follow. */
  private static List<String> sort(Map<String, Integer> dictionary, ByteBuffer indexes) {
    int[] place = new int[dictionary.size()];
    int next = 0;
    Map<String, Integer> sorted = new TreeMap<>(dictionary);
    for (int arrival : sorted.values()) {
      place[arrival] = next++;
    }
    for (int at = 0; place.length > 1 && at < indexes.position(); at += Integer.BYTES) {
      int arrival = indexes.getInt(at);
      indexes.putInt(at, arrival == MISSING ? MISSING : place[arrival]);
    }
    return List.copyOf(sorted.keySet());
  }

  private static ByteBuffer room(ByteBuffer buffer, int bytes) {
    if (buffer.remaining() >= bytes) {
      return buffer;
    }
    int capacity = Math.max(buffer.position() + bytes, buffer.capacity() * 2);
    return buffer(capacity).put(buffer.flip());
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
