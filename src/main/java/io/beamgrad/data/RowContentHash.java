package io.beamgrad.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.schema.Column;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A 64-bit hash of a row's values and identity: XXH64 of their bytes, one after the other. */
final class RowContentHash {
  private final List<Column> columns;

  RowContentHash(List<Column> columns) {
    this.columns = columns;
  }

  /** The hash of one row; {@code values} are as {@link RowSink#accept} has them. */
  long of(String file, long record, Object[] values) {
    long hash = Xxh64.hash(file, record);
    for (int c = 0; c < values.length; c++) {
      byte[] bytes =
          switch (columns.get(c).getType()) {
            case BYTES -> (byte[]) values[c];
            case FLOATS -> bytes((float[]) values[c]);
            case STRINGS -> ((String) values[c]).getBytes(UTF_8);
          };
      hash = Xxh64.hash(bytes, 0, bytes.length, hash);
    }
    return hash;
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }
}
