package io.beamgrad.data.shuffle;

import io.beamgrad.schema.Chunk;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The rows of a {@link Chunk}, whose array is shared. */
final class PackedRows {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] packed;
  private final List<String> files;
  private final int[] starts; // (rows + 1)
  private final int[] fileOf; // (rows)
  private final long[] records; // (rows)
  private final @Nullable ByteBuffer parts; // (rows), int16; null where there are none

  /**
   * @throws IllegalArgumentException where the rows are not whole
   */
  PackedRows(Chunk chunk) {
    ByteBuffer bytes = chunk.getPacked();
    packed = bytes.array();
    parts = chunk.getParts();
    files = chunk.getFiles();
    starts = new int[chunk.getRows() + 1];
    fileOf = new int[chunk.getRows()];
    records = new long[chunk.getRows()];
    int at = bytes.arrayOffset() + bytes.position();
    int end = at + bytes.remaining();
    for (int row = 0; row < chunk.getRows(); row++) {
      starts[row] = at;
      int size = end - at < ChunkRows.VALUES ? 0 : (int) INT.get(packed, at);
      if (size < ChunkRows.VALUES || size > end - at) {
        throw new IllegalArgumentException(
            "chunk: row %s of %s is not whole".formatted(row, chunk.getRows()));
      }
      fileOf[row] = (int) INT.get(packed, at + ChunkRows.FILE);
      records[row] = (long) LONG.get(packed, at + ChunkRows.RECORD);
      at += size;
    }
    starts[chunk.getRows()] = at;
  }

  int rows() {
    return starts.length - 1;
  }

  String file(int row) {
    return files.get(fileOf[row]);
  }

  long record(int row) {
    return records[row];
  }

  /** Whether the parts of the rows are known. */
  boolean hasParts() {
    return parts != null;
  }

  /** The part of a row, as folds are dealt. */
  short part(int row) {
    int at = parts.position() + Short.BYTES * row;
    return (short) ((parts.get(at) & 0xff) | parts.get(at + 1) << Byte.SIZE);
  }

  /** The array that the values of all rows are in. */
  byte[] array() {
    return packed;
  }

  /** Where the values of a row begin. */
  int values(int row) {
    return starts[row] + ChunkRows.VALUES;
  }

  /** How many bytes the values of a row take. */
  int size(int row) {
    return starts[row + 1] - values(row);
  }
}
