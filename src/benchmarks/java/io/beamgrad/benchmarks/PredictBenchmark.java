package io.beamgrad.benchmarks;

import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.predict.BatchPredictor;
import io.beamgrad.predict.PredictionFormat;
import io.beamgrad.predict.PredictionSettings;
import io.beamgrad.transforms.PredictFiles;
import io.beamgrad.transforms.StartUnits;
import io.beamgrad.transforms.WritePredictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.logging.LogManager;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * Rows a second from a plain IDX file of 28 x 28 pixels, through a softmax regression, to one file
 * of predictions, on embedded Flink. What the same pipeline takes for a handful of rows, its start,
 * is taken off.
 */
final class PredictBenchmark {
  private static final int ROWS = 1_200_000;
  private static final int FEW_ROWS = 100;
  private static final int ROUNDS = 5;

  private PredictBenchmark() {}

  static void run() throws IOException {
    LogManager.getLogManager().reset(); // Flink tells of every task
    Table table = new Table("format", "slots", "seconds", "rows/s", "CPU us/row", "MB");
    Path folder = Files.createTempDirectory(Path.of("target"), "predict");
    try {
      String model = folder.resolve("model.avro").toString();
      ModelFile.write(model, Models.softmax());
      SourceFiles few = images(IngestBenchmark.write(folder.resolve("few"), FEW_ROWS));
      SourceFiles many = images(IngestBenchmark.write(folder.resolve("many"), ROWS));
      for (PredictionFormat format : PredictionFormat.values()) {
        for (int slots = 1; slots <= 2; slots++) {
          Path out = folder.resolve("out");
          predict(model, many, format, out, slots); // compiles
          List<Double> seconds = new ArrayList<>();
          List<Double> cpu = new ArrayList<>();
          for (int i = 0; i < ROUNDS; i++) {
            IngestBenchmark.Cost start = predict(model, few, format, out, slots);
            IngestBenchmark.Cost all = predict(model, many, format, out, slots);
            seconds.add(all.wallSeconds() - start.wallSeconds());
            cpu.add(all.cpuSeconds() - start.cpuSeconds());
          }
          double median = Statistics.median(seconds);
          table.add(
              format.name().toLowerCase(Locale.ROOT),
              Integer.toString(slots),
              Table.number(median, 2),
              Table.number(ROWS / median, 0),
              Table.number(Statistics.median(cpu) / ROWS * 1e6, 2),
              Table.number(Files.size(out) / 1e6, 0));
        }
      }
    } finally {
      IngestBenchmark.delete(folder);
    }
    System.out.printf(
        "predict: %,d images of a plain IDX file, softmax regression, to one file of predictions, on"
            + " embedded%nFlink, start-up taken off, medians of %d%n",
        ROWS, ROUNDS);
    table.print();
  }

  private static SourceFiles images(Path folder) {
    return NamedFiles.images(List.of(folder.toString()))
        .imagesOf(BatchPredictor.features(Models.softmax()).get(0));
  }

  private static IngestBenchmark.Cost predict(
      String model, SourceFiles source, PredictionFormat format, Path out, int slots)
      throws IOException {
    Path parts = Files.createDirectories(out.resolveSibling("parts"));
    PredictionSettings settings = new PredictionSettings(model, format, parts.toString(), true);
    Pipeline pipeline =
        Pipeline.create(
            PipelineOptionsFactory.fromArgs(
                    "--runner=FlinkRunner",
                    "--flinkMaster=[local]",
                    "--objectReuse=true",
                    "--parallelism=" + slots)
                .create());
    pipeline
        .apply("Start", StartUnits.of(source.units()))
        .apply("Predict", PredictFiles.of(settings))
        .apply("Write", WritePredictions.to(out.toString(), settings));
    long cpu = IngestBenchmark.cpuNanos();
    long start = System.nanoTime();
    pipeline.run().waitUntilFinish();
    IngestBenchmark.Cost cost =
        new IngestBenchmark.Cost(
            (System.nanoTime() - start) * 1e-9, (IngestBenchmark.cpuNanos() - cpu) * 1e-9);
    if (!Files.exists(Path.of(settings.outcome()))) {
      throw new IOException("the pipeline left no outcome");
    }
    IngestBenchmark.delete(parts);
    return cost;
  }
}
