package io.beamgrad.benchmarks;

import io.beamgrad.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Logistic regression on a log of clicks, from CSV files to a model and its score on other rows:
 * whole programs in turns, and what the epochs and the ingest of ours take.
 */
final class ClicksBenchmark {
  private static final int FEW_ROWS = 1000;
  private static final int MOST_ROWS_IN_MEMORY = 1_000_000;
  private static final String OURS = "beamgrad, embedded Flink";
  private static final String FALLING = "the same for longer, at a falling rate";
  private static final String CROSSED = "that with crosses of the pairs";
  private static final int LOG_LOSS = 2; // among the scores

  private ClicksBenchmark() {}

  static void run(List<Integer> sizes, int rounds, boolean withPairs)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(Path.of("target"), "clicks");
    try {
      ClickFiles few = ClickFiles.write(folder.resolve("few"), FEW_ROWS, withPairs);
      List<Contest> contests = new ArrayList<>();
      for (int rows : sizes) {
        ClickFiles files = ClickFiles.write(folder.resolve("many"), rows, withPairs);
        contests.add(programs(files, rounds, withPairs));
        parts(files, few, contests.get(contests.size() - 1), rounds);
        Folders.delete(files.folder());
        System.out.println();
      }
      if (sizes.size() > 1) {
        line(sizes, contests, few, rounds);
      }
    } finally {
      Folders.delete(folder);
    }
  }

  /** From the files to the score, by ours and by the peer. */
  private static Contest programs(ClickFiles files, int rounds, boolean withPairs)
      throws IOException, InterruptedException {
    Contest contest = new Contest("epoch s", "AUC", "log loss");
    contest.add(OURS, () -> train(files.spec()).scored("rocAuc", "logLoss"));
    if (withPairs) {
      contest.add(FALLING, () -> train(files.fallingSpec()).scored("rocAuc", "logLoss"));
      contest.add(CROSSED, () -> train(files.crossesSpec()).scored("rocAuc", "logLoss"));
    }
    Optional<Python> python = Python.with("pandas, sklearn");
    boolean fits = files.train().rows() <= MOST_ROWS_IN_MEMORY;
    python
        .filter(peer -> fits)
        .ifPresent(
            peer ->
                contest.add(
                    "pandas, hashing, scikit-learn SGDClassifier",
                    () ->
                        Peers.run(
                            peer,
                            "scripts/bench_clicks.py",
                            files.trainFile().toString(),
                            files.testFile().toString(),
                            Integer.toString(ClickFiles.EPOCHS))));
    contest.run(rounds);
    System.out.printf(
        "clicks: %,d rows (%,.0f MB) from CSV to a model of 13 counts and 26 hashed categories, %d"
            + " epochs, tested%non %,d rows; the true probabilities have a log loss of %s there;"
            + " medians of %d%n",
        files.train().rows(),
        files.train().bytes() / 1e6,
        ClickFiles.EPOCHS,
        files.test().rows(),
        Table.number(files.test().logLoss(), 4),
        rounds);
    contest.print();
    if (withPairs) {
      double linear = contest.score(FALLING, LOG_LOSS);
      double gained = linear - contest.score(CROSSED, LOG_LOSS);
      System.out.printf(
          "  crosses recover %s of the log loss between logistic regression and the true"
              + " probabilities%n",
          Table.number(gained / (linear - files.test().logLoss()), 3));
    }
    if (fits) {
      Peers.sayWhere(python, "pandas and scikit-learn");
    } else {
      System.out.printf(
          "  ours alone, as others hold more than %,d rows in memory%n", MOST_ROWS_IN_MEMORY);
    }
    return contest;
  }

  private static TrainingRun train(Path spec) throws IOException, InterruptedException {
    return TrainingRun.of(spec, "--runner", "flink");
  }

  /** An epoch of the job beside one on rows in memory, and the ingest by itself. */
  private static void parts(ClickFiles files, ClickFiles few, Contest contest, int rounds)
      throws IOException, InterruptedException {
    long rows = files.train().rows();
    Table table = new Table("part", "seconds", "", "rows/s", "CPU us/row", "ratio");
    List<Double> blocks = contest.firstScores(OURS);
    double epoch = Statistics.median(blocks);
    List<Double> memory = rows > MOST_ROWS_IN_MEMORY ? List.of() : inMemory(rows, rounds);
    String ratio = memory.isEmpty() ? "" : Table.number(epoch / Statistics.median(memory), 2);
    add(table, "a later epoch of the job", blocks, rows, "", ratio);
    if (!memory.isEmpty()) {
      add(table, "the same on rows in memory", memory, rows, "", "");
    }
    files.ingest(2).run(); // compiles
    EmbeddedFlink.Costs ingest = EmbeddedFlink.Costs.of(rounds, few.ingest(2), files.ingest(2));
    String cpu = Table.number(ingest.cpu() / files.rows() * 1e6, 2);
    add(table, "ingest, two slots", ingest.wallSeconds(), files.rows(), cpu, "");
    table.print();
  }

  private static void add(
      Table table, String part, List<Double> seconds, long rows, String cpu, String ratio) {
    double median = Statistics.median(seconds);
    table.add(
        part,
        Table.number(median, 3),
        Statistics.spread(seconds, 3),
        Table.number(rows / median, 0),
        cpu,
        ratio);
  }

  private static List<Double> inMemory(long rows, int rounds)
      throws IOException, InterruptedException {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      Program program = OwnProcess.run(ClicksProgram.class, Long.toString(rows));
      seconds.add(Double.valueOf(program.output().strip()));
    }
    return seconds;
  }

  /** Whether time is a straight line: what a row takes beyond the job of a handful of rows. */
  private static void line(List<Integer> sizes, List<Contest> contests, ClickFiles few, int rounds)
      throws IOException, InterruptedException {
    Contest start = new Contest("epoch s");
    start.add(OURS, () -> train(few.spec()).scored());
    start.run(rounds);
    double startSeconds = Statistics.median(start.seconds(OURS));
    System.out.printf(
        "the job of %,d rows takes %s s; beyond that%n", FEW_ROWS, Table.number(startSeconds, 2));
    Table table = new Table("rows", "seconds", "us/row", "peak MB", "ratio to the first");
    double first = Double.NaN;
    for (int i = 0; i < sizes.size(); i++) {
      double seconds = Statistics.median(contests.get(i).seconds(OURS)) - startSeconds;
      double micros = seconds / sizes.get(i) * 1e6;
      first = i == 0 ? micros : first;
      table.add(
          Table.number(sizes.get(i), 0),
          Table.number(seconds, 2),
          Table.number(micros, 2),
          Table.number(contests.get(i).peakMegabytes(OURS), 0),
          Table.number(micros / first, 2));
    }
    table.print();
  }
}
