package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.model.Intervals;
import io.beamgrad.model.ModelFile;
import io.beamgrad.predict.FilePredictor;
import io.beamgrad.predict.PredictionParts;
import io.beamgrad.predict.PredictionSettings;
import io.beamgrad.rundir.WorkPlace;
import io.beamgrad.runner.ClusterRun;
import io.beamgrad.runner.FlinkCluster;
import io.beamgrad.runner.FlinkRest;
import io.beamgrad.runner.PipelineRun;
import io.beamgrad.runner.RemoteAccess;
import io.beamgrad.runner.RunnerOptions;
import io.beamgrad.runner.RunnerSettings;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.PredictionPart;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.terminal.ProgressBar;
import io.beamgrad.terminal.ShutdownHook;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.transforms.PredictFiles;
import io.beamgrad.transforms.PrepareWorkers;
import io.beamgrad.transforms.StartUnits;
import io.beamgrad.transforms.WritePredictions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Predicts for files: a few at once in this process, else by a pipeline; to the same bytes. */
public final class PredictJob {
  /** More data than this is worth the start of a pipeline. */
  private static final long LEAST_BYTES = 64 << 20;

  private static final long POLL_MILLIS = 50;

  private final PredictRequest request;
  private final RunnerSettings on;
  private final Terminal terminal;
  private final ModelRecord model;
  private final NamedFiles files;
  private final List<List<FileRange>> units;
  private final long bytes;

  public PredictJob(PredictRequest request, RunnerSettings on, Terminal terminal) {
    this.request = request;
    this.on = on;
    this.terminal = terminal;
    this.model = ModelFile.read(request.model().toString());
    requireIntervals();
    RemoteAccess.open(request.input(), on.beamOptions());
    this.files = request.files(model);
    SourceFiles source = request.source(model, files);
    this.units = source.units();
    this.bytes = source.dataBytes();
  }

  /**
   * Predicts, and says what came of it.
   *
   * @throws WrongInputException where an argument or the data cannot be used
   * @throws JobFailedException where the pipeline failed
   */
  public void run() throws IOException, InterruptedException {
    if (on.flinkMaster() != null && request.out() == null) {
      throw new WrongInputException("--flink-master needs --out, in a folder that all workers see");
    }
    Path folder = folder();
    ShutdownHook cleanUp = ShutdownHook.of(() -> Storage.delete(folder.toString()));
    try {
      PredictionSettings settings =
          new PredictionSettings(
              request.model().toAbsolutePath().normalize().toString(),
              request.format(),
              folder.toString(),
              files.isOneFile(),
              request.interval());
      String to =
          request.out() == null
              ? folder.resolve("predictions").toString()
              : request.out().toAbsolutePath().normalize().toString();
      if (on.isGiven() || bytes > LEAST_BYTES) {
        runPipeline(settings, to);
      } else {
        runHere(settings, to);
      }
      terminal.clearStatus();
      finish(settings, to);
    } finally {
      if (cleanUp.remove()) {
        Storage.delete(folder.toString());
      }
    }
  }

  private void requireIntervals() {
    if (request.interval() == null) {
      return;
    }
    try {
      Intervals.of(model, request.interval());
    } catch (IllegalArgumentException e) {
      throw new WrongInputException(
          "--interval %s: %s: %s".formatted(request.interval(), request.model(), e.getMessage()));
    }
  }

  /** For parts: beside the file that they become, where renaming it into its place is one step. */
  private Path folder() throws IOException {
    if (request.out() == null) {
      return Files.createTempDirectory("beamgrad-predict-");
    }
    return Files.createDirectories(Storage.aside(request.out()));
  }

  private @Nullable String rejects() {
    return request.rejects() == null
        ? null
        : request.rejects().toAbsolutePath().normalize().toString();
  }

  private void runHere(PredictionSettings settings, String to) {
    FilePredictor predictor = new FilePredictor(settings);
    List<PredictionPart> parts = new ArrayList<>();
    for (int i = 0; i < units.size(); i++) {
      parts.add(predictor.predict(i, units.get(i)));
      if (parts.get(i).getBroken() != null) {
        break;
      }
      showProgress(i + 1);
    }
    PredictionParts.join(settings, parts, to, rejects());
  }

  private void showProgress(int done) {
    terminal.status(ProgressBar.text("predicting", done, units.size(), 0, terminal.width()));
  }

