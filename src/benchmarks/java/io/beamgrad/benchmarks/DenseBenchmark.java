package io.beamgrad.benchmarks;

import io.beamgrad.Python;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A network of 64 and 32 hidden units on a table of 30 numbers, from CSV files to a model and its
 * score on other rows: whole programs in turns.
 */
final class DenseBenchmark {
  private static final int EPOCHS = 5;
  private static final String OURS = "beamgrad, embedded Flink";
  private static final String SPEC =
      """
      seed: 1
      data: {dir: %s, train: train.csv, test: test.csv, features: ["x*"], target: label, scale: standard}
      split: {validation: 0}
      model: [{linear: {out: 64}}, relu, {linear: {out: 32}}, relu, {linear: {out: 1}}]
      loss: binary_cross_entropy
      optimizer: {adam: {lr: 0.001}}
      batch: 100
      epochs: %s
      """;

  private DenseBenchmark() {}

  static void run(List<Integer> sizes, int rounds) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(Path.of("target"), "dense");
    try {
      Path spec = folder.resolve("dense.yaml");
      Files.writeString(spec, SPEC.formatted(folder.toAbsolutePath(), EPOCHS));
      for (int rows : sizes) {
        long bytes = write(folder.resolve("train.csv"), rows, 1);
        write(folder.resolve("test.csv"), Math.max(1, rows / 5), 2);
        System.out.printf(
            "dense: %,d rows (%,.0f MB) of 30 numbers from CSV to a network of 64 and 32 hidden"
                + " units, Adam,%nbatch 100, %d epochs, tested on %,d rows; medians of %d%n",
            rows, bytes / 1e6, EPOCHS, Math.max(1, rows / 5), rounds);
        programs(folder, spec, rounds);
      }
    } finally {
      Folders.delete(folder);
    }
  }

  static long write(Path file, int rows, long seed) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      return new DenseTable(seed).write(out, rows);
    }
  }

  private static void programs(Path folder, Path spec, int rounds)
      throws IOException, InterruptedException {
    Contest contest = new Contest("epoch s", "accuracy", "log loss");
    contest.add(
        OURS, () -> TrainingRun.of(spec, "--runner", "flink").scored("accuracy", "logLoss"));
    Optional<Python> python = Python.with("pandas, torch");
    python.ifPresent(
        peer ->
            contest.add(
                "pandas, PyTorch",
                () ->
                    Peers.run(
                        peer,
                        "scripts/bench_dense.py",
                        folder.resolve("train.csv").toString(),
                        folder.resolve("test.csv").toString(),
                        Integer.toString(EPOCHS))));
    contest.run(rounds);
    contest.print();
    Peers.sayWhere(python, "pandas and PyTorch");
  }
}
