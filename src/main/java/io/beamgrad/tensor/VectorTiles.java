package io.beamgrad.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of {@link VectorKernels}' products: tiles of c that stay in registers for the
 * whole inner dimension. A vector of b is loaded once for all rows of a tile, an element of a once
 * for all its vectors. The sizes are the fastest that were measured: four rows by four vectors
 * where there are 32 registers, five by two where there are 16; ten rows where one or two vectors
 * are left. (Five rows by four vectors reach 97 GFLOP/s where four reach 110, on a core of a Zen 4
 * with vectors of 8 floats.)
 *
 * <p>The index of b is an affine function of the loop's counter, or C2 would check its range in
 * each step. Nothing is passed in vectors from method to method, or C2 could box them.
 *
 * <p>a's rows follow each other, b's and c's are {@code rowB} and {@code rowC} elements apart.
 */
final class VectorTiles {

  static final VectorSpecies<Float> FLOATS = VectorWidth.choose();
  static final int WIDTH = FLOATS.length();

  /** Columns of the narrowest tile, whatever the vector's width. */
  static final int NARROW = 16;

  private static final boolean HAS_32_REGISTERS = FloatVector.SPECIES_PREFERRED.length() != 8;

  /** Columns of the widest tile. */
  static final int WIDE = HAS_32_REGISTERS ? 4 * WIDTH : NARROW;

  private VectorTiles() {}

  /** The rows of a tile of so many columns, {@link #WIDE} or {@link #NARROW}. */
  static int rows(int columns) {
    return switch (columns / WIDTH) {
      case 4 -> 4;
      case 2 -> HAS_32_REGISTERS ? 10 : 5;
      default -> 10;
    };
  }

  /**
   * Adds a[m, k] x b[k, columns] to that many columns of c, where m is a multiple of {@link #rows},
   * and the columns are {@link #WIDE} or {@link #NARROW}.
   */
  static void strip(
      float[] a,
      int fromA,
      float[] b,
      int fromB,
      int rowB,
      float[] c,
      int fromC,
      int rowC,
      int m,
      int k,
      int columns) {
    switch (columns / WIDTH) {
      case 4 -> {
        for (int i = 0; i < m; i += 4) {
          fourByFour(a, fromA + i * k, b, fromB, rowB, c, fromC + i * rowC, rowC, k);
        }
      }
      case 2 -> {
        if (HAS_32_REGISTERS) {
          for (int i = 0; i < m; i += 10) {
            tenByTwo(a, fromA + i * k, b, fromB, rowB, c, fromC + i * rowC, rowC, k);
          }
        } else {
          for (int i = 0; i < m; i += 5) {
            fiveByTwo(a, fromA + i * k, b, fromB, rowB, c, fromC + i * rowC, rowC, k);
          }
        }
      }
      case 1 -> {
        for (int i = 0; i < m; i += 10) {
          tenByOne(a, fromA + i * k, b, fromB, rowB, c, fromC + i * rowC, rowC, k);
        }
      }
      default -> throw new IllegalArgumentException(columns + " columns");
    }
  }

