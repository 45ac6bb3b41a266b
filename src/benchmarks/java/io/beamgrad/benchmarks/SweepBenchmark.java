package io.beamgrad.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What sixteen trials take beside one training: a network of 64 and 32 hidden units on a table of
 * 30 numbers, trained once, as a sweep of learning rates and batches to the end of each, and as the
 * same sweep with halving; whole programs in turns.
 */
final class SweepBenchmark {
  private static final int EPOCHS = 8;
  private static final int SLOTS = 2;
  private static final String ONE = "one training";
  private static final String FULL = "16 trials";
  private static final String HALVING = "16 trials, halving";
  private static final String SPEC =
      """
      seed: 1
      data: {dir: %s, train: train.csv, test: test.csv, features: ["x*"], target: label, scale: standard}
      split: {validation: 0.2}
      model: [{linear: {out: 64}}, relu, {linear: {out: 32}}, relu, {linear: {out: 1}}]
      loss: binary_cross_entropy
      optimizer: {adam: {lr: 0.001}}
      batch: 100
      epochs: %s
      """;
  private static final String GRID =
      """
        grid: {optimizer.adam.lr: [0.0003, 0.001, 0.003, 0.01], batch: [50, 100, 200, 400]}
      """;

  private SweepBenchmark() {}

  static void run(List<Integer> sizes, int rounds) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(Path.of("target"), "sweep");
    try {
      for (int rows : sizes) {
        long bytes = TableBenchmark.DENSE.write(folder.resolve("train.csv"), rows, 1);
        TableBenchmark.DENSE.write(folder.resolve("test.csv"), Math.max(1, rows / 5), 2);
        System.out.printf(
            "sweep: %,d rows (%,.0f MB) of 30 numbers from CSV to a network of 64 and 32 hidden"
                + " units, Adam,%nbatch 100, %d epochs, embedded Flink, %d slots; 16 trials of four"
                + " learning rates and%nfour batches, halving from epoch %d; medians of %d%n",
            rows, bytes / 1e6, EPOCHS, SLOTS, EPOCHS / 8, rounds);
        programs(folder, rounds);
      }
    } finally {
      Folders.delete(folder);
    }
  }

  private static void programs(Path folder, int rounds) throws IOException, InterruptedException {
    Contest contest = new Contest("epoch s", "accuracy", "log loss");
    add(contest, folder, ONE, "");
    add(contest, folder, FULL, "sweep:\n" + GRID);
    add(
        contest,
        folder,
        HALVING,
        "sweep:\n" + GRID + "  halving: {from: %s, keep: 0.5}\n".formatted(EPOCHS / 8));
    contest.run(rounds);
    contest.print();
    Table table = new Table("to one training", "seconds", "CPU");
    for (String sweep : List.of(FULL, HALVING)) {
      table.add(
          sweep,
          ratio(contest.seconds(sweep), contest.seconds(ONE)),
          ratio(contest.cpuSeconds(sweep), contest.cpuSeconds(ONE)));
    }
    table.print();
  }

  private static void add(Contest contest, Path folder, String name, String sweep)
      throws IOException {
    Path spec = folder.resolve(name.replaceAll("\\W+", "-") + ".yaml");
    Files.writeString(spec, SPEC.formatted(folder.toAbsolutePath(), EPOCHS) + sweep);
    contest.add(
        name,
        () ->
            TrainingRun.of(spec, "--runner", "flink", "--parallelism", Integer.toString(SLOTS))
                .scored("accuracy", "logLoss"));
  }

  private static String ratio(List<Double> of, List<Double> to) {
    return Table.number(Statistics.median(of) / Statistics.median(to), 2);
  }
}
