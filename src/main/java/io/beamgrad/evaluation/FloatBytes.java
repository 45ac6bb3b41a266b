package io.beamgrad.evaluation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Gathers floats as little-endian bytes. */
final class FloatBytes {
  private ByteBuffer bytes = empty(1 << 12);

  private static ByteBuffer empty(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void reserve(int more) {
    if (bytes.remaining() < more) {
      ByteBuffer larger = empty(Math.max(2 * bytes.capacity(), bytes.position() + more));
      larger.put(bytes.flip());
      bytes = larger;
    }
  }

  void add(float value) {
    reserve(Float.BYTES);
    bytes.putFloat(value);
  }

  /** Adds the first values of an array. */
  void add(float[] values, int count) {
    reserve(count * Float.BYTES);
    for (int i = 0; i < count; i++) {
      bytes.putFloat(values[i]);
    }
  }

  /** Gives all and forgets them. */
  ByteBuffer take() {
    ByteBuffer all = bytes.flip();
    bytes = empty(Math.max(1 << 12, all.remaining()));
    return all;
  }

  /** The floats of such bytes. */
  static float[] of(ByteBuffer bytes) {
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
