package io.beamgrad.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.failure.ReportedException;
import io.beamgrad.job.TrainJob;
import io.beamgrad.job.TrainRequest;
import io.beamgrad.runner.Runner;
import io.beamgrad.runner.RunnerSettings;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Tries on a small table whether the preset's network is better than one linear layer, by training
 * both and comparing them on the rows that validate; those of the test stay unseen. Where they are
 * as good as can be told from so few rows, the linear layer is chosen, as what has fewer parameters
 * is less often wrong on other rows. The same table gives the same choice.
 *
 * @param model the chosen one
 * @param why the scores, in a line
 */
record SmallTableTrial(StartingModel model, String why) {

  /**
   * Trains and compares.
   *
   * @param yaml the spec with a model
   * @param beamOptions those of the command
   */
  static SmallTableTrial of(
      Function<StartingModel, String> yaml, boolean isOfClasses, List<String> beamOptions)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("beamgrad-init");
    StartingModel tried = StartingModel.LINEAR;
    try {
      MetricRow linear = best(tried, yaml, folder, beamOptions);
      tried = StartingModel.PRESET;
      MetricRow preset = best(tried, yaml, folder, beamOptions);
      return isOfClasses ? ofClasses(linear, preset) : ofNumbers(linear, preset);
    } catch (ReportedException | UncheckedIOException e) {
      String why = String.valueOf(e.getMessage()).replaceFirst(" \\(work kept in .*\\)$", "");
      return new SmallTableTrial(
          tried == StartingModel.LINEAR ? StartingModel.PRESET : StartingModel.LINEAR,
          "Nothing is compared, as training %s failed: %s"
              .formatted(tried.words(), RejectText.onOneLine(why)));
    } finally {
      delete(folder);
    }
  }

  /** The best epoch on the rows that validate; its weights would be the model. */
  private static MetricRow best(
      StartingModel model,
      Function<StartingModel, String> yaml,
      Path folder,
      List<String> beamOptions)
      throws IOException, InterruptedException {
    String name = model.name().toLowerCase(Locale.ROOT);
    Path spec = folder.resolve(name + ".yaml");
    Files.writeString(spec, yaml.apply(model), UTF_8);
    Path run = folder.resolve(name);
    RunnerSettings here =
        new RunnerSettings(
            Runner.DIRECT, null, null, RunnerSettings.SLOT_SECONDS, false, beamOptions);
    List<String> overrides = List.of("refit=false", "sinks.csv=false");
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    TrainJob.run(
        new TrainRequest(spec, overrides, here, run, null, false, false),
        new Terminal(nowhere, nowhere, false, false, 0));
    return RecordFile.of(MetricRow.class).read(run.resolve("metrics.avro").toString()).stream()
        .filter(row -> row.getSplit() == Split.VALIDATION && row.getEpoch() > 0)
        .max(Comparator.comparingDouble(SmallTableTrial::score))
        .orElseThrow(() -> new JobFailedException("no rows are left to validate on"));
  }

  private static double score(MetricRow row) {
    return row.getAccuracy() == null ? -row.getMse() : row.getAccuracy();
  }

  /**
   * Better by more errors than their standard deviation, were those of the two in different rows.
   */
  private static SmallTableTrial ofClasses(MetricRow linear, MetricRow preset) {
    long rows = linear.getExamples();
    double fewer = (preset.getAccuracy() - linear.getAccuracy()) * rows;
    double deviation = Math.sqrt((2 - preset.getAccuracy() - linear.getAccuracy()) * rows);
    return chosen(
        fewer > deviation,
        String.format(
            Locale.ROOT,
            "On %,d rows to validate one linear layer has an accuracy of %.4f, the preset's network %.4f",
            rows,
            linear.getAccuracy(),
            preset.getAccuracy()));
  }

  /** Better by more than the standard deviation of a mean of so many squares, about. */
  private static SmallTableTrial ofNumbers(MetricRow linear, MetricRow preset) {
    long rows = linear.getExamples();
    return chosen(
        preset.getMse() < linear.getMse() * (1 - 1 / Math.sqrt((double) rows)),
        String.format(
            Locale.ROOT,
            "On %,d rows to validate one linear layer has a mean squared error of %.4g, the preset's network %.4g",
            rows,
            linear.getMse(),
            preset.getMse()));
  }

  private static SmallTableTrial chosen(boolean isPreset, String scores) {
    return isPreset
        ? new SmallTableTrial(StartingModel.PRESET, scores + ".")
        : new SmallTableTrial(
            StartingModel.LINEAR, scores + ", which is not better beyond chance.");
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
