package io.beamgrad.data.rows;

import io.beamgrad.data.shuffle.ChunkBuilder;
import io.beamgrad.data.shuffle.DecodedChunk;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/** Small rows of every column type for tests; the values say which row it is. */
public final class Rows {
  public static final List<Column> COLUMNS =
      List.of(
          Columns.feature("image", ColumnType.BYTES, List.of(1, 2)),
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.target("class", ColumnType.STRINGS, List.of()));

  private Rows() {}

  public static Object[] row(long record) {
    return new Object[] {
      new byte[] {(byte) record, (byte) (record + 1)},
      new float[] {record / 4f},
      record % 2 == 0 ? "even" : "odd"
    };
  }

  /** The records of a file that a test names, in a chunk. */
  public static Chunk chunk(String file, long... records) {
    ChunkBuilder chunk = new ChunkBuilder(COLUMNS, 1);
    for (long record : records) {
      chunk.add(file, record, row(record));
    }
    return chunk.build();
  }

  /** Each row as {@code file#record}, checked to have the values of that record. */
  public static List<String> names(List<Chunk> chunks) {
    List<String> names = new ArrayList<>();
    for (Chunk chunk : chunks) {
      DecodedChunk rows = new DecodedChunk(chunk, COLUMNS, new HashMap<>());
      for (int i = 0; i < rows.rows(); i++) {
        long record = rows.record(i);
        Object[] values = {
          Arrays.copyOfRange(rows.bytes(0), 2 * i, 2 * i + 2),
          new float[] {rows.floats(1)[i]},
          rows.texts(2).text(i)
        };
        if (!Arrays.deepEquals(values, row(record))) {
          throw new AssertionError("row " + record + " has the values of another");
        }
        names.add(rows.file(i) + "#" + record);
      }
    }
    return names;
  }
}
