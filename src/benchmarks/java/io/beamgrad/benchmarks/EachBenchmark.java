package io.beamgrad.benchmarks;

import io.beamgrad.Python;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A linear model for each key of a drawn table, from a CSV file to the score on a tenth of each
 * key's rows: whole programs in turns with a loop over the keys in scikit-learn, and whether the
 * time after the ingest is a straight line.
 */
final class EachBenchmark {
  private static final int EPOCHS = 20;
  private static final int BATCH = 32;
  private static final double LEARNING_RATE = 0.05;
  // The loss of both is squared; ours steps by twice the mean of a batch, the peer by half of that
  // of a row: with this rate a row moves the weights of both as far.
  private static final double PEER_RATE = 2 * LEARNING_RATE / BATCH;
  private static final double TEST = 0.1;
  private static final int MOST_MODELS_OF_PEER = 100_000;
  private static final int SLOTS = 2;
  private static final String OURS = "beamgrad, embedded Flink";
  private static final String PEER = "pandas, scikit-learn SGDRegressor";
  private static final String SPEC =
      """
      seed: 1
      data: {dir: %s, train: each.csv, features: ["x*"], target: y}
      split: {validation: 0, test: %s}
      model: [{linear: {out: 1}}]
      loss: mse
      optimizer: {sgd: {lr: %s}}
      batch: %s
      epochs: %s
      each: {key: key, minRows: 20, toPooled: 0.1, pooledRows: 1000000}
      """;

  private final Path folder;
  private final int rounds;
  private final Optional<Python> python = Python.with("pandas, sklearn");
  private final Table sizes =
      new Table(
          "models",
          "own",
          "after ingest s",
          "of it pooled s",
          "models/s",
          "us/model",
          "peer us/model",
          "times as fast",
          "peak MB",
          "run's folder MB");
  private final List<StraightLine.Point> points = new ArrayList<>();

  private EachBenchmark(Path folder, int rounds) {
    this.folder = folder;
    this.rounds = rounds;
  }

  /** Measures tables of so many keys. */
  static void run(List<Integer> models, int rounds) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(Path.of("target"), "each");
    try {
      EachBenchmark benchmark = new EachBenchmark(folder, rounds);
      for (int count : models) {
        benchmark.measure(count);
      }
      System.out.printf(
          "each: the time from the end of the ingest, the peer's from the end of its grouping;"
              + " medians of %d%n",
          rounds);
      benchmark.sizes.print();
      Peers.sayWhere(benchmark.python, "pandas and scikit-learn");
      benchmark.printLine();
    } finally {
      Folders.delete(folder);
    }
  }

  /** Writes the table of so many keys, and gives its bytes. */
  static long write(Path file, int models, long seed) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      return new EachTable(seed, models).write(out);
    }
  }

  private void measure(int models) throws IOException, InterruptedException {
    Path file = folder.resolve("each.csv");
    Path spec = folder.resolve("each.yaml");
    Files.writeString(
        spec, SPEC.formatted(folder.toAbsolutePath(), TEST, LEARNING_RATE, BATCH, EPOCHS));
    long bytes = write(file, models, 1);
    System.out.printf(
        "each: %,d keys of %d rows (%,.0f MB of CSV) to linear models of %d numbers, sgd, batch %d,"
            + " %d epochs,%ntested on a tenth of each key's rows, where the true function has a"
            + " loss of %s, the best pooled one of %s; medians of %d%n",
        models,
        EachTable.ROWS_A_KEY,
        bytes / 1e6,
        EachTable.NUMBERS,
        BATCH,
        EPOCHS,
        Table.number(EachTable.LEAST_LOSS, 2),
        Table.number(EachTable.LEAST_POOLED_LOSS, 2),
        rounds);
    List<EachRun> runs = new ArrayList<>();
    Contest contest = new Contest("after ingest s", "test loss", "pooled loss");
    contest.add(
        OURS,
        () -> {
          runs.add(train(spec));
          return runs.get(runs.size() - 1).scored();
        });
    boolean hasPeer = python.isPresent() && models <= MOST_MODELS_OF_PEER;
    if (hasPeer) {
      contest.add(PEER, () -> peer(file));
    }
    contest.run(rounds);
    contest.print();
    if (models > MOST_MODELS_OF_PEER) {
      System.out.printf(
          "  ours alone, as the peer holds the rows of more than %,d keys in memory%n",
          MOST_MODELS_OF_PEER);
    }
    System.out.println();
    Files.delete(file);
    add(models, contest, runs, hasPeer);
  }

  private EachRun train(Path spec) throws IOException, InterruptedException {
    return EachRun.of(
        folder.resolve("run"),
        spec,
        "--runner",
        "flink",
        "--parallelism",
        Integer.toString(SLOTS),
        "--keep-work");
  }

  private Contest.Run peer(Path file) throws IOException, InterruptedException {
    Contest.Run run =
        Peers.run(
            python.orElseThrow(),
            "scripts/bench_each.py",
            file.toString(),
            Double.toString(PEER_RATE),
            Integer.toString(EPOCHS),
            Double.toString(TEST));
    List<Double> scores = new ArrayList<>(run.scores());
    scores.add(Double.NaN); // it has no pooled model
    return new Contest.Run(run.program(), scores);
  }

  private void add(int models, Contest contest, List<EachRun> runs, boolean hasPeer) {
    double seconds = Statistics.median(contest.firstScores(OURS));
    double micros = 1e6 * seconds / models;
    double peer = hasPeer ? 1e6 * Statistics.median(contest.firstScores(PEER)) / models : 0;
    double pooled = Statistics.median(runs.stream().map(EachRun::pooledSeconds).toList());
    points.add(new StraightLine.Point(models, seconds));
    sizes.add(
        Table.number(models, 0),
        Table.number(runs.get(0).own(), 0),
        Table.number(seconds, 2),
        Table.number(pooled, 2),
        Table.number(models / seconds, 0),
        Table.number(micros, 1),
        hasPeer ? Table.number(peer, 1) : "",
        hasPeer ? Table.number(peer / micros, 1) : "",
        Table.number(contest.peakMegabytes(OURS), 0),
        Table.number(runs.get(0).diskBytes() / 1e6, 0));
  }

  private void printLine() {
    if (points.size() < 3) {
      System.out.println("  three sizes or more say whether the time is a straight line");
      return;
    }
    Table table = new Table("models", "us/model", "to the line through the others");
    for (int i = 0; i < points.size(); i++) {
      StraightLine.Point point = points.get(i);
      table.add(
          Table.number(point.size(), 0),
          Table.number(1e6 * point.seconds() / point.size(), 1),
          String.format(Locale.ROOT, "%+.0f%%", 100 * StraightLine.difference(points, i)));
    }
    table.print();
  }
}
