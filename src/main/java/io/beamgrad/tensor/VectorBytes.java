package io.beamgrad.tensor;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The products of {@link ByteRows} on the vector unit. Outputs are computed in strips, in which
 * they lie side by side: a strip of the weight is turned first, and one of its gradient turned
 * back. Workers share strips, so each element keeps its own chain of additions.
 */
final class VectorBytes implements Workers.Job {

  private static final VectorSpecies<Float> FLOATS = VectorTiles.FLOATS;
  private static final int WIDE = VectorTiles.WIDE;
  private static final int NARROW = VectorTiles.NARROW;
  private static final int BAND = ByteRows.BAND;
  private static final ThreadLocal<VectorBytes> OWN = ThreadLocal.withInitial(VectorBytes::new);

  private ByteRows x;
  private float[] matrix; // (n, in): the weight or its gradient
  private float[] outputs; // (batch, n): the outputs or their gradients
  private int n;
  private boolean isGradient;

  private VectorBytes() {}

  /**
   * Computes y[batch, n] += x[batch, in] x w[n, in] transposed.
   *
   * @param leastWork multiply-adds from which workers share them
   */
  static void addProduct(Workers workers, long leastWork, ByteRows x, float[] w, float[] y, int n) {
    run(workers, leastWork, x, w, y, n, false);
  }

  /** Computes d[n, in] += g[batch, n] transposed x x[batch, in]. */
  static void addGradient(
      Workers workers, long leastWork, ByteRows x, float[] g, float[] d, int n) {
    run(workers, leastWork, x, d, g, n, true);
  }

  private static void run(
      Workers workers,
      long leastWork,
      ByteRows x,
      float[] matrix,
      float[] outputs,
      int n,
      boolean isGradient) {
    VectorBytes own = OWN.get();
    own.x = x;
    own.matrix = matrix;
    own.outputs = outputs;
    own.n = n;
    own.isGradient = isGradient;
    int strips = n / WIDE + (n % WIDE + NARROW - 1) / NARROW;
    if ((long) x.rows() * x.width() * n >= leastWork) {
      workers.run(own, strips);
    } else {
      for (int strip = 0; strip < strips; strip++) {
        own.run(strip);
      }
    }
    own.x = null; // the thread may live longer than they should
    own.matrix = null;
    own.outputs = null;
  }

  @Override
  public void run(int strip) {
    int wide = n / WIDE;
    int from = strip < wide ? strip * WIDE : wide * WIDE + (strip - wide) * NARROW;
    int columns = strip < wide ? WIDE : NARROW;
    int count = Math.min(columns, n - from); // those that there are
    if (isGradient) {
      gradientStrip(from, columns, count);
    } else {
      productStrip(from, columns, count);
    }
  }

  private void productStrip(int from, int columns, int count) {
    int in = x.width();
    float[] panel = Scratch.take(Scratch.PANEL, in * columns); // (in, columns)
    VectorTurn.turn(matrix, from * in, in, panel, 0, columns, count, in);
    if (isWhole(columns, count)) {
      addProducts(panel, outputs, from, n, columns);
      return;
    }
    float[] y = Scratch.take(Scratch.TILE, x.bands() * BAND * columns);
    VectorProduct.copyRows(outputs, from, n, y, 0, columns, x.rows(), count);
    addProducts(panel, y, 0, columns, columns);
    VectorProduct.copyRows(y, 0, columns, outputs, from, n, x.rows(), count);
  }

  /** Whether tiles end where the outputs do. */
  private boolean isWhole(int columns, int count) {
    return count == columns && x.rows() % BAND == 0;
  }

  private void addProducts(float[] panel, float[] y, int fromY, int rowY, int columns) {
    for (int band = 0; band < x.bands(); band++) {
      VectorByteTiles.product(
          x.values(),
          x.columns(),
          x.starts()[band],
          x.starts()[band + 1],
          panel,
          y,
          fromY + band * BAND * rowY,
          rowY,
          columns);
    }
  }

  private void gradientStrip(int from, int columns, int count) {
    int in = x.width();
    float[] panel = Scratch.take(Scratch.PANEL, in * columns); // (in, columns)
    if (isZero(matrix, from * in, count * in)) {
      Arrays.fill(panel, 0, in * columns, 0f);
    } else {
      VectorTurn.turn(matrix, from * in, in, panel, 0, columns, count, in);
    }
    if (isWhole(columns, count)) {
      addGradients(panel, outputs, from, n, columns);
    } else {
      int padded = x.bands() * BAND;
      float[] g = Scratch.take(Scratch.TILE, padded * columns);
      VectorProduct.copyRows(outputs, from, n, g, 0, columns, x.rows(), count);
      Arrays.fill(g, x.rows() * columns, padded * columns, 0f);
      addGradients(panel, g, 0, columns, columns);
    }
    VectorTurn.turn(panel, 0, columns, matrix, from * in, in, in, count);
  }

  private void addGradients(float[] panel, float[] g, int fromG, int rowG, int columns) {
    for (int band = 0; band < x.bands(); band++) {
      VectorByteTiles.gradient(
          x.values(),
          x.columns(),
          x.starts()[band],
          x.starts()[band + 1],
          g,
          fromG + band * BAND * rowG,
          rowG,
          panel,
          columns);
    }
  }

  /** Whether all are zeros, as gradients are after zeroGrad; a negative one is none. */
  private static boolean isZero(float[] values, int from, int count) {
    IntVector any = FloatVector.zero(FLOATS).reinterpretAsInts();
    int whole = FLOATS.loopBound(count);
    for (int i = 0; i < whole; i += FLOATS.length()) {
      any = any.or(FloatVector.fromArray(FLOATS, values, from + i).reinterpretAsInts());
    }
    boolean isZero = any.eq(0).allTrue();
    for (int i = whole; i < count; i++) {
      isZero &= Float.floatToRawIntBits(values[from + i]) == 0;
    }
    return isZero;
  }
}
