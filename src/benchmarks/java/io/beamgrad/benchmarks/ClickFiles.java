package io.beamgrad.benchmarks;

import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.pipeline.JobSources;
import io.beamgrad.spec.JobSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
      split: {validation: 0}
      model: [{linear: {out: 1}}]
      loss: binary_cross_entropy
      optimizer: {sgd: {lr: %s}}
      batch: %s
      epochs: %s
      """;

  static ClickFiles write(Path folder, int rows, boolean withPairs) throws IOException {
    Files.createDirectories(folder);
    String spec = SPEC.formatted(folder.toAbsolutePath(), SLOTS, LEARNING_RATE, BATCH, EPOCHS);
    Files.writeString(folder.resolve("clicks.yaml"), spec);
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
