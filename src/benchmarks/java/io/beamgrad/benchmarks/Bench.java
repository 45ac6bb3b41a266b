package io.beamgrad.benchmarks;

import io.beamgrad.tensor.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Measures whole jobs beside their peers' programs, and their parts; {@code scripts/bench} starts
 * it in the project's folder.
 */
public final class Bench {
  private static final List<String> OF_MNIST = List.of("epochs", "runs", "model");

  private Bench() {}

  /**
   * Runs what is asked for and prints a table of each.
   *
   * @param args as {@link BenchArguments} says
   */
  public static void main(String[] args) throws Exception {
    BenchArguments arguments;
    try {
      arguments = BenchArguments.parse(args);
    } catch (IllegalArgumentException e) {
      fail(e.getMessage());
      return;
    }
    String missing = arguments.quality().missing();
    if (arguments.parts().contains(QualityArguments.PART) && missing != null) {
      fail(missing);
    }
    if (arguments.write() != null) {
      write(arguments, arguments.write());
      return;
    }
    Path mnist = arguments.mnist();
    if (arguments.parts().stream().anyMatch(OF_MNIST::contains) && !Files.isDirectory(mnist)) {
      fail(mnist + ": no such folder; scripts/fetch-mnist fetches MNIST, --mnist says where it is");
    }
    System.out.println(Machine.describe());
    for (String part : arguments.parts()) {
      System.out.println();
      measure(part, arguments);
    }
  }

  private static void measure(String part, BenchArguments arguments) throws Exception {
    int rounds = arguments.roundsOr(3);
    switch (part) {
      case "clicks" ->
          ClicksBenchmark.run(arguments.rowsOr(500_000), rounds, arguments.withPairs());
      case "dense" -> TableBenchmark.DENSE.run(arguments.rowsOr(1_000_000), rounds);
      case "texts" -> TableBenchmark.TEXTS.run(arguments.rowsOr(200_000), rounds);
      case "tables" -> TablesBenchmark.run(rounds);
      case "ingest" -> IngestBenchmark.run(arguments.rowsOr(60_000, 600_000), rounds);
      case "epochs" -> epochs(arguments.mnist(), rounds);
      case "runs" -> runs(arguments.mnist(), rounds);
      case "predict" -> PredictBenchmark.run(arguments.rowsOr(500_000), rounds);
      case "model" -> ModelBenchmark.run(arguments.mnist());
      case "start" -> StartBenchmark.run(rounds);
      case "sparse" -> SparseBenchmark.run(rounds);
      case "curve" -> CurveBenchmark.run(arguments.rowsOr(40_000), rounds);
      case "each" -> EachBenchmark.run(arguments.rowsOr(10_000, 100_000), rounds);
      case "sweep" -> SweepBenchmark.run(arguments.rowsOr(500_000), rounds);
      case "kernels" -> kernels();
      case "quality" ->
          QualityBenchmark.run(arguments.quality(), arguments.roundsOr(10), arguments.seed());
      default -> throw new IllegalArgumentException("no part " + part);
    }
  }

  private static void write(BenchArguments arguments, Path file) throws IOException {
    if (arguments.parts().contains(QualityArguments.PART)) {
      QualityBenchmark.write(arguments.quality(), file, arguments.roundsOr(10), arguments.seed());
      return;
    }
    int rows = arguments.rows().get(0);
    long seed = arguments.seed();
    switch (arguments.parts().get(0)) {
      case "clicks" -> writeClicks(file, rows, seed, arguments.withPairs());
      case "dense" -> say(file, rows, TableBenchmark.DENSE.write(file, rows, seed));
      case "texts" -> say(file, rows, TableBenchmark.TEXTS.write(file, rows, seed));
      case "curve" -> say(file, rows, CurveBenchmark.write(file, rows, seed));
      case "each" ->
          say(file, (long) rows * EachTable.ROWS_A_KEY, EachBenchmark.write(file, rows, seed));
      default -> throw new IllegalArgumentException("no table of " + arguments.parts());
    }
  }

  private static void say(Path file, long rows, long bytes) {
    System.out.printf("wrote %s: %,d rows, %,d bytes%n", file, rows, bytes);
  }

  private static void writeClicks(Path file, int rows, long seed, boolean withPairs)
      throws IOException {
    ClickLog.Written log = ClickFiles.write(file, rows, seed, withPairs);
    System.out.printf(
        "wrote %s: %,d rows, %,d bytes, %,d clicks; the true probabilities have a log loss of"
            + " %s%n",
        file, log.rows(), log.bytes(), log.clicks(), Table.number(log.logLoss(), 6));
  }

  private static void kernels() throws RunnerException {
    double peak = Peak.gflops();
    System.out.printf(
        Locale.ROOT,
        "kernels: %s; fused multiply-adds of one core at best %.0f GFLOP/s%n",
        Kernels.current(),
        peak);
    Microbenchmarks.run(peak).print();
  }

  private static void epochs(Path mnist, int rounds) throws Exception {
    List<Double> softmax = new ArrayList<>();
    List<Double> mlp = new ArrayList<>();
    PyTorch.Epochs torch = new PyTorch.Epochs();
    for (int i = 0; i < rounds; i++) {
      softmax.add(TrainingRun.shipped("mnist", mnist, 51).epochSeconds());
      mlp.add(TrainingRun.shipped("mnist-mlp", mnist, 21).epochSeconds());
      torch.measure(mnist);
    }
    System.out.printf(
        "a training epoch of the shipped jobs: 48,000 rows, batch 100, medians of %d runs of the%n"
            + "median of 50 and 20 epochs after the first; %s%n",
        rounds, PyTorch.describe());
    Table table = new Table("job", "seconds", "", "GFLOP/s", "PyTorch", "threads", "ratio");
    double rows = 48_000;
    addEpoch(table, "mnist", softmax, Models.SOFTMAX.rowFlops() * rows, torch, "softmax");
    addEpoch(table, "mnist-mlp", mlp, Models.MLP.rowFlops() * rows, torch, "mlp");
    table.print();
  }

  private static void addEpoch(
      Table table, String job, List<Double> ours, double flops, PyTorch.Epochs torch, String twin) {
    double seconds = Statistics.median(ours);
    table.add(
        job,
        Table.number(seconds, 4),
        Statistics.spread(ours, 4),
        Table.number(flops / seconds * 1e-9, 1),
        torch.isThere() ? Table.number(torch.best(twin), 4) : "missing",
        torch.isThere() ? torch.bestThreads(twin) : "",
        torch.isThere() ? Table.number(seconds / torch.best(twin), 2) : "");
  }

  private static void runs(Path mnist, int rounds) throws Exception {
    Path folder = Files.createTempDirectory(Path.of("target"), "runs");
    try {
      Contest contest = new Contest();
      contest.add(
          "beamgrad, direct runner",
          () -> new Contest.Run(TrainingRun.shipped("mnist", mnist, 5).program(), List.of()));
      PyTorch.addPrograms(contest, mnist);
      StartBenchmark.addEmptyJob(contest, folder);
      contest.run(rounds);
      System.out.printf(
          "the whole of mnist.yaml, 5 epochs, from the command to its end; medians of %d%n",
          rounds);
      contest.print();
    } finally {
      Folders.delete(folder);
    }
  }

  private static void fail(String message) {
    System.err.println("bench: " + message);
    System.exit(2);
  }
}
