package io.beamgrad.benchmarks;

import java.util.Collection;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** JMH's benchmarks of kernels and steps, with what a call allocates. */
final class Microbenchmarks {

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private Microbenchmarks() {}

  /**
   * Runs all of them.
   *
   * @param peak what one core can do at best, in GFLOP/s
   */
  static Table run(double peak) throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("io.beamgrad.benchmarks")
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    Table table = new Table("benchmark", "us", "GFLOP/s", "of a core's peak", "bytes a call");
    for (RunResult result : results) {
      String method = result.getPrimaryResult().getLabel();
      String out = result.getParams().getParam("out");
      double micros = result.getPrimaryResult().getScore();
      double flops = out == null ? 0 : KernelBenchmark.flops(method, Integer.parseInt(out));
      double gflops = flops / micros * 1e-3;
      table.add(
          out == null ? method : method + ", out " + out,
          Table.number(micros, 2),
          flops == 0 ? "" : Table.number(gflops, 1),
          flops == 0 ? "" : Table.number(100 * gflops / peak, 0) + "%",
          Table.number(allocated(result), 0));
    }
    return table;
  }

  private static double allocated(RunResult result) {
    return result.getSecondaryResults().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(ALLOCATED))
        .map(entry -> (Result<?>) entry.getValue())
        .mapToDouble(Result::getScore)
        .findFirst()
        .orElseThrow();
  }
}
