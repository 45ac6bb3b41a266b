package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The parameters and buffers of a module as one row of numbers: those of {@link Module#stateDict}
 * in its order, each row-major, float32 little-endian. Setting them costs their copy alone, so that
 * one module runs many models of its layers in turn. Not thread-safe.
 */
public final class PackedState {

  /**
   * A tensor of the module.
   *
   * @param isTurned whether it lies in memory the other way round than in the row
   */
  record Part(Tensor tensor, boolean isTurned) {}

  private final List<Part> parts;
  private final int numbers;

  PackedState(List<Part> parts) {
    this.parts = List.copyOf(parts);
    this.numbers =
        parts.stream().mapToInt(part -> part.tensor().elements()).reduce(0, Math::addExact);
  }

  /** How many numbers a state has. */
  public int numbers() {
    return numbers;
  }

  /**
   * Sets all values of the module.
   *
   * @param state as many numbers, from its position on, which stays
   * @throws IllegalArgumentException where they are not as many
   */
  public void load(ByteBuffer state) {
    FloatBuffer from = floats(state);
    int at = 0;
    for (Part part : parts) {
      float[] to = part.tensor.data();
      int count = part.tensor.elements();
      if (part.isTurned) {
        int rows = part.tensor.size(1); // of the matrix outside
        int columns = part.tensor.size(0);
        for (int row = 0; row < rows; row++) {
          for (int column = 0; column < columns; column++) {
            to[column * rows + row] = from.get(at + row * columns + column);
          }
        }
      } else {
        from.get(at, to, 0, count);
      }
      at += count;
    }
  }

  /** The values of the module, in a buffer of their own. */
  public ByteBuffer toBytes() {
    ByteBuffer state = ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, numbers));
    FloatBuffer to = floats(state);
    int at = 0;
    for (Part part : parts) {
      float[] from = part.tensor.data();
      int count = part.tensor.elements();
      if (part.isTurned) {
        int rows = part.tensor.size(1);
        int columns = part.tensor.size(0);
        for (int row = 0; row < rows; row++) {
          for (int column = 0; column < columns; column++) {
            to.put(at + row * columns + column, from[column * rows + row]);
          }
        }
      } else {
        to.put(at, from, 0, count);
      }
      at += count;
    }
    return state;
  }

  private FloatBuffer floats(ByteBuffer state) {
    if (state.remaining() != (long) Float.BYTES * numbers) {
      throw new IllegalArgumentException(
          "PackedState: expected %s bytes of %s numbers, found %s"
              .formatted((long) Float.BYTES * numbers, numbers, state.remaining()));
    }
    return state.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
