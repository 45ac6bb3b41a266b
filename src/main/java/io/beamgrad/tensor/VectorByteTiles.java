package io.beamgrad.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of {@link VectorBytes}, as {@link VectorTiles} are of other products: a band of
 * rows by one, two or four vectors of outputs, which lie side by side in a panel. The outputs, or
 * their gradients, stay in registers for the whole band.
 */
final class VectorByteTiles {

  private static final VectorSpecies<Float> FLOATS = VectorTiles.FLOATS;
  private static final int WIDTH = VectorTiles.WIDTH;
  private static final int BAND = ByteRows.BAND;

  private VectorByteTiles() {}

  /**
   * Adds the products of a band's entries with the panel to y.
   *
   * @param from the first entry
   * @param to behind the last entry
   * @param panel {@code (in, outputs)}
   * @param y {@code (BAND, outputs)} from {@code fromY}, rows {@code rowY} apart
   */
  static void product(
      float[] values,
      int[] columns,
      int from,
      int to,
      float[] panel,
      float[] y,
      int fromY,
      int rowY,
      int outputs) {
    switch (outputs / WIDTH) {
      case 4 -> productOfFour(values, columns, from, to, panel, y, fromY, rowY);
      case 2 -> productOfTwo(values, columns, from, to, panel, y, fromY, rowY);
      case 1 -> productOfOne(values, columns, from, to, panel, y, fromY, rowY);
      default -> throw new IllegalArgumentException(outputs + " outputs");
    }
  }

  /**
   * Adds the products of a band's entries with the gradients of its outputs to the panel.
   *
   * @param g {@code (BAND, outputs)} from {@code fromG}, rows {@code rowG} apart
   * @param panel {@code (in, outputs)}
   */
  static void gradient(
      float[] values,
      int[] columns,
      int from,
      int to,
      float[] g,
      int fromG,
      int rowG,
      float[] panel,
      int outputs) {
    switch (outputs / WIDTH) {
      case 4 -> gradientOfFour(values, columns, from, to, g, fromG, rowG, panel);
      case 2 -> gradientOfTwo(values, columns, from, to, g, fromG, rowG, panel);
      case 1 -> gradientOfOne(values, columns, from, to, g, fromG, rowG, panel);
      default -> throw new IllegalArgumentException(outputs + " outputs");
    }
  }

  private static void productOfFour(
      float[] values,
      int[] columns,
      int from,
      int to,
      float[] panel,
      float[] y,
      int fromY,
      int rowY) {
    int y0 = fromY;
    int y1 = fromY + rowY;
    int y2 = fromY + 2 * rowY;
    int y3 = fromY + 3 * rowY;
    FloatVector x00 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector x01 = FloatVector.fromArray(FLOATS, y, y0 + WIDTH);
    FloatVector x02 = FloatVector.fromArray(FLOATS, y, y0 + 2 * WIDTH);
    FloatVector x03 = FloatVector.fromArray(FLOATS, y, y0 + 3 * WIDTH);
    FloatVector x10 = FloatVector.fromArray(FLOATS, y, y1);
    FloatVector x11 = FloatVector.fromArray(FLOATS, y, y1 + WIDTH);
    FloatVector x12 = FloatVector.fromArray(FLOATS, y, y1 + 2 * WIDTH);
    FloatVector x13 = FloatVector.fromArray(FLOATS, y, y1 + 3 * WIDTH);
    FloatVector x20 = FloatVector.fromArray(FLOATS, y, y2);
    FloatVector x21 = FloatVector.fromArray(FLOATS, y, y2 + WIDTH);
    FloatVector x22 = FloatVector.fromArray(FLOATS, y, y2 + 2 * WIDTH);
    FloatVector x23 = FloatVector.fromArray(FLOATS, y, y2 + 3 * WIDTH);
    FloatVector x30 = FloatVector.fromArray(FLOATS, y, y3);
    FloatVector x31 = FloatVector.fromArray(FLOATS, y, y3 + WIDTH);
    FloatVector x32 = FloatVector.fromArray(FLOATS, y, y3 + 2 * WIDTH);
    FloatVector x33 = FloatVector.fromArray(FLOATS, y, y3 + 3 * WIDTH);
    for (int q = from; q < to; q++) {
      int row = columns[q] * 4 * WIDTH;
      FloatVector w0 = FloatVector.fromArray(FLOATS, panel, row);
      FloatVector w1 = FloatVector.fromArray(FLOATS, panel, row + WIDTH);
      FloatVector w2 = FloatVector.fromArray(FLOATS, panel, row + 2 * WIDTH);
      FloatVector w3 = FloatVector.fromArray(FLOATS, panel, row + 3 * WIDTH);
      FloatVector value0 = FloatVector.broadcast(FLOATS, values[BAND * q]);
      x00 = value0.fma(w0, x00);
      x01 = value0.fma(w1, x01);
      x02 = value0.fma(w2, x02);
      x03 = value0.fma(w3, x03);
      FloatVector value1 = FloatVector.broadcast(FLOATS, values[BAND * q + 1]);
      x10 = value1.fma(w0, x10);
      x11 = value1.fma(w1, x11);
      x12 = value1.fma(w2, x12);
      x13 = value1.fma(w3, x13);
      FloatVector value2 = FloatVector.broadcast(FLOATS, values[BAND * q + 2]);
      x20 = value2.fma(w0, x20);
      x21 = value2.fma(w1, x21);
      x22 = value2.fma(w2, x22);
      x23 = value2.fma(w3, x23);
      FloatVector value3 = FloatVector.broadcast(FLOATS, values[BAND * q + 3]);
      x30 = value3.fma(w0, x30);
      x31 = value3.fma(w1, x31);
      x32 = value3.fma(w2, x32);
      x33 = value3.fma(w3, x33);
    }
    x00.intoArray(y, y0);
    x01.intoArray(y, y0 + WIDTH);
    x02.intoArray(y, y0 + 2 * WIDTH);
    x03.intoArray(y, y0 + 3 * WIDTH);
    x10.intoArray(y, y1);
    x11.intoArray(y, y1 + WIDTH);
    x12.intoArray(y, y1 + 2 * WIDTH);
    x13.intoArray(y, y1 + 3 * WIDTH);
    x20.intoArray(y, y2);
    x21.intoArray(y, y2 + WIDTH);
    x22.intoArray(y, y2 + 2 * WIDTH);
    x23.intoArray(y, y2 + 3 * WIDTH);
    x30.intoArray(y, y3);
    x31.intoArray(y, y3 + WIDTH);
    x32.intoArray(y, y3 + 2 * WIDTH);
    x33.intoArray(y, y3 + 3 * WIDTH);
  }