  private static void fourByFour(
      float[] a, int fromA, float[] b, int fromB, int rowB, float[] c, int fromC, int rowC, int k) {
    int a0 = fromA;
    int a1 = fromA + k;
    int a2 = fromA + 2 * k;
    int a3 = fromA + 3 * k;
    int c0 = fromC;
    int c1 = fromC + rowC;
    int c2 = fromC + 2 * rowC;
    int c3 = fromC + 3 * rowC;
    FloatVector x00 = FloatVector.fromArray(FLOATS, c, c0);
    FloatVector x01 = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
    FloatVector x02 = FloatVector.fromArray(FLOATS, c, c0 + 2 * WIDTH);
    FloatVector x03 = FloatVector.fromArray(FLOATS, c, c0 + 3 * WIDTH);
    FloatVector x10 = FloatVector.fromArray(FLOATS, c, c1);
    FloatVector x11 = FloatVector.fromArray(FLOATS, c, c1 + WIDTH);
    FloatVector x12 = FloatVector.fromArray(FLOATS, c, c1 + 2 * WIDTH);
    FloatVector x13 = FloatVector.fromArray(FLOATS, c, c1 + 3 * WIDTH);
    FloatVector x20 = FloatVector.fromArray(FLOATS, c, c2);
    FloatVector x21 = FloatVector.fromArray(FLOATS, c, c2 + WIDTH);
    FloatVector x22 = FloatVector.fromArray(FLOATS, c, c2 + 2 * WIDTH);
    FloatVector x23 = FloatVector.fromArray(FLOATS, c, c2 + 3 * WIDTH);
    FloatVector x30 = FloatVector.fromArray(FLOATS, c, c3);
    FloatVector x31 = FloatVector.fromArray(FLOATS, c, c3 + WIDTH);
    FloatVector x32 = FloatVector.fromArray(FLOATS, c, c3 + 2 * WIDTH);
    FloatVector x33 = FloatVector.fromArray(FLOATS, c, c3 + 3 * WIDTH);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, fromB + p * rowB);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, fromB + p * rowB + WIDTH);
      FloatVector b2 = FloatVector.fromArray(FLOATS, b, fromB + p * rowB + 2 * WIDTH);
      FloatVector b3 = FloatVector.fromArray(FLOATS, b, fromB + p * rowB + 3 * WIDTH);
      FloatVector row0 = FloatVector.broadcast(FLOATS, a[a0 + p]);
      x00 = row0.fma(b0, x00);
      x01 = row0.fma(b1, x01);
      x02 = row0.fma(b2, x02);
      x03 = row0.fma(b3, x03);
      FloatVector row1 = FloatVector.broadcast(FLOATS, a[a1 + p]);
      x10 = row1.fma(b0, x10);
      x11 = row1.fma(b1, x11);
      x12 = row1.fma(b2, x12);
      x13 = row1.fma(b3, x13);
      FloatVector row2 = FloatVector.broadcast(FLOATS, a[a2 + p]);
      x20 = row2.fma(b0, x20);
      x21 = row2.fma(b1, x21);
      x22 = row2.fma(b2, x22);
      x23 = row2.fma(b3, x23);
      FloatVector row3 = FloatVector.broadcast(FLOATS, a[a3 + p]);
      x30 = row3.fma(b0, x30);
      x31 = row3.fma(b1, x31);
      x32 = row3.fma(b2, x32);
      x33 = row3.fma(b3, x33);
    }
    x00.intoArray(c, c0);
    x01.intoArray(c, c0 + WIDTH);
    x02.intoArray(c, c0 + 2 * WIDTH);
    x03.intoArray(c, c0 + 3 * WIDTH);
    x10.intoArray(c, c1);
    x11.intoArray(c, c1 + WIDTH);
    x12.intoArray(c, c1 + 2 * WIDTH);
    x13.intoArray(c, c1 + 3 * WIDTH);
    x20.intoArray(c, c2);
    x21.intoArray(c, c2 + WIDTH);
    x22.intoArray(c, c2 + 2 * WIDTH);
    x23.intoArray(c, c2 + 3 * WIDTH);
    x30.intoArray(c, c3);
    x31.intoArray(c, c3 + WIDTH);
    x32.intoArray(c, c3 + 2 * WIDTH);
    x33.intoArray(c, c3 + 3 * WIDTH);
  }

  private static void fiveByTwo(
      float[] a, int fromA, float[] b, int fromB, int rowB, float[] c, int fromC, int rowC, int k) {
    int a0 = fromA;
    int a1 = fromA + k;
    int a2 = fromA + 2 * k;
    int a3 = fromA + 3 * k;
    int a4 = fromA + 4 * k;
    int c0 = fromC;
    int c1 = fromC + rowC;
    int c2 = fromC + 2 * rowC;
    int c3 = fromC + 3 * rowC;
    int c4 = fromC + 4 * rowC;
    FloatVector x00 = FloatVector.fromArray(FLOATS, c, c0);
    FloatVector x01 = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
    FloatVector x10 = FloatVector.fromArray(FLOATS, c, c1);
    FloatVector x11 = FloatVector.fromArray(FLOATS, c, c1 + WIDTH);
    FloatVector x20 = FloatVector.fromArray(FLOATS, c, c2);
    FloatVector x21 = FloatVector.fromArray(FLOATS, c, c2 + WIDTH);
    FloatVector x30 = FloatVector.fromArray(FLOATS, c, c3);
    FloatVector x31 = FloatVector.fromArray(FLOATS, c, c3 + WIDTH);
    FloatVector x40 = FloatVector.fromArray(FLOATS, c, c4);
    FloatVector x41 = FloatVector.fromArray(FLOATS, c, c4 + WIDTH);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, fromB + p * rowB);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, fromB + p * rowB + WIDTH);
      FloatVector row0 = FloatVector.broadcast(FLOATS, a[a0 + p]);
      x00 = row0.fma(b0, x00);
      x01 = row0.fma(b1, x01);
      FloatVector row1 = FloatVector.broadcast(FLOATS, a[a1 + p]);
      x10 = row1.fma(b0, x10);
      x11 = row1.fma(b1, x11);
      FloatVector row2 = FloatVector.broadcast(FLOATS, a[a2 + p]);
      x20 = row2.fma(b0, x20);
      x21 = row2.fma(b1, x21);
      FloatVector row3 = FloatVector.broadcast(FLOATS, a[a3 + p]);
      x30 = row3.fma(b0, x30);
      x31 = row3.fma(b1, x31);
      FloatVector row4 = FloatVector.broadcast(FLOATS, a[a4 + p]);
      x40 = row4.fma(b0, x40);
      x41 = row4.fma(b1, x41);
    }
    x00.intoArray(c, c0);
    x01.intoArray(c, c0 + WIDTH);
    x10.intoArray(c, c1);
    x11.intoArray(c, c1 + WIDTH);
    x20.intoArray(c, c2);
    x21.intoArray(c, c2 + WIDTH);
    x30.intoArray(c, c3);
    x31.intoArray(c, c3 + WIDTH);
    x40.intoArray(c, c4);
    x41.intoArray(c, c4 + WIDTH);
  }

  private static void tenByTwo(
      float[] a, int fromA, float[] b, int fromB, int rowB, float[] c, int fromC, int rowC, int k) {
    int a0 = fromA;
    int a1 = fromA + k;
    int a2 = fromA + 2 * k;
    int a3 = fromA + 3 * k;
    int a4 = fromA + 4 * k;
    int a5 = fromA + 5 * k;
    int a6 = fromA + 6 * k;
    int a7 = fromA + 7 * k;
    int a8 = fromA + 8 * k;
    int a9 = fromA + 9 * k;
    int c0 = fromC;
    int c1 = fromC + rowC;
    int c2 = fromC + 2 * rowC;
    int c3 = fromC + 3 * rowC;
    int c4 = fromC + 4 * rowC;
    int c5 = fromC + 5 * rowC;
    int c6 = fromC + 6 * rowC;
    int c7 = fromC + 7 * rowC;
    int c8 = fromC + 8 * rowC;
    int c9 = fromC + 9 * rowC;
    FloatVector x00 = FloatVector.fromArray(FLOATS, c, c0);
    FloatVector x01 = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
    FloatVector x10 = FloatVector.fromArray(FLOATS, c, c1);
    FloatVector x11 = FloatVector.fromArray(FLOATS, c, c1 + WIDTH);
    FloatVector x20 = FloatVector.fromArray(FLOATS, c, c2);
    FloatVector x21 = FloatVector.fromArray(FLOATS, c, c2 + WIDTH);
    FloatVector x30 = FloatVector.fromArray(FLOATS, c, c3);
    FloatVector x31 = FloatVector.fromArray(FLOATS, c, c3 + WIDTH);
    FloatVector x40 = FloatVector.fromArray(FLOATS, c, c4);
    FloatVector x41 = FloatVector.fromArray(FLOATS, c, c4 + WIDTH);
    FloatVector x50 = FloatVector.fromArray(FLOATS, c, c5);
    FloatVector x51 = FloatVector.fromArray(FLOATS, c, c5 + WIDTH);
    FloatVector x60 = FloatVector.fromArray(FLOATS, c, c6);
    FloatVector x61 = FloatVector.fromArray(FLOATS, c, c6 + WIDTH);
    FloatVector x70 = FloatVector.fromArray(FLOATS, c, c7);
    FloatVector x71 = FloatVector.fromArray(FLOATS, c, c7 + WIDTH);
    FloatVector x80 = FloatVector.fromArray(FLOATS, c, c8);
    FloatVector x81 = FloatVector.fromArray(FLOATS, c, c8 + WIDTH);
    FloatVector x90 = FloatVector.fromArray(FLOATS, c, c9);
    FloatVector x91 = FloatVector.fromArray(FLOATS, c, c9 + WIDTH);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, fromB + p * rowB);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, fromB + p * rowB + WIDTH);
      FloatVector row0 = FloatVector.broadcast(FLOATS, a[a0 + p]);
      x00 = row0.fma(b0, x00);
      x01 = row0.fma(b1, x01);
      FloatVector row1 = FloatVector.broadcast(FLOATS, a[a1 + p]);
      x10 = row1.fma(b0, x10);
      x11 = row1.fma(b1, x11);
      FloatVector row2 = FloatVector.broadcast(FLOATS, a[a2 + p]);
      x20 = row2.fma(b0, x20);
      x21 = row2.fma(b1, x21);
      FloatVector row3 = FloatVector.broadcast(FLOATS, a[a3 + p]);
      x30 = row3.fma(b0, x30);
      x31 = row3.fma(b1, x31);
      FloatVector row4 = FloatVector.broadcast(FLOATS, a[a4 + p]);
      x40 = row4.fma(b0, x40);
      x41 = row4.fma(b1, x41);
      FloatVector row5 = FloatVector.broadcast(FLOATS, a[a5 + p]);
      x50 = row5.fma(b0, x50);
      x51 = row5.fma(b1, x51);
      FloatVector row6 = FloatVector.broadcast(FLOATS, a[a6 + p]);
      x60 = row6.fma(b0, x60);
      x61 = row6.fma(b1, x61);
      FloatVector row7 = FloatVector.broadcast(FLOATS, a[a7 + p]);
      x70 = row7.fma(b0, x70);
      x71 = row7.fma(b1, x71);
      FloatVector row8 = FloatVector.broadcast(FLOATS, a[a8 + p]);
      x80 = row8.fma(b0, x80);
      x81 = row8.fma(b1, x81);
      FloatVector row9 = FloatVector.broadcast(FLOATS, a[a9 + p]);
      x90 = row9.fma(b0, x90);
      x91 = row9.fma(b1, x91);
    }
    x00.intoArray(c, c0);
    x01.intoArray(c, c0 + WIDTH);
    x10.intoArray(c, c1);
    x11.intoArray(c, c1 + WIDTH);
    x20.intoArray(c, c2);
    x21.intoArray(c, c2 + WIDTH);
    x30.intoArray(c, c3);
    x31.intoArray(c, c3 + WIDTH);
    x40.intoArray(c, c4);
    x41.intoArray(c, c4 + WIDTH);
    x50.intoArray(c, c5);
    x51.intoArray(c, c5 + WIDTH);
    x60.intoArray(c, c6);
    x61.intoArray(c, c6 + WIDTH);
    x70.intoArray(c, c7);
    x71.intoArray(c, c7 + WIDTH);
    x80.intoArray(c, c8);
    x81.intoArray(c, c8 + WIDTH);
    x90.intoArray(c, c9);
    x91.intoArray(c, c9 + WIDTH);
  }

  private static void tenByOne(
      float[] a, int fromA, float[] b, int fromB, int rowB, float[] c, int fromC, int rowC, int k) {
    int a0 = fromA;
    int a1 = fromA + k;
    int a2 = fromA + 2 * k;
    int a3 = fromA + 3 * k;
    int a4 = fromA + 4 * k;
    int a5 = fromA + 5 * k;
    int a6 = fromA + 6 * k;
    int a7 = fromA + 7 * k;
    int a8 = fromA + 8 * k;
    int a9 = fromA + 9 * k;
    int c0 = fromC;
    int c1 = fromC + rowC;
    int c2 = fromC + 2 * rowC;
    int c3 = fromC + 3 * rowC;
    int c4 = fromC + 4 * rowC;
    int c5 = fromC + 5 * rowC;
    int c6 = fromC + 6 * rowC;
    int c7 = fromC + 7 * rowC;
    int c8 = fromC + 8 * rowC;
    int c9 = fromC + 9 * rowC;
    FloatVector x00 = FloatVector.fromArray(FLOATS, c, c0);
    FloatVector x10 = FloatVector.fromArray(FLOATS, c, c1);
    FloatVector x20 = FloatVector.fromArray(FLOATS, c, c2);
    FloatVector x30 = FloatVector.fromArray(FLOATS, c, c3);
    FloatVector x40 = FloatVector.fromArray(FLOATS, c, c4);
    FloatVector x50 = FloatVector.fromArray(FLOATS, c, c5);
    FloatVector x60 = FloatVector.fromArray(FLOATS, c, c6);
    FloatVector x70 = FloatVector.fromArray(FLOATS, c, c7);
    FloatVector x80 = FloatVector.fromArray(FLOATS, c, c8);
    FloatVector x90 = FloatVector.fromArray(FLOATS, c, c9);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, fromB + p * rowB);
      x00 = FloatVector.broadcast(FLOATS, a[a0 + p]).fma(b0, x00);
      x10 = FloatVector.broadcast(FLOATS, a[a1 + p]).fma(b0, x10);
      x20 = FloatVector.broadcast(FLOATS, a[a2 + p]).fma(b0, x20);
      x30 = FloatVector.broadcast(FLOATS, a[a3 + p]).fma(b0, x30);
      x40 = FloatVector.broadcast(FLOATS, a[a4 + p]).fma(b0, x40);
      x50 = FloatVector.broadcast(FLOATS, a[a5 + p]).fma(b0, x50);
      x60 = FloatVector.broadcast(FLOATS, a[a6 + p]).fma(b0, x60);
      x70 = FloatVector.broadcast(FLOATS, a[a7 + p]).fma(b0, x70);
      x80 = FloatVector.broadcast(FLOATS, a[a8 + p]).fma(b0, x80);
      x90 = FloatVector.broadcast(FLOATS, a[a9 + p]).fma(b0, x90);
    }
    x00.intoArray(c, c0);
    x10.intoArray(c, c1);
    x20.intoArray(c, c2);
    x30.intoArray(c, c3);
    x40.intoArray(c, c4);
    x50.intoArray(c, c5);
    x60.intoArray(c, c6);
    x70.intoArray(c, c7);
    x80.intoArray(c, c8);
    x90.intoArray(c, c9);
  }
}
