package io.beamgrad.cli;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.job.PredictJob;
import io.beamgrad.job.PredictRequest;
import io.beamgrad.predict.PredictionFormat;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads the arguments of {@code beamgrad predict}; {@link PredictJob} does the work. */
@Command(
    name = "predict",
    customSynopsis =
        "beamgrad predict --model model.avro --input FILE... [OPTIONS] [-- BEAM OPTIONS]",
    description = {
      "Predicts for each record of files: tables with the model's columns (CSV, TSV,",
      "JSON lines, Avro or Parquet by their suffixes, CSV without one), or for a",
      "model of images PNG, BMP and GIF pictures of any size, and IDX files."
    })
final class PredictCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "model.avro",
      description = "The trained model.")
  private Path model;

  @Option(
      names = "--input",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "What to predict for: files, folders, globs in quotes.")
  private List<String> input;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description = "What is between the fields of CSV files; default is as in the model's data.")
  private String delimiter;

  @Option(
      names = "--csv",
      paramLabel = "KEY=VALUE",
      description =
          "How CSV files are written where not as the model's data: a key of data.csv, such as"
              + " decimal=. or missing=[\"?\"]; may be repeated.")
  private List<String> csv = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where to write (.csv, .jsonl or .avro); default is the standard output.")
  private Path out;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv, jsonl or avro; default is by the suffix of --out, or csv.")
  private String formatName; // No enum, as its messages would be picocli's.

  @Option(names = "--json", description = "The same as --format jsonl.")
  private boolean json;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "Where to list the records that could not be used, as Avro.")
  private Path rejects;

  @Option(
      names = "--interval",
      paramLabel = "LEVEL",
      description =
          "Such as 0.9: also write where each number is so often at least, or which classes the"
              + " row's own is among; of a model with calibration rows.")
  private Double interval;

  @Mixin private RunnerArguments on;

  private final Terminal terminal;

  PredictCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PredictRequest request =
        new PredictRequest(
            model, input, PredictRequest.checked(delimiter), csv, format(), out, rejects, interval);
    new PredictJob(request, on.settings(false), terminal).run();
    return 0;
  }

  private PredictionFormat format() {
    if (formatName == null && !json && out != null) {
      return PredictionFormat.bySuffix(out.toString())
          .orElseThrow(
              () ->
                  new WrongInputException(
                      out
                          + ": its suffix tells no format (.csv, .jsonl, .ndjson, .json, .avro);"
                          + " --format can say it"));
    }
    String name = json ? "jsonl" : formatName == null ? "csv" : formatName.toLowerCase(Locale.ROOT);
    return switch (name) {
      case "csv" -> PredictionFormat.CSV;
      case "jsonl", "json" -> PredictionFormat.JSONL;
      case "avro" -> PredictionFormat.AVRO;
      default ->
          throw new WrongInputException("--format must be csv, jsonl or avro, was " + formatName);
    };
  }
}
