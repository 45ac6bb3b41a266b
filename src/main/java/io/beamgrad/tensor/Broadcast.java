package io.beamgrad.tensor;

import java.util.Arrays;

/**
 * Walks two operands along their common shape, a row of the result at a time. Operands of one shape
 * and scalars are walked as a single row.
 */
final class Broadcast {

  /** Handles {@code n} results; an operand's step is 0 where it repeats and 1 where not. */
  interface Loop {
    void run(int out, int a, int stepA, int b, int stepB, int n);
  }

  private final int[] shape;
  private final int[] outer; // the sizes of all dimensions but the last
  private final int[] stridesA;
  private final int[] stridesB;
  private final int[] position; // in outer; kept, so that a walk allocates nothing
  private final int row;

  private Broadcast(int[] shape, int[] walked, int[] a, int[] b) {
    this.shape = shape;
    this.outer = Arrays.copyOf(walked, walked.length - 1);
    this.stridesA = strides(a, walked.length);
    this.stridesB = strides(b, walked.length);
    this.position = new int[outer.length];
    this.row = walked[walked.length - 1];
  }

  static Broadcast of(String op, int[] a, int[] b) {
    int[] shape = Shape.broadcast(op, a, b);
    int elements = Shape.elements(shape);
    int elementsA = Shape.elements(a);
    int elementsB = Shape.elements(b);
    if ((elementsA == elements || elementsA == 1) && (elementsB == elements || elementsB == 1)) {
      return new Broadcast(
          shape, new int[] {elements}, new int[] {elementsA}, new int[] {elementsB});
    }
    return new Broadcast(shape, shape, a, b);
  }

  int[] shape() {
    return shape;
  }

  void forEachRow(Loop loop) {
    int rows = Shape.product(outer, 0, outer.length);
    Arrays.fill(position, 0);
    int a = 0;
    int b = 0;
    int last = outer.length;
    for (int i = 0; i < rows; i++) {
      loop.run(i * row, a, stridesA[last], b, stridesB[last], row);
      for (int d = last - 1; d >= 0; d--) {
        a += stridesA[d];
        b += stridesB[d];
        if (++position[d] < outer[d]) {
          break;
        }
        a -= stridesA[d] * outer[d];
        b -= stridesB[d] * outer[d];
        position[d] = 0;
      }
    }
  }

  /** Row-major strides aligned at the last of {@code rank} dimensions, 0 where a size is 1. */
  private static int[] strides(int[] shape, int rank) {
    int[] strides = new int[rank];
    int stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i + rank - shape.length] = shape[i] == 1 ? 0 : stride;
      stride *= shape[i];
    }
    return strides;
  }
}