  private static void productOfTwo(
      float[] values,
      int[] columns,
      int from,
      int to,
      float[] panel,
      float[] y,
      int fromY,
      int rowY) {
    int y0 = fromY;
    int y1 = fromY + rowY;
    int y2 = fromY + 2 * rowY;
    int y3 = fromY + 3 * rowY;
    FloatVector x00 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector x01 = FloatVector.fromArray(FLOATS, y, y0 + WIDTH);
    FloatVector x10 = FloatVector.fromArray(FLOATS, y, y1);
    FloatVector x11 = FloatVector.fromArray(FLOATS, y, y1 + WIDTH);
    FloatVector x20 = FloatVector.fromArray(FLOATS, y, y2);
    FloatVector x21 = FloatVector.fromArray(FLOATS, y, y2 + WIDTH);
    FloatVector x30 = FloatVector.fromArray(FLOATS, y, y3);
    FloatVector x31 = FloatVector.fromArray(FLOATS, y, y3 + WIDTH);
    for (int q = from; q < to; q++) {
      int row = columns[q] * 2 * WIDTH;
      FloatVector w0 = FloatVector.fromArray(FLOATS, panel, row);
      FloatVector w1 = FloatVector.fromArray(FLOATS, panel, row + WIDTH);
      FloatVector value0 = FloatVector.broadcast(FLOATS, values[BAND * q]);
      x00 = value0.fma(w0, x00);
      x01 = value0.fma(w1, x01);
      FloatVector value1 = FloatVector.broadcast(FLOATS, values[BAND * q + 1]);
      x10 = value1.fma(w0, x10);
      x11 = value1.fma(w1, x11);
      FloatVector value2 = FloatVector.broadcast(FLOATS, values[BAND * q + 2]);
      x20 = value2.fma(w0, x20);
      x21 = value2.fma(w1, x21);
      FloatVector value3 = FloatVector.broadcast(FLOATS, values[BAND * q + 3]);
      x30 = value3.fma(w0, x30);
      x31 = value3.fma(w1, x31);
    }
    x00.intoArray(y, y0);
    x01.intoArray(y, y0 + WIDTH);
    x10.intoArray(y, y1);
    x11.intoArray(y, y1 + WIDTH);
    x20.intoArray(y, y2);
    x21.intoArray(y, y2 + WIDTH);
    x30.intoArray(y, y3);
    x31.intoArray(y, y3 + WIDTH);
  }

