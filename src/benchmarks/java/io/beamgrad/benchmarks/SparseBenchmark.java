package io.beamgrad.benchmarks;

import io.beamgrad.Python;
import io.beamgrad.tensor.FloatMath;
import io.beamgrad.tensor.Generator;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Logistic regression on one-hot rows: a million of 40 categories of 2,500 each, which are 40
 * values of 1 in 100,000 columns. Every program has a process of its own, and the same rows.
 */
final class SparseBenchmark {
  static final int ROWS = 1_000_000;
  static final int CATEGORIES = 40;
  static final int SLOTS = 2_500;
  static final int WIDTH = CATEGORIES * SLOTS;
  static final int DENSE_ROWS = 100_000;
  static final int DENSE_WIDTH = 1_000;

  /** What a process said of itself: {@code first median accuracy peak}. */
  private record Result(double first, double median, double accuracy, double peakMegabytes) {
    static Result of(String line) {
      List<Double> numbers = Arrays.stream(line.strip().split(" ")).map(Double::valueOf).toList();
      return new Result(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
    }
  }

  private SparseBenchmark() {}

  static void run(int rounds) throws IOException, InterruptedException {
    Optional<Python> python = Python.with("sklearn");
    Path rows = Files.createTempFile(Path.of("target"), "sparse", ".rows");
    try {
      write(rows);
      List<Result> ours = new ArrayList<>();
      List<Result> dense = new ArrayList<>();
      List<Result> peer = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        ours.add(ours("sparse", rows));
        dense.add(ours("dense", rows));
        if (python.isPresent()) {
          String output = python.get().run("scripts/bench_sparse.py", rows.toString());
          peer.add(Result.of(output));
        }
      }
      print(ours, dense, peer);
    } finally {
      Files.delete(rows);
    }
  }

  private static void print(List<Result> ours, List<Result> dense, List<Result> peer) {
    System.out.printf(
        "sparse: logistic regression, %,d rows of %d values of 1 in %,d columns, one epoch; medians"
            + " of %d processes%n",
        ROWS, CATEGORIES, WIDTH, ours.size());
    Table table =
        new Table("program", "first epoch s", "later epochs s", "accuracy", "process peak MB");
    add(table, "beamgrad, batch 100", ours);
    if (peer.isEmpty()) {
      table.add("scikit-learn is missing", "", "", "", "");
    } else {
      add(table, "scikit-learn SGDClassifier.partial_fit", peer);
    }
    add(
        table,
        "beamgrad, dense %s rows x %s columns"
            .formatted(Table.number(DENSE_ROWS, 0), Table.number(DENSE_WIDTH, 0)),
        dense);
    table.print();
    double times = (double) ROWS / DENSE_ROWS * WIDTH / DENSE_WIDTH;
    System.out.printf(
        "  dense rows of %,d columns would take %,.0f times that, %,.0f s an epoch, and %,.0f GB%n",
        WIDTH,
        times,
        times * median(dense, Result::median),
        (double) ROWS * WIDTH * Float.BYTES * 1e-9);
  }

  private static void add(Table table, String name, List<Result> results) {
    table.add(
        name,
        Table.number(median(results, Result::first), 3),
        Table.number(median(results, Result::median), 3),
        Table.number(median(results, Result::accuracy), 4),
        Table.number(median(results, Result::peakMegabytes), 0));
  }

  private static double median(List<Result> results, ToDoubleFunction<Result> of) {
    return Statistics.median(results.stream().map(of::applyAsDouble).toList());
  }

  private static Result ours(String kind, Path rows) throws IOException, InterruptedException {
    return Result.of(OwnProcess.run(SparseProgram.class, kind, rows.toString()).output());
  }

  /** For each row its label, then its column of each category; bytes and int32, big-endian. */
  private static void write(Path file) throws IOException {
    Generator random = new Generator(1);
    float[] coefficients = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      coefficients[i] = 0.4f * (float) random.nextGaussian();
    }
    int[] columns = new int[CATEGORIES];
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      for (int row = 0; row < ROWS; row++) {
        float logit = 0;
        for (int c = 0; c < CATEGORIES; c++) {
          columns[c] = c * SLOTS + (int) (random.nextFloat() * SLOTS);
          logit += coefficients[columns[c]];
        }
        out.writeByte(random.nextFloat() < FloatMath.sigmoid(logit) ? 1 : 0);
        for (int column : columns) {
          out.writeInt(column);
        }
      }
    }
  }
}
