package io.beamgrad.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.schema.Column;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** A 64-bit hash of a row's values and identity: XXH64 of their bytes, one after the other. */
final class RowContentHash {
  private final List<Column> columns;
  private final int[] widths;
  private String lastFile = "";
  private byte[] lastFileBytes = {};
  private final ByteBuffer scratch;

  RowContentHash(List<Column> columns) {
    this.columns = columns;
    this.widths = columns.stream().mapToInt(ColumnLayout::valuesPerRow).toArray();
    int widest = Arrays.stream(widths).max().orElse(0);
    this.scratch =
        ByteBuffer.allocate(Math.max(Long.BYTES, widest * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The hash of one row. */
  long of(DecodedChunk chunk, int row) {
    String file = chunk.file(row);
    if (!file.equals(lastFile)) {
      lastFile = file;
      lastFileBytes = file.getBytes(UTF_8);
    }
    long hash = Xxh64.hash(lastFileBytes, 0, lastFileBytes.length, chunk.record(row));
    for (int c = 0; c < widths.length; c++) {
      int from = row * widths[c];
      hash =
          switch (columns.get(c).getType()) {
            case BYTES -> Xxh64.hash(chunk.bytes(c), from, from + widths[c], hash);
            case FLOATS -> hash(chunk.floats(c), from, widths[c], hash);
            case LONGS -> {
              scratch.putLong(0, chunk.longs(c)[row]);
              yield Xxh64.hash(scratch.array(), 0, Long.BYTES, hash);
            }
            case STRINGS -> hash(chunk.texts(c).text(row), hash);
          };
    }
    return hash;
  }

  /** A missing text is not an empty one. */
  private static long hash(String text, long seed) {
    return text == null ? Long.rotateLeft(seed, 1) : hash(text.getBytes(UTF_8), seed);
  }

  private static long hash(byte[] bytes, long seed) {
    return Xxh64.hash(bytes, 0, bytes.length, seed);
  }

  private long hash(float[] values, int from, int count, long seed) {
    for (int i = 0; i < count; i++) {
      scratch.putFloat(i * Float.BYTES, values[from + i]);
    }
    return Xxh64.hash(scratch.array(), 0, count * Float.BYTES, seed);
  }
}
