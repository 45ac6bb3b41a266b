package io.beamgrad.cli;

import io.beamgrad.job.EvaluateJob;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads the arguments of {@code beamgrad evaluate}; {@link EvaluateJob} does the work. */
@Command(
    name = "evaluate",
    description = "Measures a trained model on a split of a job's data, or on any files.")
final class EvaluateCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "model.avro",
      description = "The trained model.")
  private Path model;

  @Option(
      names = "--data",
      paramLabel = "SPEC.yaml",
      description = "The job spec whose data and split to use.")
  private Path data;

  @Option(
      names = "--input",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Instead of a spec: files, folders and globs in quotes, with the model's columns, its"
              + " targets among them; or pairs of IDX files.")
  private List<String> input;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description = "What is between the fields of CSV files of --input; default as in training.")
  private String delimiter;

  @Option(
      names = "--csv",
      paramLabel = "KEY=VALUE",
      description =
          "How CSV files of --input are written where not as in training: a key of data.csv, such as"
              + " decimal=.; may be repeated.")
  private List<String> csv = new ArrayList<>();

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description =
          "train, validation, test, calibration or holdout; default test, or without test data validation, or"
              + " train.")
  private String splitName; // No enum, as it loads Avro, which --help does not need.

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a key of the spec, such as data.dir=DIR; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "Where to list the records that could not be used, as Avro.")
  private Path rejects;

  @Option(
      names = "--by",
      paramLabel = "COLUMN",
      description = "Tell the scores by the values of a feature, the worst first; may be repeated.")
  private List<String> by = new ArrayList<>();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Write a page with the rows it is wrong on and more.")
  private Path report;

  @Mixin private PassedOptions beamOptions;

  private final Terminal terminal;

  EvaluateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    new EvaluateJob(
            model,
            data,
            input,
            delimiter,
            csv,
            splitName,
            overrides,
            rejects,
            by,
            json,
            report,
            beamOptions.list(),
            terminal)
        .run();
    return 0;
  }
}
