package io.beamgrad.benchmarks;

import io.beamgrad.Python;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Logistic regression on the words and pairs of words of reviews, from CSV files to a model and its
 * score on other rows: whole programs in turns.
 */
final class TextsBenchmark {
  private static final int EPOCHS = 5;
  private static final String OURS = "beamgrad, embedded Flink";
  private static final String SPEC =
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
      """;

  private TextsBenchmark() {}

  static void run(List<Integer> sizes, int rounds) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(Path.of("target"), "texts");
    try {
      Path spec = folder.resolve("texts.yaml");
      Files.writeString(spec, SPEC.formatted(folder.toAbsolutePath(), EPOCHS));
      for (int rows : sizes) {
        long bytes = write(folder.resolve("train.csv"), rows, 1);
        write(folder.resolve("test.csv"), Math.max(1, rows / 5), 2);
        System.out.printf(
            "texts: %,d reviews (%,.0f MB) from CSV to a logistic regression on words and pairs of"
                + " words,%nhashed into 65,536, %d epochs, tested on %,d reviews; medians of %d%n",
            rows, bytes / 1e6, EPOCHS, Math.max(1, rows / 5), rounds);
        programs(folder, spec, rounds);
      }
    } finally {
      Folders.delete(folder);
    }
  }

  static long write(Path file, int rows, long seed) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      return new ReviewTable(seed).write(out, rows);
    }
  }

  private static void programs(Path folder, Path spec, int rounds)
      throws IOException, InterruptedException {
    Contest contest = new Contest("epoch s", "accuracy", "log loss");
    contest.add(
        OURS, () -> TrainingRun.of(spec, "--runner", "flink").scored("accuracy", "logLoss"));
    Optional<Python> python = Python.with("pandas, sklearn");
    python.ifPresent(
        peer ->
            contest.add(
                "pandas, HashingVectorizer, SGDClassifier",
                () ->
                    Peers.run(
                        peer,
                        "scripts/bench_texts.py",
                        folder.resolve("train.csv").toString(),
                        folder.resolve("test.csv").toString(),
                        Integer.toString(EPOCHS))));
    contest.run(rounds);
    contest.print();
    Peers.sayWhere(python, "pandas and scikit-learn");
  }
}