  private static void productOfOne(
      float[] values,
      int[] columns,
      int from,
      int to,
      float[] panel,
      float[] y,
      int fromY,
      int rowY) {
    int y0 = fromY;
    int y1 = fromY + rowY;
    int y2 = fromY + 2 * rowY;
    int y3 = fromY + 3 * rowY;
    FloatVector x00 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector x10 = FloatVector.fromArray(FLOATS, y, y1);
    FloatVector x20 = FloatVector.fromArray(FLOATS, y, y2);
    FloatVector x30 = FloatVector.fromArray(FLOATS, y, y3);
    for (int q = from; q < to; q++) {
      int row = columns[q] * WIDTH;
      FloatVector w0 = FloatVector.fromArray(FLOATS, panel, row);
      FloatVector value0 = FloatVector.broadcast(FLOATS, values[BAND * q]);
      x00 = value0.fma(w0, x00);
      FloatVector value1 = FloatVector.broadcast(FLOATS, values[BAND * q + 1]);
      x10 = value1.fma(w0, x10);
      FloatVector value2 = FloatVector.broadcast(FLOATS, values[BAND * q + 2]);
      x20 = value2.fma(w0, x20);
      FloatVector value3 = FloatVector.broadcast(FLOATS, values[BAND * q + 3]);
      x30 = value3.fma(w0, x30);
    }
    x00.intoArray(y, y0);
    x10.intoArray(y, y1);
    x20.intoArray(y, y2);
    x30.intoArray(y, y3);
  }

  private static void gradientOfFour(
      float[] values,
      int[] columns,
      int from,
      int to,
      float[] g,
      int fromG,
      int rowG,
      float[] panel) {
    int g0 = fromG;
    int g1 = fromG + rowG;
    int g2 = fromG + 2 * rowG;
    int g3 = fromG + 3 * rowG;
    FloatVector g00 = FloatVector.fromArray(FLOATS, g, g0);
    FloatVector g01 = FloatVector.fromArray(FLOATS, g, g0 + WIDTH);
    FloatVector g02 = FloatVector.fromArray(FLOATS, g, g0 + 2 * WIDTH);
    FloatVector g03 = FloatVector.fromArray(FLOATS, g, g0 + 3 * WIDTH);
    FloatVector g10 = FloatVector.fromArray(FLOATS, g, g1);
    FloatVector g11 = FloatVector.fromArray(FLOATS, g, g1 + WIDTH);
    FloatVector g12 = FloatVector.fromArray(FLOATS, g, g1 + 2 * WIDTH);
    FloatVector g13 = FloatVector.fromArray(FLOATS, g, g1 + 3 * WIDTH);
    FloatVector g20 = FloatVector.fromArray(FLOATS, g, g2);
    FloatVector g21 = FloatVector.fromArray(FLOATS, g, g2 + WIDTH);
    FloatVector g22 = FloatVector.fromArray(FLOATS, g, g2 + 2 * WIDTH);
    FloatVector g23 = FloatVector.fromArray(FLOATS, g, g2 + 3 * WIDTH);
    FloatVector g30 = FloatVector.fromArray(FLOATS, g, g3);
    FloatVector g31 = FloatVector.fromArray(FLOATS, g, g3 + WIDTH);
    FloatVector g32 = FloatVector.fromArray(FLOATS, g, g3 + 2 * WIDTH);
    FloatVector g33 = FloatVector.fromArray(FLOATS, g, g3 + 3 * WIDTH);
    for (int q = from; q < to; q++) {
      int row = columns[q] * 4 * WIDTH;
      FloatVector d0 = FloatVector.fromArray(FLOATS, panel, row);
      FloatVector d1 = FloatVector.fromArray(FLOATS, panel, row + WIDTH);
      FloatVector d2 = FloatVector.fromArray(FLOATS, panel, row + 2 * WIDTH);
      FloatVector d3 = FloatVector.fromArray(FLOATS, panel, row + 3 * WIDTH);
      FloatVector value0 = FloatVector.broadcast(FLOATS, values[BAND * q]);
      d0 = value0.fma(g00, d0);
      d1 = value0.fma(g01, d1);
      d2 = value0.fma(g02, d2);
      d3 = value0.fma(g03, d3);
      FloatVector value1 = FloatVector.broadcast(FLOATS, values[BAND * q + 1]);
      d0 = value1.fma(g10, d0);
      d1 = value1.fma(g11, d1);
      d2 = value1.fma(g12, d2);
      d3 = value1.fma(g13, d3);
      FloatVector value2 = FloatVector.broadcast(FLOATS, values[BAND * q + 2]);
      d0 = value2.fma(g20, d0);
      d1 = value2.fma(g21, d1);
      d2 = value2.fma(g22, d2);
      d3 = value2.fma(g23, d3);
      FloatVector value3 = FloatVector.broadcast(FLOATS, values[BAND * q + 3]);
      d0 = value3.fma(g30, d0);
      d1 = value3.fma(g31, d1);
      d2 = value3.fma(g32, d2);
      d3 = value3.fma(g33, d3);
      d0.intoArray(panel, row);
      d1.intoArray(panel, row + WIDTH);
      d2.intoArray(panel, row + 2 * WIDTH);
      d3.intoArray(panel, row + 3 * WIDTH);
    }
  }

