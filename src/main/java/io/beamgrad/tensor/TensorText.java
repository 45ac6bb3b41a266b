package io.beamgrad.tensor;

import java.util.Locale;

/**
 * Writes tensors for people, as PyTorch does: aligned columns, and only the edges of large ones.
 */
final class TensorText {

  private static final int WHOLE = 1000;
  private static final int EDGE = 3;

  private final float[] data;
  private final int[] shape;
  private final boolean edgesOnly;
  private final String format;
  private final StringBuilder out = new StringBuilder("tensor(");

  private TensorText(float[] data, int[] shape) {
    this.data = data;
    this.shape = shape;
    this.edgesOnly = data.length > WHOLE;
    this.format = format(data);
  }

  static String of(Tensor tensor) {
    TensorText text = new TensorText(tensor.data(), tensor.shape());
    text.write(0, 0);
    if (tensor.elements() == 0) {
      text.out.append(", shape=").append(Shape.text(tensor.shape()));
    }
    return text.out.append(tensor.requiresGrad() ? ", requiresGrad=true)" : ")").toString();
  }

  private void write(int dim, int position) {
    if (dim == shape.length) {
      out.append(String.format(Locale.ROOT, format, data[position]));
      return;
    }
    int stride = Shape.product(shape, dim + 1, shape.length);
    out.append('[');
    for (int i = 0; i < shape[dim]; i++) {
      if (i > 0) {
        separate(dim);
      }
      if (edgesOnly && shape[dim] > 2 * EDGE && i == EDGE) {
        out.append("...");
        i = shape[dim] - EDGE - 1;
      } else {
        write(dim + 1, position + i * stride);
      }
    }
    out.append(']');
  }

  private void separate(int dim) {
    boolean innermost = dim == shape.length - 1;
    out.append(innermost ? ", " : "," + "\n".repeat(shape.length - 1 - dim));
    out.append(innermost ? "" : " ".repeat("tensor(".length() + dim + 1));
  }

  /** One format for all: whole numbers as {@code 2.}, others with four decimals or an exponent. */
  private static String format(float[] data) {
    boolean whole = true;
    float largest = 0f;
    float smallest = Float.POSITIVE_INFINITY;
    int width = 0;
    for (float value : data) {
      if (Float.isFinite(value)) {
        float size = Math.abs(value);
        whole &= value == Math.rint(value);
        largest = Math.max(largest, size);
        smallest = size > 0 ? Math.min(smallest, size) : smallest;
      }
    }
    boolean scientific =
        largest >= 1e8f || (!whole && (largest > 1e3f * smallest || largest < 1e-4f));
    String conversion = scientific ? ".4e" : whole ? ".0f" : ".4f";
    for (float value : data) {
      width = Math.max(width, String.format(Locale.ROOT, "%" + conversion, value).length());
    }
    return "%" + width + conversion + (whole && !scientific ? "." : "");
  }
}
