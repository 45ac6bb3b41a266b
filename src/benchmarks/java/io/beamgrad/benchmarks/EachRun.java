package io.beamgrad.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A training of models by key, as its folder tells it.
 *
 * @param own keys that have a model of their own
 * @param seconds from the end of the ingest, which is when the manifest of all blocks was written,
 *     to the end of the run
 * @param pooledSeconds those of it that the epochs of the pooled model took
 * @param loss of the models by key, on the test rows
 * @param pooledLoss of the pooled model, on the same
 * @param diskBytes of the run's folder and its work folder, at the end
 */
record EachRun(
    TrainingRun training,
    long own,
    double seconds,
    double pooledSeconds,
    double loss,
    double pooledLoss,
    long diskBytes) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Trains by a spec to a folder, which is deleted. */
  static EachRun of(Path folder, Path spec, String... arguments)
      throws IOException, InterruptedException {
    try {
      return read(TrainingRun.kept(folder, spec, arguments), folder);
    } finally {
      Folders.delete(folder);
    }
  }

  private static EachRun read(TrainingRun training, Path folder) throws IOException {
    JsonNode run = JSON.readTree(folder.resolve("run.json").toFile());
    Instant ingested = Files.getLastModifiedTime(folder.resolve("work/manifest.avro")).toInstant();
    Instant finished = Instant.parse(run.at("/times/finished").asText());
    JsonNode test = run.at("/each/test");
    return new EachRun(
        training,
        run.at("/each/own").asLong(),
        Duration.between(ingested, finished).toNanos() * 1e-9,
        pooledSeconds(training),
        test.path("loss").asDouble(),
        test.path("pooledLoss").asDouble(),
        Folders.bytes(folder));
  }

  private static double pooledSeconds(TrainingRun training) {
    return training.metrics().stream()
        .filter(row -> row.get("split").equals("train"))
        .mapToDouble(row -> Double.parseDouble(row.get("seconds")))
        .sum();
  }

  Contest.Run scored() {
    return new Contest.Run(training.program(), List.of(seconds, loss, pooledLoss));
  }
}
