package io.beamgrad.tensor;

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
   * c[m, n] = (c or 0) + a x b, where a's element (i, p) is at {@code fromA + i * rowA + p *
   * innerA}, b's (p, j) at {@code fromB + p * innerB + j * columnB} and c's (i, j) at {@code fromC
   * + i * rowC + j}.
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
        int n,
        boolean accumulate);
  }

  /** Multiply-adds from which a product is split: 80 microseconds of a core, see above. */
  static final long LEAST_WORK = 4_000_000;

  private static final int PARTS_A_THREAD =
      2; // so that a thread that is held up is waited for less
  private static final int ROWS = 10; // a part's rows and columns are multiples of these, so
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
  private int partRows;
  private int partColumns;

  private SplitProduct() {}

  /** Computes c[m, n] by blocks, as {@link Block} has it. */
  static void run(
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
      boolean accumulate) {
    if (workers.threads() == 1 || (long) m * k * n < leastWork) {
      block.run(a, 0, rowA, innerA, b, 0, innerB, columnB, c, 0, n, m, k, n, accumulate);
      return;
    }
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
    workers.run(own, own.split(workers.threads()));
    own.a = null; // the thread may live longer than they should
    own.b = null;
    own.c = null;
  }

  /**
   * Splits what a block has to copy for itself, the rows of a transposed a or the columns of a
   * transposed b; else columns. Where those are few, the other.
   *
   * @return the number of parts
   */
  private int split(int threads) {
    boolean enoughRows = m >= threads * ROWS;
    boolean enoughColumns = n >= threads * COLUMNS;
    boolean byRows = enoughRows && (innerA != 1 || !enoughColumns);
    int parts = threads * PARTS_A_THREAD;
    partRows = byRows ? part(m, parts, ROWS) : m;
    partColumns = byRows ? n : part(n, parts, COLUMNS);
    return byRows ? -Math.floorDiv(-m, partRows) : -Math.floorDiv(-n, partColumns);
  }

  private static int part(int size, int parts, int unit) {
    int units = -Math.floorDiv(-size, unit);
    return -Math.floorDiv(-units, parts) * unit;
  }

  @Override
  public void run(int part) {
    boolean byRows = partRows < m;
    int row = byRows ? part * partRows : 0;
    int column = byRows ? 0 : part * partColumns;
    block.run(
        a,
        row * rowA,
        rowA,
        innerA,
        b,
        column * columnB,
        innerB,
        columnB,
        c,
        row * n + column,
        n,
        Math.min(partRows, m - row),
        k,
        Math.min(partColumns, n - column),
        accumulate);
  }
}
