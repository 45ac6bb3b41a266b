package io.beamgrad.benchmarks;

import io.beamgrad.Python;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model of a drawn table, from CSV files to its score on other rows: whole programs in turns.
 *
 * @param part of {@code scripts/bench}, which the peer's program is named after
 * @param what the rows are and what they train, as a format of the rows, their megabytes, the
 *     epochs, the rows to test on and the rounds
 * @param spec of the job, as a format of the folder of the files and the epochs
 * @param table draws the rows
 * @param modules of Python that the peer needs
 * @param peer names it
 */
record TableBenchmark(
    String part, String what, int epochs, String spec, Drawn table, String modules, String peer) {
  private static final String OURS = "beamgrad, embedded Flink";

  /** Writes so many rows as CSV, and gives their bytes. */
  @FunctionalInterface
  interface Drawn {
    long write(long seed, OutputStream out, int rows) throws IOException;
  }

  /** A network of 64 and 32 hidden units on 30 numbers. */
  static final TableBenchmark DENSE =
      new TableBenchmark(
          "dense",
          "dense: %,d rows (%,.0f MB) of 30 numbers from CSV to a network of 64 and 32 hidden"
              + " units, Adam,%nbatch 100, %d epochs, tested on %,d rows; medians of %d%n",
          5,
          """
          seed: 1
          data: {dir: %s, train: train.csv, test: test.csv, features: ["x*"], target: label, scale: standard}
          split: {validation: 0}
          model: [{linear: {out: 64}}, relu, {linear: {out: 32}}, relu, {linear: {out: 1}}]
          loss: binary_cross_entropy
          optimizer: {adam: {lr: 0.001}}
          batch: 100
          epochs: %s
          """,
          (seed, out, rows) -> new DenseTable(seed).write(out, rows),
          "pandas, torch",
          "pandas, PyTorch");

  /** Logistic regression on the words and pairs of words of reviews. */
  static final TableBenchmark TEXTS =
      new TableBenchmark(
          "texts",
          "texts: %,d reviews (%,.0f MB) from CSV to a logistic regression on words and pairs of"
              + " words,%nhashed into 65,536, %d epochs, tested on %,d reviews; medians of %d%n",
          5,
          """
          seed: 1
          data:
            dir: %s
            train: train.csv
            test: test.csv
            features: [review]
            target: label
            columns: {review: {text: {ngrams: 2}}}
          split: {validation: 0}
          model: [{linear: {out: 1, zero: true}}]
          loss: binary_cross_entropy
          optimizer: {sgd: {lr: 30}}
          lrFactors: {bias: 0.01}
          penalty: {l2: 0.00001}
          schedule: {per: step, cosine: {}}
          batch: 10
          epochs: %s
          """,
          (seed, out, rows) -> new ReviewTable(seed).write(out, rows),
          "pandas, sklearn",
          "pandas, HashingVectorizer, SGDClassifier");

  /** Measures tables of so many rows. */
  void run(List<Integer> sizes, int rounds) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(Path.of("target"), part);
    try {
      Path job = folder.resolve(part + ".yaml");
      Files.writeString(job, spec.formatted(folder.toAbsolutePath(), epochs));
      for (int rows : sizes) {
        int tested = Math.max(1, rows / 5);
        long bytes = write(folder.resolve("train.csv"), rows, 1);
        write(folder.resolve("test.csv"), tested, 2);
        System.out.printf(what, rows, bytes / 1e6, epochs, tested, rounds);
        programs(folder, job, rounds);
      }
    } finally {
      Folders.delete(folder);
    }
  }

  /** Writes rows of the table, and gives their bytes. */
  long write(Path file, int rows, long seed) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      return table.write(seed, out, rows);
    }
  }

  private void programs(Path folder, Path job, int rounds)
      throws IOException, InterruptedException {
    Contest contest = new Contest("epoch s", "accuracy", "log loss");
    contest.add(OURS, () -> TrainingRun.of(job, "--runner", "flink").scored("accuracy", "logLoss"));
    Optional<Python> python = Python.with(modules);
    python.ifPresent(
        found ->
            contest.add(
                peer,
                () ->
                    Peers.run(
                        found,
                        "scripts/bench_%s.py".formatted(part),
                        folder.resolve("train.csv").toString(),
                        folder.resolve("test.csv").toString(),
                        Integer.toString(epochs))));
    contest.run(rounds);
    contest.print();
    Peers.sayWhere(python, modules);
  }
}
