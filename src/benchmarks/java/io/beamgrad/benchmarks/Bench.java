package io.beamgrad.benchmarks;

import io.beamgrad.tensor.Kernels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Measures kernels, steps, and the shipped jobs beside their PyTorch twins; {@code scripts/bench}
 * starts it in the project's folder.
 */
public final class Bench {

  private static final List<String> PARTS =
      List.of("kernels", "epochs", "runs", "ingest", "tables", "sparse", "predict", "model");
  private static final List<String> OF_MNIST = List.of("epochs", "runs", "model");
  private static final List<Integer> INGEST_ROWS = List.of(60_000, 600_000);

  private Bench() {}

  /**
   * Runs what is asked for and prints a table of each.
   *
   * @param args parts ({@code kernels}, {@code epochs}, {@code runs}, {@code ingest}, {@code
   *     tables}, {@code sparse}, {@code predict}, {@code model}; none is all), {@code --mnist DIR},
   *     the folder of MNIST's four files, and {@code --rows N,...}, the sizes of an ingest
   */
  public static void main(String[] args) throws Exception {
    List<String> parts = new ArrayList<>();
    Path mnist = Path.of("data/mnist");
    List<Integer> ingestRows = INGEST_ROWS;
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--mnist") && i + 1 < args.length) {
        mnist = Path.of(args[++i]);
      } else if (args[i].equals("--rows") && i + 1 < args.length) {
        ingestRows = Stream.of(args[++i].split(",", -1)).map(Integer::valueOf).toList();
      } else if (PARTS.contains(args[i])) {
        parts.add(args[i]);
      } else {
        fail(
            "expected kernels, epochs, runs, ingest, tables, sparse, predict, model, --rows N,... or --mnist DIR, found "
                + args[i]);
      }
    }
    if (parts.isEmpty()) {
      parts = PARTS;
    }
    if (parts.stream().anyMatch(OF_MNIST::contains) && !Files.isDirectory(mnist)) {
      fail(mnist + ": no such folder; scripts/fetch-mnist fetches MNIST, --mnist says where it is");
    }
    System.out.println(Machine.describe());
    for (String part : parts) {
      System.out.println();
      switch (part) {
        case "kernels" -> kernels();
        case "epochs" -> epochs(mnist);
        case "ingest" -> IngestBenchmark.run(ingestRows);
        case "model" -> ModelBenchmark.run(mnist);
        case "sparse" -> SparseBenchmark.run();
        case "predict" -> PredictBenchmark.run();
        case "tables" -> TablesBenchmark.run();
        default -> runs(mnist);
      }
    }
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

  private static void epochs(Path mnist) throws Exception {
    int rounds = 3;
    List<Double> softmax = new ArrayList<>();
    List<Double> mlp = new ArrayList<>();
    PyTorch.Epochs torch = new PyTorch.Epochs();
    for (int i = 0; i < rounds; i++) {
      softmax.add(ShippedJob.run("mnist", mnist, 51).epochSeconds());
      mlp.add(ShippedJob.run("mnist-mlp", mnist, 21).epochSeconds());
      torch.measure(mnist);
    }
    System.out.printf(
        "a training epoch of the shipped jobs: 48,000 rows, batch 100, medians of %d runs of the%n"
            + "median of 50 and 20 epochs after the first; %s%n",
        rounds, PyTorch.describe());
    Table table = new Table("job", "seconds", "GFLOP/s", "PyTorch", "threads", "ratio");
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
        Table.number(flops / seconds * 1e-9, 1),
        torch.isThere() ? Table.number(torch.best(twin), 4) : "missing",
        torch.isThere() ? torch.bestThreads(twin) : "",
        torch.isThere() ? Table.number(seconds / torch.best(twin), 2) : "");
  }

  private static void runs(Path mnist) throws Exception {
    int rounds = 3;
    List<Double> ours = new ArrayList<>();
    PyTorch.Programs torch = new PyTorch.Programs();
    for (int i = 0; i < rounds; i++) {
      ours.add(ShippedJob.run("mnist", mnist, 5).wallSeconds());
      torch.measure(mnist);
    }
    System.out.printf(
        "the whole of mnist.yaml, 5 epochs, from the command to its end; medians of %d runs%n",
        rounds);
    Table table = new Table("program", "seconds", "ratio");
    double seconds = Statistics.median(ours);
    table.add("beamgrad, direct runner", Table.number(seconds, 2), "");
    for (String kind : PyTorch.Programs.KINDS) {
      if (torch.isThere()) {
        double peer = torch.median(kind);
        table.add(
            "PyTorch, " + PyTorch.Programs.describe(kind),
            Table.number(peer, 2),
            Table.number(seconds / peer, 2));
      }
    }
    table.print();
  }

  private static void fail(String message) {
    System.err.println("bench: " + message);
    System.exit(2);
  }
}
