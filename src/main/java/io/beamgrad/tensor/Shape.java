package io.beamgrad.tensor;

import java.util.Arrays;

/** Arithmetic on shapes: counts, dimensions, and the checks with their messages. */
final class Shape {

  private Shape() {}

  /** The number of elements; 1 for a scalar's shape []. */
  static int elements(int... shape) {
    long elements = 1;
    for (int size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("shape " + text(shape) + ": a size is negative");
      }
      elements *= size;
      if (elements > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "shape " + text(shape) + ": more elements than an array can hold");
      }
    }
    return (int) elements;
  }

  static String text(int... shape) {
    return Arrays.toString(shape);
  }

  /** The product of the sizes in a range of dimensions. */
  static int product(int[] shape, int fromInclusive, int toExclusive) {
    int product = 1;
    for (int i = fromInclusive; i < toExclusive; i++) {
      product *= shape[i];
    }
    return product;
  }

  /** A dimension from 0 on; a negative one counts from the end. */
  static int dim(String op, int dim, int rank) {
    if (dim < -rank || dim >= rank) {
      throw new IllegalArgumentException(
          op + ": dimension " + dim + " is outside a tensor of " + rank + " dimensions");
    }
    return dim < 0 ? dim + rank : dim;
  }

  /** The shape with one dimension left out, or set to size 1. */
  static int[] reduced(int[] shape, int dim, boolean keepDim) {
    if (keepDim) {
      int[] kept = shape.clone();
      kept[dim] = 1;
      return kept;
    }
    int[] left = new int[shape.length - 1];
    System.arraycopy(shape, 0, left, 0, dim);
    System.arraycopy(shape, dim + 1, left, dim, left.length - dim);
    return left;
  }

  /** The shape with one size inserted before {@code dim}. */
  static int[] inserted(int[] shape, int dim, int size) {
    int[] wider = new int[shape.length + 1];
    System.arraycopy(shape, 0, wider, 0, dim);
    wider[dim] = size;
    System.arraycopy(shape, dim, wider, dim + 1, shape.length - dim);
    return wider;
  }

  /** {@code wanted} with its -1, if there is one, replaced by what is left of {@code elements}. */
  static int[] resolve(int[] wanted, int[] from) {
    int elements = elements(from);
    int[] shape = wanted.clone();
    int unknown = -1;
    long known = 1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == -1 && unknown == -1) {
        unknown = i;
      } else if (shape[i] < 0) {
        throw new IllegalArgumentException(
            "reshape: " + text(wanted) + ": sizes are at least 0, and one may be -1");
      } else {
        known *= shape[i];
      }
    }
    if (unknown >= 0 && known > 0 && elements % known == 0) {
      shape[unknown] = (int) (elements / known);
      known = elements;
    }
    if (known != elements || (unknown >= 0 && shape[unknown] == -1)) {
      throw new IllegalArgumentException(
          "reshape: "
              + text(from)
              + " has "
              + elements
              + " elements, which do not fit "
              + text(wanted));
    }
    return shape;
  }

  /** The common shape of two operands, aligned at the last dimension; size 1 repeats. */
  static int[] broadcast(String op, int[] a, int[] b) {
    int rank = Math.max(a.length, b.length);
    int[] shape = new int[rank];
    for (int i = 0; i < rank; i++) {
      int sizeA = i < rank - a.length ? 1 : a[i - rank + a.length];
      int sizeB = i < rank - b.length ? 1 : b[i - rank + b.length];
      if (sizeA != sizeB && sizeA != 1 && sizeB != 1) {
        throw new IllegalArgumentException(
            op
                + ": "
                + text(a)
                + " and "
                + text(b)
                + ": sizes "
                + sizeA
                + " and "
                + sizeB
                + " do not broadcast");
      }
      shape[i] = sizeA == 1 ? sizeB : sizeA;
    }
    return shape;
  }
}
