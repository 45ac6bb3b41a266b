package io.beamgrad.benchmarks;

import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.pipeline.JobSources;
import io.beamgrad.spec.JobSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A log of clicks in a folder, with a fifth as many rows to test with, and the spec of a logistic
 * regression on them.
 */
record ClickFiles(Path folder, ClickLog.Written train, ClickLog.Written test) {
  static final int EPOCHS = 4;
  static final int SLOTS = 1 << 16; // that the categories of a column are hashed into
  static final int BATCH = 100;
  static final double LEARNING_RATE = 0.5; // of the mean of a batch; the peer steps by each row

  private static final String SPEC =
      """
      seed: 1
      data:
        dir: %s
        train: train.csv
        test: test.csv
        features: ["i*", "c*"]
        target: label
        columns:
          i*: {number: {log: true, missing: median}}
          c*: {category: {hash: %s, missing: own}}
        scale: standard
        crosses: %s
      split: {validation: 0}
      model: [{linear: {out: 1}}]
      loss: binary_cross_entropy
      """;

  private static final String SGD =
      """
      optimizer: {sgd: {lr: %s}}
      batch: %s
      epochs: %s
      """;

  /** Pairs are rarer than categories, so that it takes a higher rate to learn them. */
  private static final String FALLING =
      """
      optimizer: {sgd: {lr: 2}}
      schedule: {per: step, cosine: {}}
      batch: %s
      epochs: 6
      """;

  private static final String CROSS = "{columns: [c%s, c%s], hash: 1048576}";

  /** The pairs that have an effect. */
  private static final String CROSSES =
      ClickTruth.pairs().stream()
          .map(pair -> CROSS.formatted(pair[0] + 1, pair[1] + 1))
          .collect(Collectors.joining(", ", "[", "]"));

  static ClickFiles write(Path folder, int rows, boolean withPairs) throws IOException {
    Files.createDirectories(folder);
    Path data = folder.toAbsolutePath();
    String falling = FALLING.formatted(BATCH);
    Files.writeString(
        folder.resolve("clicks.yaml"),
        SPEC.formatted(data, SLOTS, "null") + SGD.formatted(LEARNING_RATE, BATCH, EPOCHS));
    Files.writeString(
        folder.resolve("falling.yaml"), SPEC.formatted(data, SLOTS, "null") + falling);
    Files.writeString(
        folder.resolve("crosses.yaml"), SPEC.formatted(data, SLOTS, CROSSES) + falling);
    return new ClickFiles(
        folder,
        write(folder.resolve("train.csv"), rows, 1, withPairs),
        write(folder.resolve("test.csv"), Math.max(1, rows / 5), 2, withPairs));
  }

  static ClickLog.Written write(Path file, int rows, long seed, boolean withPairs)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      return new ClickLog(seed, new ClickTruth(withPairs)).write(out, rows);
    }
  }

  Path spec() {
    return folder.resolve("clicks.yaml");
  }

  /** The same for longer, at a higher rate that falls. */
  Path fallingSpec() {
    return folder.resolve("falling.yaml");
  }

  /** That with crosses of the pairs that have an effect. */
  Path crossesSpec() {
    return folder.resolve("crosses.yaml");
  }

  Path trainFile() {
    return folder.resolve("train.csv");
  }

  Path testFile() {
    return folder.resolve("test.csv");
  }

  /** All rows, those to test with too. */
  long rows() {
    return train.rows() + test.rows();
  }

  /** From these files to blocks. */
  EmbeddedFlink.Job ingest(int slots) {
    SourceFiles source = JobSources.find(JobSpec.load(spec(), List.of()));
    return () -> EmbeddedFlink.ingest(source, 2, folder.resolve("work"), slots);
  }
}
