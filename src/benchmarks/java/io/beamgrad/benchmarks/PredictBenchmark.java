package io.beamgrad.benchmarks;

import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.predict.BatchPredictor;
import io.beamgrad.predict.PredictionFormat;
import io.beamgrad.predict.PredictionSettings;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.transforms.PredictFiles;
import io.beamgrad.transforms.StartUnits;
import io.beamgrad.transforms.WritePredictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.beam.sdk.Pipeline;

/**
 * Rows a second from files through a model to one file of predictions, on embedded Flink: images of
 * 28 x 28 pixels through a softmax regression, and a log of clicks through the logistic regression
 * that was trained on it. What the same pipeline takes for a handful of rows, its start, is taken
 * off.
 */
final class PredictBenchmark {
  private static final int IMAGES = 1_200_000;
  private static final int FEW_ROWS = 100;

  /** What is predicted for, by which model; and a handful of it. */
  private record Data(String name, Path model, SourceFiles few, SourceFiles many, long rows) {}

  private PredictBenchmark() {}

  static void run(List<Integer> clicks, int rounds) throws IOException, InterruptedException {
    Table table =
        new Table("data and format", "slots", "seconds", "rows/s", "", "CPU us/row", "MB");
    Path folder = Files.createTempDirectory(Path.of("target"), "predict");
    try {
      for (int rows : clicks) {
        clicks(table, folder.resolve("clicks"), rows, rounds);
      }
      Data images = images(folder.resolve("images"));
      for (PredictionFormat format : PredictionFormat.values()) {
        for (int slots = 1; slots <= 2; slots++) {
          add(table, images, format, slots, rounds);
        }
      }
    } finally {
      Folders.delete(folder);
    }
    System.out.printf(
        "predict: to one file of predictions on embedded Flink, start-up taken off, medians of"
            + " %d;%nclicks from CSV by logistic regression, %,d images of a plain IDX file by"
            + " softmax regression%n",
        rounds, IMAGES);
    table.print();
  }

  /** Predictions for a log of clicks, and the ingest of the same rows beside them. */
  private static void clicks(Table table, Path folder, int rows, int rounds)
      throws IOException, InterruptedException {
    ClickFiles few = ClickFiles.write(folder.resolve("few"), FEW_ROWS, false);
    ClickFiles many = ClickFiles.write(folder.resolve("many"), rows, false);
    Path run = folder.resolve("run");
    TrainingRun.kept(run, many.spec(), "--runner", "flink", "--set", "epochs=1");
    Path model = run.resolve("model.avro");
    many.ingest(2).run(); // compiles
    EmbeddedFlink.Costs ingest = EmbeddedFlink.Costs.of(rounds, few.ingest(2), many.ingest(2));
    add(
        table,
        Table.number((double) many.rows(), 0) + " clicks, ingest",
        2,
        ingest,
        many.rows(),
        "");
    Data data =
        new Data(
            Table.number((double) many.train().rows(), 0) + " clicks",
            model,
            table(model, few.trainFile()),
            table(model, many.trainFile()),
            many.train().rows());
    for (PredictionFormat format : PredictionFormat.values()) {
      add(table, data, format, 2, rounds);
    }
    Folders.delete(folder);
  }

  private static SourceFiles table(Path model, Path file) {
    ModelRecord record = ModelFile.read(model.toString());
    return NamedFiles.tables(List.of(file.toString()))
        .tablesOf(BatchPredictor.features(record), CsvStyle.of(record.getCsv()));
  }

  private static Data images(Path folder) throws IOException {
    Path model = Files.createDirectories(folder).resolve("model.avro");
    ModelFile.write(model.toString(), Models.softmax());
    return new Data(
        "images",
        model,
        images(folder.resolve("few"), FEW_ROWS),
        images(folder.resolve("many"), IMAGES),
        IMAGES);
  }

  private static SourceFiles images(Path folder, int rows) throws IOException {
    return NamedFiles.images(List.of(IngestBenchmark.write(folder, rows).toString()))
        .imagesOf(BatchPredictor.features(Models.softmax()).get(0));
  }

  private static void add(Table table, Data data, PredictionFormat format, int slots, int rounds)
      throws IOException {
    Path out = data.model().resolveSibling("out");
    EmbeddedFlink.Job few = () -> predict(data.model(), data.few(), format, out, slots);
    EmbeddedFlink.Job many = () -> predict(data.model(), data.many(), format, out, slots);
    many.run(); // compiles
    EmbeddedFlink.Costs costs = EmbeddedFlink.Costs.of(rounds, few, many);
    String name = data.name() + ", " + format.name().toLowerCase(Locale.ROOT);
    add(table, name, slots, costs, data.rows(), Table.number(Files.size(out) / 1e6, 0));
  }

  private static void add(
      Table table, String name, int slots, EmbeddedFlink.Costs costs, long rows, String megabytes) {
    table.add(
        name,
        Integer.toString(slots),
        Table.number(costs.wall(), 2),
        Table.number(rows / costs.wall(), 0),
        costs.rates(rows),
        Table.number(costs.cpu() / rows * 1e6, 2),
        megabytes);
  }

  private static EmbeddedFlink.Cost predict(
      Path model, SourceFiles source, PredictionFormat format, Path out, int slots)
      throws IOException {
    Path parts = Files.createDirectories(out.resolveSibling("parts"));
    PredictionSettings settings =
        new PredictionSettings(model.toString(), format, parts.toString(), true);
    Pipeline pipeline = EmbeddedFlink.pipeline(slots);
    pipeline
        .apply("Start", StartUnits.of(source.units()))
        .apply("Predict", PredictFiles.of(settings))
        .apply("Write", WritePredictions.to(out.toString(), settings));
    EmbeddedFlink.Cost cost = EmbeddedFlink.cost(pipeline);
    if (!Files.exists(Path.of(settings.outcome()))) {
      throw new IOException("the pipeline left no outcome");
    }
    Folders.delete(parts);
    return cost;
  }
}