  private static void gradientOfTwo(
      float[] values,
      int[] columns,
      int from,
      int to,
      float[] g,
      int fromG,
      int rowG,
      float[] panel) {
    int g0 = fromG;
    int g1 = fromG + rowG;
    int g2 = fromG + 2 * rowG;
    int g3 = fromG + 3 * rowG;
    FloatVector g00 = FloatVector.fromArray(FLOATS, g, g0);
    FloatVector g01 = FloatVector.fromArray(FLOATS, g, g0 + WIDTH);
    FloatVector g10 = FloatVector.fromArray(FLOATS, g, g1);
    FloatVector g11 = FloatVector.fromArray(FLOATS, g, g1 + WIDTH);
    FloatVector g20 = FloatVector.fromArray(FLOATS, g, g2);
    FloatVector g21 = FloatVector.fromArray(FLOATS, g, g2 + WIDTH);
    FloatVector g30 = FloatVector.fromArray(FLOATS, g, g3);
    FloatVector g31 = FloatVector.fromArray(FLOATS, g, g3 + WIDTH);
    for (int q = from; q < to; q++) {
      int row = columns[q] * 2 * WIDTH;
      FloatVector d0 = FloatVector.fromArray(FLOATS, panel, row);
      FloatVector d1 = FloatVector.fromArray(FLOATS, panel, row + WIDTH);
      FloatVector value0 = FloatVector.broadcast(FLOATS, values[BAND * q]);
      d0 = value0.fma(g00, d0);
      d1 = value0.fma(g01, d1);
      FloatVector value1 = FloatVector.broadcast(FLOATS, values[BAND * q + 1]);
      d0 = value1.fma(g10, d0);
      d1 = value1.fma(g11, d1);
      FloatVector value2 = FloatVector.broadcast(FLOATS, values[BAND * q + 2]);
      d0 = value2.fma(g20, d0);
      d1 = value2.fma(g21, d1);
      FloatVector value3 = FloatVector.broadcast(FLOATS, values[BAND * q + 3]);
      d0 = value3.fma(g30, d0);
      d1 = value3.fma(g31, d1);
      d0.intoArray(panel, row);
      d1.intoArray(panel, row + WIDTH);
    }
  }

  private static void gradientOfOne(
      float[] values,
      int[] columns,
      int from,
      int to,
      float[] g,
      int fromG,
      int rowG,
      float[] panel) {
    int g0 = fromG;
    int g1 = fromG + rowG;
    int g2 = fromG + 2 * rowG;
    int g3 = fromG + 3 * rowG;
    FloatVector g00 = FloatVector.fromArray(FLOATS, g, g0);
    FloatVector g10 = FloatVector.fromArray(FLOATS, g, g1);
    FloatVector g20 = FloatVector.fromArray(FLOATS, g, g2);
    FloatVector g30 = FloatVector.fromArray(FLOATS, g, g3);
    for (int q = from; q < to; q++) {
      int row = columns[q] * WIDTH;
      FloatVector d0 = FloatVector.fromArray(FLOATS, panel, row);
      FloatVector value0 = FloatVector.broadcast(FLOATS, values[BAND * q]);
      d0 = value0.fma(g00, d0);
      FloatVector value1 = FloatVector.broadcast(FLOATS, values[BAND * q + 1]);
      d0 = value1.fma(g10, d0);
      FloatVector value2 = FloatVector.broadcast(FLOATS, values[BAND * q + 2]);
      d0 = value2.fma(g20, d0);
      FloatVector value3 = FloatVector.broadcast(FLOATS, values[BAND * q + 3]);
      d0 = value3.fma(g30, d0);
      d0.intoArray(panel, row);
    }
  }
}
