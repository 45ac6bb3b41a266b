package io.beamgrad.tensor;

import java.util.Arrays;

/**
 * A matrix product whose rows or columns are split between {@link Workers}. Each element of the
 * result is computed as it would be alone, so that its bits do not depend on the split.
 *
 * <p>Measured on two cores with vectors of 16 floats, on one thread and on two: [100, 784] x [784,
 * 128] 219 and 112 microseconds, [100, 1024] x [1024, 1024] 1980 and 1013; a training step of 100
 * rows, while a further thread prepares batches: 784-128-10 0.50 and 0.36 ms, 784-256-10 1.05 and
 * 0.68, 784-1024-1024-10 15.1 and 9.4. Where another program keeps one of the cores busy, a step of
 * 784-128-10 takes as long as alone. The products of a softmax regression, 0.8 million
 * multiply-adds each, stay on one thread: they take 16 to 28 microseconds.
 */
final class SplitProduct implements Workers.Job {

  /**
   * c[m, n] += a x b, where a's element (i, p) is at {@code fromA + i * rowA + p * innerA}, b's (p,
   * j) at {@code fromB + p * innerB + j * columnB} and c's (i, j) at {@code fromC + i * rowC + j}.
   */
  interface Block {
    void run(
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
        int n);
  }

  /**
   * The products of {@link Kernels}, all by the same kind of block.
   *
   * @param leastWork the multiply-adds from which a product is split
   */
  record Products(Workers workers, long leastWork, Block block) {

    void matmul(float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate) {
      run(workers, leastWork, block, a, k, 1, b, n, 1, c, m, k, n, accumulate, null, 1f);
    }

    void matmulTransposedA(
        float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate) {
      run(workers, leastWork, block, a, 1, m, b, n, 1, c, m, k, n, accumulate, null, 1f);
    }

    void matmulTransposedB(
        float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate) {
      run(workers, leastWork, block, a, k, 1, b, 1, k, c, m, k, n, accumulate, null, 1f);
    }

    void linear(
        float[] x, float[] w, float[] bias, float[] y, int batch, int in, int out, float factor) {
      run(workers, leastWork, block, x, in, 1, w, 1, in, y, batch, in, out, false, bias, factor);
    }
  }

  /** Multiply-adds from which a product is split: 80 microseconds of a core, see above. */
  static final long LEAST_WORK = 4_000_000;

  private static final int PARTS_A_THREAD =
      2; // so that a thread that is held up is waited for less
  private static final int ROWS = 16; // a part's rows and columns are multiples of these, so
  private static final int COLUMNS = 64; // that tiles are whole

  private static final ThreadLocal<SplitProduct> OWN = ThreadLocal.withInitial(SplitProduct::new);

  private Block block;
  private float[] a;
  private int rowA;
  private int innerA;
  private float[] b;
  private int innerB;
  private int columnB;
  private float[] c;
  private int m;
  private int k;
  private int n;
  private boolean accumulate;
  private float[] row;
  private float factor;
  private int parts;
  private boolean byRows;

  private SplitProduct() {}

  /**
   * Computes c[m, n] = start + a x b by blocks, where a and b are as {@link Block} has them.
   *
   * @param accumulate whether the start is c; else it is 0, or a row
   * @param row the start of each row, (n), where the factor is 1; else c is {@code fma(factor, c,
   *     row)} of the product at the end; null for no row
   */
  private static void run(
      Workers workers,
      long leastWork,
      Block block,
      float[] a,
      int rowA,
      int innerA,
      float[] b,
      int innerB,
      int columnB,
      float[] c,
      int m,
      int k,
      int n,
      boolean accumulate,
      float[] row,
      float factor) {
    SplitProduct own = OWN.get();
    own.block = block;
    own.a = a;
    own.rowA = rowA;
    own.innerA = innerA;
    own.b = b;
    own.innerB = innerB;
    own.columnB = columnB;
    own.c = c;
    own.m = m;
    own.k = k;
    own.n = n;
    own.accumulate = accumulate;
    own.row = row;
    own.factor = factor;
    if (workers.threads() == 1 || (long) m * k * n < leastWork) {
      own.compute(0, m, 0, n);
    } else {
      own.split(workers.threads());
      workers.run(own, own.parts);
    }
    own.a = null; // the thread may live longer than they should
    own.b = null;
    own.c = null;
    own.row = null;
  }

  /**
   * Splits what a block has to copy for itself, the rows of a transposed a or the columns of a
   * transposed b; else columns. Where those are few, the other.
   */
  private void split(int threads) {
    boolean enoughRows = m >= threads * ROWS;
    boolean enoughColumns = n >= threads * COLUMNS;
    byRows = enoughRows && (innerA != 1 || !enoughColumns);
    parts = Math.min(threads * PARTS_A_THREAD, byRows ? units(m, ROWS) : units(n, COLUMNS));
  }

  private static int units(int size, int unit) {
    return (size + unit - 1) / unit;
  }

  @Override
  public void run(int part) {
    int fromRow = byRows ? begin(part, m, ROWS) : 0;
    int toRow = byRows ? begin(part + 1, m, ROWS) : m;
    int fromColumn = byRows ? 0 : begin(part, n, COLUMNS);
    int toColumn = byRows ? n : begin(part + 1, n, COLUMNS);
    compute(fromRow, toRow, fromColumn, toColumn);
  }

  /** Where a part begins, of parts that have the same number of units or one more. */
  private int begin(int part, int size, int unit) {
    return Math.min(size, (int) ((long) units(size, unit) * part / parts) * unit);
  }

  private void compute(int fromRow, int toRow, int fromColumn, int toColumn) {
    int fromC = fromRow * n + fromColumn;
    int rows = toRow - fromRow;
    int columns = toColumn - fromColumn;
    if (!accumulate) {
      start(fromC, fromColumn, rows, columns);
    }
    block.run(
        a,
        fromRow * rowA,
        rowA,
        innerA,
        b,
        fromColumn * columnB,
        innerB,
        columnB,
        c,
        fromC,
        n,
        rows,
        k,
        columns);
    if (factor != 1f) {
      finish(fromC, fromColumn, rows, columns);
    }
  }

  private void start(int fromC, int fromColumn, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      int from = fromC + i * n;
      if (row == null || factor != 1f) {
        Arrays.fill(c, from, from + columns, 0f);
      } else {
        System.arraycopy(row, fromColumn, c, from, columns);
      }
    }
  }

  private void finish(int fromC, int fromColumn, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      finish(c, fromC + i * n, row, fromColumn, factor, columns);
    }
  }

  /** Of arrays that the loop does not have to look up, or C2 would make no vectors of it. */
  private static void finish(float[] c, int fromC, float[] row, int from, float factor, int n) {
    for (int j = 0; j < n; j++) {
      c[fromC + j] = Math.fma(factor, c[fromC + j], row[from + j]);
    }
  }
}
