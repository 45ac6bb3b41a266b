package io.beamgrad.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The fused multiply-adds that one core can do: enough chains to hide their latency, no memory. */
final class Peak {

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int ROUNDS = 1_000_000;

  private Peak() {}

  /** GFLOP a second, the best of some runs. */
  static double gflops() {
    double best = 0;
    for (int run = 0; run < 40; run++) {
      long start = System.nanoTime();
      float sum = chains(0.5f);
      double seconds = (System.nanoTime() - start) * 1e-9;
      if (sum > 0) { // always; so that the loop is not dead
        best = Math.max(best, 10.0 * ROUNDS * FLOATS.length() * 2 / seconds * 1e-9);
      }
    }
    return best;
  }

  /** GFLOP a second of all cores at once, the best of some runs. */
  static double gflopsOfAllCores() {
    int cores = Runtime.getRuntime().availableProcessors();
    return IntStream.range(0, cores)
        .mapToObj(
            core ->
                CompletableFuture.supplyAsync(Peak::gflops, command -> new Thread(command).start()))
        .toList()
        .stream()
        .mapToDouble(CompletableFuture::join)
        .sum();
  }

  private static float chains(float value) {
    FloatVector b = FloatVector.broadcast(FLOATS, value);
    FloatVector x0 = b;
    FloatVector x1 = b;
    FloatVector x2 = b;
    FloatVector x3 = b;
    FloatVector x4 = b;
    FloatVector x5 = b;
    FloatVector x6 = b;
    FloatVector x7 = b;
    FloatVector x8 = b;
    FloatVector x9 = b;
    for (int i = 0; i < ROUNDS; i++) {
      x0 = x0.fma(b, b);
      x1 = x1.fma(b, b);
      x2 = x2.fma(b, b);
      x3 = x3.fma(b, b);
      x4 = x4.fma(b, b);
      x5 = x5.fma(b, b);
      x6 = x6.fma(b, b);
      x7 = x7.fma(b, b);
      x8 = x8.fma(b, b);
      x9 = x9.fma(b, b);
    }
    return x0.add(x1).add(x2).add(x3).add(x4).add(x5).add(x6).add(x7).add(x8).add(x9).lane(0);
  }
}
