package io.beamgrad.tensor;

import io.beamgrad.tensor.Kernels.Product;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Which {@link Kernels} this JVM uses: vectorised ones where it was started with {@code
 * --add-modules=jdk.incubator.vector}, plain ones where not, which it logs once. The bits are the
 * same, so the two can be exchanged at any time.
 */
final class KernelChoice {

  private static final Kernels PLAIN = new PlainKernels(Workers.shared(), SplitProduct.LEAST_WORK);

  private static final int ROUNDS = 20_000; // by then the JIT has compiled all of it, as measured
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Plain kernels need half a second for so many, and to compile the others takes longer. */
  private static final double MOST_PLAIN = 5e8;

  private static volatile Kernels serving; // null as long as none was asked for
  private static volatile boolean isSmall; // no work was announced that deserves a vector unit

  private KernelChoice() {}

  /** Made when they are asked for, as the vector module takes a tenth of a second to load. */
  private static final class Chosen {
    static final Kernels KERNELS = choose();
  }

  private static Kernels choose() {
    if (!hasVectorModule()) {
      System.getLogger(Kernels.class.getPackageName())
          .log(
              Level.INFO,
              "no vector module in this Java: tensors use plain loops, which give the same bits but"
                  + " are slower; start it with --add-modules=jdk.incubator.vector");
    }
    return vectors(Workers.shared(), SplitProduct.LEAST_WORK).orElse(PLAIN);
  }

  private static boolean hasVectorModule() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  static Kernels current() {
    Kernels kernels = serving;
    return kernels == null ? firstServing() : kernels;
  }

  private static synchronized Kernels firstServing() {
    if (serving == null) {
      serving = Chosen.KERNELS;
    }
    return serving;
  }

  /** Lets the plain kernels serve until {@link #announce} is told of much work. */
  static void expectLittle() {
    if (serving == null) { // not where vectors serve already, as those are compiled
      serving = PLAIN;
      isSmall = true;
    }
  }

  /**
   * True where kernels that were expected to have little to do are to be warmed up after all. It
   * does not wait for a warm-up of others.
   */
  static boolean announce(double multiplyAdds) {
    if (!isSmall || multiplyAdds <= MOST_PLAIN) {
      return false;
    }
    isSmall = false;
    return true;
  }

  static Kernels plain() {
    return PLAIN;
  }

  /** Lets the plain kernels serve while it runs the chosen ones on small data. */
  static synchronized void warmUp(Set<Product> products) {
    if (Chosen.KERNELS == PLAIN) {
      serving = PLAIN;
      return;
    }
    serving = PLAIN;
    try {
      long start = System.nanoTime();
      Exercise exercise = new Exercise(products);
      for (int i = 0; i < ROUNDS && System.nanoTime() - start < MOST_NANOS; i++) {
        exercise.run(Chosen.KERNELS);
      }
    } finally {
      serving = Chosen.KERNELS;
    }
  }

  /** One call of each kernel that a job cannot wait for, with sizes that lead into every loop. */
  private static final class Exercise {
    private static final int ROWS = 12;
    private static final int INNER = 8;
    private static final int BYTES_A_ROW = 16;
    private static final int LANE_ROWS = 6; // four at once, and one after the other
    private static final int LANE_INNER = 6;
    private static final int COLUMNS = 64 + 16 + 10; // a wide tile, a narrow one and a part of one

    private final Set<Product> products;
    private final float[] a = new float[ROWS * INNER];
    private final float[] b = new float[INNER * COLUMNS];
    private final float[] c = new float[ROWS * COLUMNS];
    private final byte[] bytes = new byte[ROWS * COLUMNS];
    private final ByteRows rows = new ByteRows(new int[] {BYTES_A_ROW}, new float[256]);
    private final float[] weight = new float[COLUMNS * BYTES_A_ROW];
    private final float[] zeros = new float[COLUMNS * BYTES_A_ROW];
    private final int[] starts = new int[ROWS + 1];
    private final int[] columns = new int[ROWS * INNER];
    private final float[] lanes = new float[LANE_ROWS * LANE_INNER * Kernels.LANES];
    private final int[] laneRows = {3, 0, 5, 1, 4, 2};

    Exercise(Set<Product> products) {
      this.products = products;
      rows.resize(ROWS);
      for (int i = 0; i < ROWS * BYTES_A_ROW; i += 5) {
        rows.bytes()[i] = 1;
      }
      rows.list();
      for (int i = 0; i <= ROWS; i++) {
        starts[i] = i * INNER;
      }
      Arrays.setAll(columns, i -> i % INNER);
    }

    void run(Kernels kernels) {
      if (products.contains(Product.DENSE)) {
        kernels.matmul(a, b, c, ROWS, INNER, COLUMNS, true);
        kernels.matmulTransposedA(a, b, c, ROWS, INNER, COLUMNS, true);
        kernels.matmulTransposedB(a, b, c, ROWS, INNER, COLUMNS, true);
        kernels.mish(a, b, c, 0, a.length);
        kernels.selu(a, b, c, 0, a.length);
      }
      if (products.contains(Product.BYTES)) {
        kernels.byteProduct(rows, weight, c, COLUMNS);
        kernels.byteGradient(rows, c, zeros, COLUMNS);
      }
      if (products.contains(Product.SPARSE)) {
        kernels.sparseProduct(starts, columns, a, b, c, ROWS, COLUMNS);
        kernels.sparseGradient(starts, columns, a, c, zeros, ROWS, COLUMNS);
      }
      if (products.contains(Product.LANES)) {
        kernels.laneProduct(lanes, laneRows, LANE_ROWS, LANE_INNER, a, b, c);
        kernels.laneGradient(lanes, laneRows, LANE_ROWS, LANE_INNER, a, c);
      }
      kernels.bytesToFloats(bytes, 0, c, 0, bytes.length, 0f, 255f);
      kernels.exp(c, 0, c, 0, 3 * Kernels.SUM_LANES, 0f);
      kernels.sum(c, 0, COLUMNS);
      kernels.addRows(c, b, ROWS, INNER * COLUMNS / ROWS);
      kernels.reluGradient(c, c, c, c.length);
    }
  }

  /** Those of the vector module, where this JVM has it. */
  static Optional<Kernels> vectors(Workers workers, long leastWork) {
    if (!hasVectorModule()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Class.forName("io.beamgrad.tensor.VectorKernels")
              .asSubclass(Kernels.class)
              .getDeclaredConstructor(Workers.class, long.class)
              .newInstance(workers, leastWork));
    } catch (ReflectiveOperationException | LinkageError e) {
      return Optional.empty(); // another incubator's API than the one compiled against
    }
  }
}
