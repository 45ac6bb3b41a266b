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
      int n,
      boolean accumulate) {
    if (!accumulate) {
      PlainKernels.clear(c, fromC, rowC, m, n);
    }
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
    int tall = m - m % VectorTiles.MOST_ROWS;
    wholeTiles(a, fromA, b, fromB, rowB, c, fromC, rowC, tall, k, n);
    lastColumns(a, fromA, b, fromB, rowB, c, fromC, rowC, tall, k, n);
    if (tall < m) {
      lastRows(a, fromA + tall * k, b, fromB, rowB, c, fromC + tall * rowC, rowC, m - tall, k, n);
    }
  }

  /** The columns that fill tiles, of rows that fill tiles. */
  private static void wholeTiles(
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
    int j = 0;
    for (; j + VectorTiles.WIDE <= n; j += VectorTiles.WIDE) {
      VectorTiles.strip(a, fromA, b, fromB + j, rowB, c, fromC + j, rowC, m, k, VectorTiles.WIDE);
    }
    for (; j + NARROW <= n; j += NARROW) {
      VectorTiles.strip(a, fromA, b, fromB + j, rowB, c, fromC + j, rowC, m, k, NARROW);
    }
  }

  /** The columns that do not fill a tile, through a copy of c, and of b if needed, that does. */
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
    int from = n - n % NARROW;
    int left = n - from;
    if (left == 0 || m == 0) {
      return;
    }
    float[] tile = Scratch.take(Scratch.TILE, m * NARROW); // (m, NARROW)
    copyRows(c, fromC + from, rowC, tile, 0, NARROW, m, left);
    if (rowB % NARROW == 0) {
      VectorTiles.strip(a, fromA, b, fromB + from, rowB, tile, 0, NARROW, m, k, NARROW);
    } else {
      float[] panel = Scratch.take(Scratch.PANEL, k * NARROW); // (k, NARROW)
      copyRows(b, fromB + from, rowB, panel, 0, NARROW, k, left);
      VectorTiles.strip(a, fromA, panel, 0, NARROW, tile, 0, NARROW, m, k, NARROW);
    }
    copyRows(tile, 0, NARROW, c, fromC + from, rowC, m, left);
  }

  /** Rows that do not fill a tile, through copies of a and c that do. */
  private static void lastRows(
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
    int padded = VectorTiles.MOST_ROWS;
    float[] rows = Scratch.take(Scratch.LAST_ROWS, padded * k); // (padded, k)
    System.arraycopy(a, fromA, rows, 0, m * k);
    float[] sums = Scratch.take(Scratch.LAST_SUMS, padded * n); // (padded, n)
    for (int i = 0; i < m; i++) {
      System.arraycopy(c, fromC + i * rowC, sums, i * n, n);
    }
    wholeTiles(rows, 0, b, fromB, rowB, sums, 0, n, padded, k, n);
    lastColumns(rows, 0, b, fromB, rowB, sums, 0, n, padded, k, n);
    for (int i = 0; i < m; i++) {
      System.arraycopy(sums, i * n, c, fromC + i * rowC, n);
    }
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