  private void runPipeline(PredictionSettings settings, String to) throws InterruptedException {
    Optional<FlinkCluster> cluster = on.cluster();
    int workers = on.workers(cluster);
    PipelineOptions options =
        RunnerOptions.of(
            on.runner(), workers, WorkPlace.beamOptions(request.input(), on.beamOptions()));
    if (cluster.isEmpty()) {
      Kernels.warmUpInBackground();
      PipelineRun.start(with -> pipeline(with, settings, to, null), options)
          .follow(() -> look(settings), POLL_MILLIS);
      return;
    }
    ClusterRun run =
        ClusterWork.in(settings.folder())
            .submit(
                cluster.get(),
                "predict-" + model.getName(),
                (with, prepare) -> pipeline(with, settings, to, prepare),
                options,
                terminal);
    terminal.line("%-10s%s".formatted("job", run.id()));
    try (ShutdownHook hook = ShutdownHook.of(() -> cancel(run))) {
      run.follow(() -> look(settings), on.slotSeconds());
    }
  }

  private void cancel(ClusterRun run) {
    try {
      run.cancel();
      terminal.error("interrupted, job %s is cancelled".formatted(run.id()));
    } catch (IOException e) {
      terminal.error(
          "job %s may go on, as the cluster does not answer: %s"
              .formatted(run.id(), FlinkRest.reason(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Pipeline pipeline(
      PipelineOptions options,
      PredictionSettings settings,
      String to,
      @Nullable PrepareWorkers<KV<Integer, List<FileRange>>> prepare) {
    Pipeline pipeline = Pipeline.create(options);
    PCollection<KV<Integer, List<FileRange>>> ranges =
        pipeline.apply("StartPrediction", StartUnits.of(units));
    if (prepare != null) {
      ranges = ranges.apply("PrepareWorkers", prepare);
    }
    ranges
        .apply("PredictFiles", PredictFiles.of(settings))
        .apply("WritePredictions", WritePredictions.to(to, settings).withRejects(rejects()));
    return pipeline;
  }

  private void look(PredictionSettings settings) {
    if (terminal.isLive()) {
      showProgress(
          (int) Storage.list(settings.folder()).stream().filter(PredictJob::isPart).count());
    }
  }

  private static boolean isPart(String file) {
    return file.startsWith("part-");
  }

  /** Says what came of all parts. */
  private void finish(PredictionSettings settings, String to) throws IOException {
    if (!Storage.exists(settings.outcome())) {
      throw new JobFailedException("the pipeline ended without an outcome");
    }
    PredictionPart all = RecordFile.of(PredictionPart.class).read(settings.outcome()).get(0);
    if (all.getBroken() != null) {
      throw new BrokenFileException(all.getBroken());
    }
    if (all.getRead() != all.getPredicted() + all.getRejected()) {
      throw new JobFailedException(
          String.format(
              Locale.ROOT,
              "%,d records were read, but %,d predicted and %,d rejected",
              all.getRead(),
              all.getPredicted(),
              all.getRejected()));
    }
    String rejected =
        String.format(
            Locale.ROOT,
            "rejected %,d of %,d records; the first: %s",
            all.getRejected(),
            all.getRead(),
            all.getFirstReject());
    if (all.getPredicted() == 0) {
      throw new BrokenFileException(
          all.getRead() == 1
              ? all.getFirstReject()
              : files.name() + ": " + (all.getRead() == 0 ? "no rows" : rejected));
    }
    if (all.getRejected() > 0) {
      terminal.error(rejected);
    }
    InputReport inputs = new InputReport(model, all.getInputs());
    if (request.out() == null) {
      inputs.say(terminal::error, line -> terminal.error("warning: " + line));
      try (BufferedReader text = Files.newBufferedReader(Path.of(to), UTF_8)) {
        if (terminal.isLive()) {
          text.lines().forEach(terminal::line);
        } else {
          text.transferTo(terminal.outWriter());
        }
      }
      terminal.outWriter().flush();
      return;
    }
    terminal.line(
        String.format(
            Locale.ROOT,
            "rows      %,d predicted, %,d rejected of %,d read",
            all.getPredicted(),
            all.getRejected(),
            all.getRead()));
    inputs.say(
        line -> terminal.line("inputs    " + line),
        line -> terminal.line("inputs    warning: " + line));
    terminal.line("wrote     " + Terminal.shown(request.out()));
    if (request.rejects() != null) {
      terminal.line("wrote     " + Terminal.shown(request.rejects()));
    }
  }
}
