package io.beamgrad.data.rows;

import io.beamgrad.data.files.Xxh64;
import java.nio.charset.StandardCharsets;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A 64-bit hash of the values of a row, each by XXH64 with the hash so far for its seed: the same
 * for equal rows.
 */
public final class RowValuesHash {
  private RowValuesHash() {}

  /** The hash of a row, as {@link RowSink#accept} has it. */
  public static long of(Object[] values) {
    long hash = values.length;
    for (Object value : values) {
      if (value instanceof float[] numbers) {
        for (float number : numbers) {
          hash = Xxh64.hash(hash, Float.floatToIntBits(number), hash);
        }
      } else if (value instanceof long[] times) {
        hash = Xxh64.hash(hash, times[0], hash);
      } else if (value instanceof byte[] bytes) {
        hash = Xxh64.hash(bytes, 0, bytes.length, hash);
      } else {
        hash = ofText((String) value, hash);
      }
    }
    return hash;
  }

  /** A missing text is not an empty one. */
  private static long ofText(@Nullable String text, long seed) {
    if (text == null) {
      return Long.rotateLeft(seed, 1);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Xxh64.hash(bytes, 0, bytes.length, seed);
  }
}
