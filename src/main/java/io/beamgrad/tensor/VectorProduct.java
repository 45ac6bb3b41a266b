package io.beamgrad.tensor;

/**
 * A matrix product by {@link VectorTiles}. The lanes lie along the output's columns, so that each
 * element keeps its own chain of additions; what has to be transposed for that, or padded to whole
 * tiles, is copied first.
 */
final class VectorProduct {

  private static final int NARROW = VectorTiles.NARROW;

  private VectorProduct() {}

  /** A {@link SplitProduct.Block}, for which a transposed matrix is turned first. */
  static void product(
      float[] a,
      int fromA,
      int rowA,
      int innerA,
      float[] b,
      int fromB,
      int innerB,
      int columnB,
      float[] c,
      int fromC,
      int rowC,
      int m,
      int k,
      int n) {
    if (innerA != 1) {
      float[] rows = Scratch.take(Scratch.ROWS, m * k); // (m, k)
      VectorTurn.turn(a, fromA, innerA, rows, 0, k, k, m);
      addProduct(rows, 0, b, fromB, innerB, c, fromC, rowC, m, k, n);
    } else if (columnB != 1) {
      int padded = (n + NARROW - 1) / NARROW * NARROW;
      float[] columns = Scratch.take(Scratch.COLUMNS, k * padded); // (k, padded)
      VectorTurn.turn(b, fromB, columnB, columns, 0, padded, n, k);
      addProduct(a, fromA, columns, 0, padded, c, fromC, rowC, m, k, n);
    } else {
      addProduct(a, fromA, b, fromB, innerB, c, fromC, rowC, m, k, n);
    }
  }

  /**
   * c[m, n] += a[m, k] x b[k, n], where a's rows follow each other and b's and c's are {@code rowB}
   * and {@code rowC} apart; a rowB that is a multiple of {@link #NARROW} says that whole tiles can
   * be read, whatever n is.
   */
  private static void addProduct(
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
      int n) {
    int wide = n - n % VectorTiles.WIDE;
    int whole = n - n % NARROW;
    addStrips(a, fromA, b, fromB, rowB, c, fromC, rowC, m, k, wide, VectorTiles.WIDE);
    addStrips(a, fromA, b, fromB + wide, rowB, c, fromC + wide, rowC, m, k, whole - wide, NARROW);
    if (whole < n) {
      lastColumns(a, fromA, b, fromB + whole, rowB, c, fromC + whole, rowC, m, k, n - whole);
    }
  }

  /** Adds to n columns, which are strips of so many. */
  private static void addStrips(
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
      int n,
      int columns) {
    int height = VectorTiles.rows(columns);
    int tall = m - m % height;
    for (int j = 0; j < n; j += columns) {
      VectorTiles.strip(a, fromA, b, fromB + j, rowB, c, fromC + j, rowC, tall, k, columns);
    }
    if (tall == m || n == 0) {
      return;
    }
    // The rows that do not fill a tile, through copies of a and c that do
    int fromLast = fromC + tall * rowC;
    float[] rows = Scratch.take(Scratch.LAST_ROWS, height * k); // (height, k)
    System.arraycopy(a, fromA + tall * k, rows, 0, (m - tall) * k);
    float[] sums = Scratch.take(Scratch.LAST_SUMS, height * n); // (height, n)
    copyRows(c, fromLast, rowC, sums, 0, n, m - tall, n);
    for (int j = 0; j < n; j += columns) {
      VectorTiles.strip(rows, 0, b, fromB + j, rowB, sums, j, n, height, k, columns);
    }
    copyRows(sums, 0, n, c, fromLast, rowC, m - tall, n);
  }

  /** The n columns that do not fill a tile, through a copy of c, and of b if needed, that does. */
  private static void lastColumns(
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
      int n) {
    float[] tile = Scratch.take(Scratch.TILE, m * NARROW); // (m, NARROW)
    copyRows(c, fromC, rowC, tile, 0, NARROW, m, n);
    if (rowB % NARROW == 0) {
      addStrips(a, fromA, b, fromB, rowB, tile, 0, NARROW, m, k, NARROW, NARROW);
    } else {
      float[] panel = Scratch.take(Scratch.PANEL, k * NARROW); // (k, NARROW)
      copyRows(b, fromB, rowB, panel, 0, NARROW, k, n);
      addStrips(a, fromA, panel, 0, NARROW, tile, 0, NARROW, m, k, NARROW, NARROW);
    }
    copyRows(tile, 0, NARROW, c, fromC, rowC, m, n);
  }

  static void copyRows(
      float[] src, int srcFrom, int srcRow, float[] dst, int dstFrom, int dstRow, int rows, int n) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < n; j++) { // mostly too few for System.arraycopy to pay
        dst[dstFrom + i * dstRow + j] = src[srcFrom + i * srcRow + j];
      }
    }
  }
}
