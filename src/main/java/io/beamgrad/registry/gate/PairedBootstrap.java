package io.beamgrad.registry.gate;

import io.beamgrad.tensor.Generator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How sure the gain of one model over another is: rows or groups are drawn again with replacement,
 * each as likely as any other, both models' values and the weights together, and the gain in the
 * weighted mean is taken each time; bounds are percentiles (B. Efron and R. Tibshirani, "An
 * Introduction to the Bootstrap", 1993; of groups A. Davison and D. Hinkley, "Bootstrap Methods and
 * their Application", 1997, section 3.8). Each block of resamples has a generator of its own, so
 * that the same seed gives the same bits on any number of threads.
 */
final class PairedBootstrap {
  private static final int BLOCK = 50;
  private static final int DRAWS_BETWEEN_LOOKS = 1 << 16;

  private final SamplingUnits units;
  private final long seed;
  private final double[] drawn; // the gain of each resample

  private PairedBootstrap(SamplingUnits units, int resamples, long seed) {
    this.units = units;
    this.seed = seed;
    this.drawn = new double[resamples];
  }

  /**
   * Tests the gain on as many threads as there are processors.
   *
   * @param margin the gain that is tested: below it a draw speaks against the first model
   * @throws InterruptedException where this thread is interrupted; looked at all the time
   */
  static TestResult of(
      SamplingUnits units, double margin, double confidence, int resamples, long seed)
      throws InterruptedException {
    int threads = Runtime.getRuntime().availableProcessors();
    return of(units, margin, confidence, resamples, seed, threads);
  }

  static TestResult of(
      SamplingUnits units, double margin, double confidence, int resamples, long seed, int threads)
      throws InterruptedException {
    PairedBootstrap bootstrap = new PairedBootstrap(units, resamples, seed);
    if (units.count() > 0) {
      bootstrap.draw(threads);
    } else {
      Arrays.fill(bootstrap.drawn, Double.NaN);
    }
    return bootstrap.result(margin, confidence);
  }

  private void draw(int threads) throws InterruptedException {
    List<Callable<Void>> blocks = new ArrayList<>();
    for (int from = 0; from < drawn.length; from += BLOCK) {
      int first = from;
      blocks.add(
          () -> {
            drawBlock(first, Math.min(drawn.length, first + BLOCK));
            return null;
          });
    }
    ExecutorService pool = Executors.newFixedThreadPool(Math.min(threads, blocks.size()));
    try {
      for (Future<Void> block : pool.invokeAll(blocks)) {
        block.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the bootstrap failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private void drawBlock(int from, int to) throws InterruptedException {
    Generator generator = Generator.derive(seed, "bootstrap", from / BLOCK);
    double[] gains = units.gains();
    double[] weights = units.weights();
    int count = units.count();
    for (int i = from; i < to; i++) {
      double gain = 0;
      double weight = 0;
      for (int draw = 0; draw < count; draw++) {
        if (draw % DRAWS_BETWEEN_LOOKS == 0 && Thread.interrupted()) {
          throw new InterruptedException("the bootstrap was interrupted");
        }
        int unit = (int) generator.nextLong(count);
        gain += gains[unit];
        weight += weights[unit];
      }
      drawn[i] = gain / weight;
    }
  }

  private TestResult result(double margin, double confidence) {
    int resamples = drawn.length;
    // What is not a number speaks against the first model.
    long against = Arrays.stream(drawn).filter(gain -> !(gain > margin)).count();
    Arrays.sort(drawn); // NaN comes last
    int below = (int) Math.floor((1 - confidence) * resamples + 1e-9) - 1;
    boolean isNumber =
        units.count() >= leastUnits(confidence)
            && below >= 0
            && !Double.isNaN(drawn[resamples - 1]);
    return new TestResult(
        "bootstrap",
        units.gain(),
        (against + 1.0) / (resamples + 1),
        confidence,
        isNumber ? drawn[below] : Double.NaN,
        isNumber ? drawn[resamples - 1 - below] : Double.NaN,
        units.areGroups() ? units.count() : null);
  }

  /**
   * With fewer units no test is so sure, as all of them are in favour by chance more often: one
   * time in two to the power of their number.
   */
  private static int leastUnits(double confidence) {
    int units = 1;
    while (Math.scalb(1.0, -units) > 1 - confidence + 1e-12) {
      units++;
    }
    return units;
  }
}
