package io.beamgrad.data.shuffle;

import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnValues;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Packs rows into the columns of a {@link Chunk}. */
public final class ChunkBuilder {
  private static final int MISSING = -1;
  private static final int ENTRY_BYTES = 96; // of a dictionary's entry, beside its letters

  private final List<Column> columns;
  private final int[] rowBytes;
  private final long bytesPerRow;
  private final ByteBuffer[] values;
  private final List<Map<String, Integer>> dictionaries = new ArrayList<>();
  private final Map<String, Integer> files = new HashMap<>();
  private ByteBuffer fileOfRow;
  private ByteBuffer recordOfRow;
  private String lastFile;
  private int lastFileIndex;
  private int rows;
  private long textBytes; // of the dictionaries, in memory

  /**
   * A chunk without rows.
   *
   * @param expectedRows how many it will have; more are only slower
   */
  public ChunkBuilder(List<Column> columns, int expectedRows) {
    this.columns = columns;
    this.rowBytes = columns.stream().mapToInt(ColumnLayout::bytesPerRow).toArray();
    this.bytesPerRow = ColumnLayout.bytesPerRow(columns);
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

  /** About the memory that the rows take, their texts included. */
  public long bytes() {
    return rows * bytesPerRow + textBytes;
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

  private int index(Map<String, Integer> dictionary, String value) {
    Integer known = dictionary.get(value);
    if (known == null) {
      textBytes += ENTRY_BYTES + (long) Character.BYTES * value.length();
      known = dictionary.size();
      dictionary.put(value, known);
    }
    return known;
  }

  /** The sorted dictionary's values; the indexes that were given in order of arrival follow. */
  private static List<String> sort(Map<String, Integer> dictionary, ByteBuffer indexes) {
    String[] sorted = dictionary.keySet().toArray(new String[0]);
    Arrays.sort(sorted);
    int[] place = new int[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      place[dictionary.get(sorted[i])] = i;
    }
    for (int at = 0; place.length > 1 && at < indexes.position(); at += Integer.BYTES) {
      int arrival = indexes.getInt(at);
      indexes.putInt(at, arrival == MISSING ? MISSING : place[arrival]);
    }
    return List.of(sorted);
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
