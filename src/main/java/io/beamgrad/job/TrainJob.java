package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.shuffle.IngestResume;
import io.beamgrad.data.shuffle.RecordCounts;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.learner.ColumnLearner;
import io.beamgrad.learner.Progress;
import io.beamgrad.learner.ProgressFile;
import io.beamgrad.metrics.RunHashes;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.NetworkProducts;
import io.beamgrad.pipeline.JobSources;
import io.beamgrad.pipeline.TrainingSetup;
import io.beamgrad.report.CalibrationText;
import io.beamgrad.report.FoldsTable;
import io.beamgrad.report.KeysText;
import io.beamgrad.report.ModelCard;
import io.beamgrad.report.PageFile;
import io.beamgrad.report.RunFiles;
import io.beamgrad.report.RunPage;
import io.beamgrad.rundir.FoldScores;
import io.beamgrad.rundir.ProgressPrinter;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.rundir.RunLog;
import io.beamgrad.rundir.RunReport;
import io.beamgrad.rundir.SweepProgress;
import io.beamgrad.rundir.WorkPlace;
import io.beamgrad.runner.ClusterInterruption;
import io.beamgrad.runner.ClusterJob;
import io.beamgrad.runner.ClusterRun;
import io.beamgrad.runner.FlinkCluster;
import io.beamgrad.runner.FlinkRest;
import io.beamgrad.runner.PipelineRun;
import io.beamgrad.runner.RemoteAccess;
import io.beamgrad.runner.Runner;
import io.beamgrad.runner.RunnerOptions;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.RunFolds;
import io.beamgrad.schema.RunRecord;
import io.beamgrad.schema.RunSweep;
import io.beamgrad.schema.Split;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.MemberText;
import io.beamgrad.spec.Preparations;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.terminal.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a training job from its spec to its folder. */
public final class TrainJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainJob.class);
  private static final long POLL_MILLIS = 50;
  private static final long SMALL_BYTES = 1 << 20; // which may be all too little for vector kernels
  private static final long REMOTE_LOOK_NANOS = 1_000_000_000;

  private final TrainRequest request;
  private final Terminal terminal;
  private final Instant started = Instant.now();
  private final Training training;
  private final JobSpec spec;
  private final SourceFiles source;
  private final Optional<RowEncoder> encoder; // empty where its width is yet to be learned
  private final Optional<SweepRun> sweep;
  private final ProgressPrinter printer;
  private Optional<FlinkCluster> cluster = Optional.empty();
  private Progress lastProgress;
  private byte[] lastContent; // of the progress file
  private boolean isWorkRemote;
  private long nextRemoteLook;
  private SweepProgress sweepProgress; // null of a single training
  private IngestProgress ingest; // null where an earlier attempt has read the data

  private TrainJob(TrainRequest request, Training training, Terminal terminal) {
    this.request = request;
    this.terminal = terminal;
    this.training = training;
    this.spec = training.spec();
    this.source = training.source();
    this.printer = new ProgressPrinter(terminal, spec.isOfClasses());
    this.sweep = spec.sweep() == null ? Optional.empty() : Optional.of(SweepRun.of(spec, source));
    this.encoder =
        new ColumnLearner(source.columns(), Preparations.of(spec, source.columns()))
            .encoderBeforeRows(spec.data().crosses());
  }

  /**
   * Looks for a learning rate as a run of the request would begin, and leaves nothing behind.
   *
   * @throws WrongInputException where the spec, an argument or the data cannot be used
   * @throws JobFailedException where the job ran and failed
   */
  public static void findLr(TrainRequest request, Terminal terminal)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("beamgrad-find-lr");
    try {
      TrainRequest there = request.in(folder.resolve("run"));
      run(
          there,
          training -> {
            if (training.spec().sweep() != null) {
              throw new WrongInputException("--find-lr: is of one training, not of a sweep");
            }
            if (training.spec().each() != null) {
              throw new WrongInputException(
                  "--find-lr: is of one model, not of models by key (--set each=)");
            }
            return new RateSearch(training, terminal);
          },
          terminal);
    } finally {
      Storage.delete(folder.toString());
    }
  }

  /**
   * Trains, and leaves the run's folder behind.
   *
   * @throws WrongInputException where the spec, an argument or the data cannot be used
   * @throws JobFailedException where the job ran and failed
   */
  public static void run(TrainRequest request, Terminal terminal)
      throws IOException, InterruptedException {
    run(request, training -> training, terminal);
  }

  private static void run(
      TrainRequest request, Function<SpecTraining, Training> as, Terminal terminal)
      throws IOException, InterruptedException {
    JobSpec spec = JobSpec.load(request.spec(), request.overrides());
    DigitsOnFirstUse.generate(spec, terminal);
    RemoteAccess.open(List.of(spec.data().dir()), request.on().beamOptions());
    TrainRequest placed = request;
    if (spec.data().jdbc() != null) {
      placed = request.in(out(request, spec));
      spec = DatabaseRows.ofRun(spec, placed.out(), terminal);
    }
    SpecTraining training = new SpecTraining(spec, JobFiles.find(spec));
    new TrainJob(placed, as.apply(training), terminal).run();
  }

  /**
   * Trains a challenger, and leaves the run's folder behind, with what a later warm start needs.
   *
   * @param request of which the spec is but a name
   */
  public static void run(TrainRequest request, Challenger challenger, Terminal terminal)
      throws IOException, InterruptedException {
    new TrainJob(request, challenger, terminal).run();
  }

  private void run() throws IOException, InterruptedException {
    TrainingSetup.requireFit(request.spec().toString(), spec, source.columns());
    sweep.ifPresent(trials -> trials.requireFit(request.spec().toString(), source));
    cluster = request.on().cluster();
    if (cluster.isEmpty()) {
      prepareKernels();
    }
    Path out = out(request, spec);
    String work = RunFolder.work(out, request.work());
    PipelineOptions options =
        RunnerOptions.of(
            request.on().runner(),
            request.on().workers(cluster),
            WorkPlace.beamOptions(List.of(work, spec.data().dir()), request.on().beamOptions()));
    isWorkRemote = Storage.isRemote(work);
    if (isWorkRemote || Storage.isRemote(spec.data().dir())) {
      FileSystems.setDefaultPipelineOptions(options);
    }
    String specFingerprint = training.fingerprint();
    String dataFingerprint = JobSources.fingerprint(spec, source);
    try (RunFolder folder =
            RunFolder.open(out, work, Sha256.hex(specFingerprint + dataFingerprint));
        RunLog log = RunLog.open(folder.log())) {
      try {
        train(folder, options, specFingerprint, dataFingerprint);
      } catch (RuntimeException | Error e) {
        log.explain(e);
        throw e;
      }
    }
  }

  private void prepareKernels() {
    Set<Kernels.Product> products =
        encoder
            .map(rows -> NetworkProducts.of(spec.model(), rows).kinds())
            .orElse(EnumSet.allOf(Kernels.Product.class));
    if (source.dataBytes() > SMALL_BYTES && !products.isEmpty()) {
      Kernels.warmUpInBackground(products);
    } else {
      Kernels.expectLittle();
    }
  }

  private void train(
      RunFolder folder, PipelineOptions options, String specFingerprint, String dataFingerprint)
      throws IOException, InterruptedException {
    if (folder.isFinished()) {
      removeWork(folder);
      return;
    }
    Optional<ClusterRun> attached = attach(folder);
    if (attached.isEmpty()) {
      Storage.write(folder.spec(), file -> file.write(spec.toYaml().getBytes(UTF_8)));
      Storage.delete(folder.outcomes());
      Storage.delete(folder.trials());
      Storage.delete(folder.foldsOfTrials());
      Storage.delete(folder.folds());
      training.bringStart(folder.work());
    }
    IngestResume earlier =
        new IngestResume(folder.manifest(), dataFingerprint, folder.rejects(), source.columns());
    boolean isIngested = earlier.find().isPresent();
    printPlan(folder, isIngested);
    TrainingSetup setup = setup(folder, dataFingerprint);
    if (!isIngested) {
      if (attached.isEmpty()) {
        if (!isWorkRemote) {
          DiskSpace.requireFor(source, Path.of(folder.work()));
        }
        Storage.delete(setup.shuffle().readingFolder());
      }
      ingest = new IngestProgress(setup.shuffle(), source);
    }
    sweepProgress = sweep.map(trials -> trials.progress(folder, terminal)).orElse(null);
    TrainPipeline pipeline =
        new TrainPipeline(
            folder, source.units(), earlier, setup, spec.sinks(), cluster.isPresent());
    if (cluster.isEmpty()) {
      trainHere(pipeline, folder, options);
    } else {
      ClusterRun run = attached.isPresent() ? attached.get() : submit(pipeline, folder, options);
      terminal.line("  %-11s%s".formatted("job", run.id()));
      if (request.on().detach() || cluster.get().isDetached()) {
        return;
      }
      follow(run, folder);
    }
    finish(folder, specFingerprint, setup);
  }

  private static Path out(TrainRequest request, JobSpec spec) throws IOException {
    if (request.out() != null) {
      if (request.resume() && !RunFolder.isUnfinished(request.out())) {
        throw new WrongInputException(request.out() + ": no unfinished run to resume");
      }
      return request.out();
    }
    return request.resume()
        ? RunFolder.newestUnfinished(spec.name())
        : RunFolder.fresh(spec.name(), LocalDateTime.now(ZoneId.systemDefault()));
  }

  /** The job that a cluster has of this run already. */
  private Optional<ClusterRun> attach(RunFolder folder) throws InterruptedException {
    if (cluster.isPresent()) {
      return ClusterRun.attach(cluster.get(), folder, terminal);
    }
    Optional<ClusterJob> noted = ClusterJob.read(folder.clusterJob());
    if (noted.isPresent()) {
      noted.get().requireEnded(Terminal.shown(Path.of(folder.path())));
    }
    return Optional.empty();
  }

  private void trainHere(TrainPipeline pipeline, RunFolder folder, PipelineOptions options)
      throws InterruptedException {
    training.await(
        () ->
            PipelineRun.start(pipeline::create, options)
                .follow(() -> progress(folder), POLL_MILLIS),
        () ->
            terminal.error(
                "interrupted; the same command with --out %s continues after the last epoch"
                    .formatted(Terminal.shown(Path.of(folder.path())))),
        () -> {});
  }

  private ClusterRun submit(TrainPipeline pipeline, RunFolder folder, PipelineOptions options)
      throws InterruptedException {
    ClusterJob job = ClusterJob.of(cluster.get().rest().address(), spec.name());
    job.write(folder.clusterJob());
    return ClusterRun.submit(
        cluster.get(), job, pipeline::create, options, ClusterRun.Notes.of(folder), terminal);
  }

  private void follow(ClusterRun run, RunFolder folder) throws InterruptedException {
    training.await(
        () -> run.follow(() -> progress(folder), request.on().slotSeconds()),
        new ClusterInterruption(run, folder, cluster.get().rest().address(), terminal),
        () -> cancel(run));
  }

  private void cancel(ClusterRun run) {
    try {
      run.cancel();
    } catch (IOException e) {
      terminal.error("job %s may go on: %s".formatted(run.id(), FlinkRest.reason(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private TrainingSetup setup(RunFolder folder, String dataFingerprint) {
    TrainingSetup setup =
        TrainingSetup.of(
            spec, source.columns(), source.dataBytes(), dataFingerprint, folder.work());
    TrainingSetup planned =
        setup.withLabels(training.labels()).withPlan(training.planned(setup.plan()));
    return sweep
        .map(trials -> trials.planned(planned, source, folder, training::planned))
        .orElse(planned);
  }

  private void printPlan(RunFolder folder, boolean isIngested) {
    training.tell(
        () ->
            PlanSummary.of(
                    spec,
                    source.columns(),
                    encoder.map(RowEncoder::inputShape),
                    request,
                    Path.of(folder.path()))
                .forEach(terminal::line));
    if (folder.isWorkElsewhere()) {
      terminal.line("  %-11s%s".formatted("work", Terminal.shown(folder.work())));
    }
    long bytes = source.dataBytes();
    if (request.on().runner() == Runner.DIRECT
        && !isIngested
        && bytes > Runtime.getRuntime().maxMemory() / 2) {
      terminal.line(
          String.format(
                  Locale.ROOT,
                  "%,d MB of data is much for the direct runner, which shuffles on a heap of %,d MB;",
                  bytes >> 20,
                  Runtime.getRuntime().maxMemory() >> 20)
              + " --runner flink spills to disk");
    }
    if (folder.isContinued()) {
      terminal.line(
          isIngested
              ? "continuing an unfinished run; its data is read already"
              : "continuing an unfinished run");
    }
  }

  private void progress(RunFolder folder) {
    if (!isWorkRemote) {
      look(folder);
    } else if (nextRemoteLook == 0 || System.nanoTime() > nextRemoteLook) {
      nextRemoteLook = System.nanoTime() + REMOTE_LOOK_NANOS;
      try {
        look(folder);
      } catch (UncheckedIOException e) {
        LOG.warn("no progress: {}", e.getMessage()); // the job itself is well, for all we know
      }
    }
  }

  private void look(RunFolder folder) {
    if (sweepProgress != null && sweepProgress.update()) {
      return; // each trial has a progress of its own
    }
    Optional<byte[]> content = Storage.readIfThere(folder.progress());
    if (content.isPresent() && Arrays.equals(content.get(), lastContent)) {
      return; // to understand it takes longer than to read it
    }
    lastContent = content.orElse(null);
    Optional<Progress> progress = content.flatMap(ProgressFile::parse);
    if (progress.isEmpty() && ingest != null && terminal.isLive()) {
      ingest.look().ifPresent(printer::update);
    }
    if (progress.isPresent() && !progress.get().equals(lastProgress)) {
      lastProgress = progress.get();
      printer.update(lastProgress);
    }
  }

  private void finish(RunFolder folder, String specFingerprint, TrainingSetup setup)
      throws IOException {
    terminal.clearStatus();
    if (!Storage.exists(folder.outcomes())) {
      throw new JobFailedException(
          "the pipeline ended without an outcome; see " + Terminal.shown(folder.log()));
    }
    Outcome outcome = RecordFile.of(Outcome.class).read(folder.outcomes()).get(0);
    if (outcome.getStatus() != OutcomeStatus.SUCCEEDED) {
      folder.publishRejects();
      String kept = " (work kept in " + Terminal.shown(folder.work()) + ")";
      String message = sweep.map(trials -> trials.failed(folder)).orElse("") + outcome.getMessage();
      if (outcome.getStatus() == OutcomeStatus.BAD_INPUT) {
        throw new WrongInputException(message);
      }
      throw new JobFailedException(message + kept);
    }
    if (training.isDoneBy(outcome)) {
      folder.deleteWork();
      return;
    }
    if (isWorkRemote) {
      look(folder); // not each look before has been
    }
    if (lastProgress != null) {
      printer.finish(lastProgress);
    }
    if (sweepProgress != null) {
      sweepProgress.finish();
    }
    List<MetricRow> metrics = RecordFile.of(MetricRow.class).read(folder.metrics());
    Optional<String> gap = RecordCounts.of(outcome).gap(metrics, outcome.getEach());
    if (gap.isPresent()) {
      throw new JobFailedException(gap.get());
    }
    RunFolds folds = folds(folder);
    folder.deleteHalfWritten();
    folder.publish();
    RunSweep trials = sweep.map(one -> one.results(folder)).orElse(null);
    training.keep(
        folder, trials == null ? setup.plan() : SweepRun.bestPlan(setup, trials), outcome);
    JobSpec resolved =
        resolved(folder, trials == null ? spec : spec.withTrial(SweepRun.best(trials)));
    Storage.write(folder.spec(), file -> file.write(resolved.toYaml().getBytes(UTF_8)));
    RunReport report =
        new RunReport(
            resolved,
            specFingerprint,
            request.on().runner().toString(),
            request.on().workers(cluster),
            started,
            Instant.now(),
            folder.isContinued(),
            request.keepWork(),
            outcome,
            metrics,
            source.files(),
            trials,
            folds);
    sweep.ifPresent(one -> one.publish(folder, report));
    RunRecord summary = report.toRecord();
    terminal.status("writing the report");
    RunFiles files = RunFiles.read(Path.of(folder.path()), summary);
    PageFile.write(folder.page(), RunPage.of(files));
    Storage.write(folder.card(), file -> file.write(ModelCard.of(files).getBytes(UTF_8)));
    RunJson.write(
        folder.report(),
        RunRecord.newBuilder(summary).setFiles(RunHashes.of(Path.of(folder.path()))).build());
    terminal.clearStatus();
    if (!request.keepWork()) {
      folder.deleteWork();
    }
    printRun(folder, outcome, metrics, resolved, summary);
  }

  /** What came of the folds; null where the spec has none. */
  private @Nullable RunFolds folds(RunFolder folder) {
    if (spec.folds() == null) {
      return null;
    }
    List<FoldResult> results =
        Storage.exists(folder.folds())
            ? RecordFile.of(FoldResult.class).read(folder.folds())
            : List.of();
    return FoldScores.of(spec.folds().by(), spec.folds().count(), results);
  }

  /** A spec with the classes that the model has learned. */
  private static JobSpec resolved(RunFolder folder, JobSpec trained) {
    return trained.learnsClasses()
        ? trained.withClasses(ModelFile.read(folder.model()).getLabels().size())
        : trained;
  }

  private void printUnknown(List<MetricRow> metrics) {
    Map<Split, MetricRow> last = new EnumMap<>(Split.class); // all of a split have the same number
    metrics.forEach(row -> last.put(row.getSplit(), row));
    last.values().stream()
        .filter(row -> row.getUnknown() > 0)
        .forEach(
            row ->
                terminal.line(
                    String.format(
                        Locale.ROOT,
                        "classes   %,d of %,d %s rows are of classes that the training rows do not have: wrong in accuracy, and in no loss",
                        row.getUnknown(),
                        row.getExamples(),
                        row.getSplit().name().toLowerCase(Locale.ROOT))));
  }

  /** Ends what an earlier attempt was killed at after it had committed the run. */
  private void removeWork(RunFolder folder) throws IOException {
    JobSpec trained = sweep.isEmpty() ? spec : spec.withTrial(SweepRun.bestOf(folder));
    if (!Files.readString(Path.of(folder.spec())).equals(resolved(folder, trained).toYaml())) {
      throw RunFolder.finished(Path.of(folder.path())); // such as with fewer epochs
    }
    folder.deleteWork();
    terminal.line("the run had finished already; what was left of its work folder is removed");
    printFiles(folder, RunJson.read(Path.of(folder.report())).getWeightsSha256());
  }

  private void printRun(
      RunFolder folder,
      Outcome outcome,
      List<MetricRow> metrics,
      JobSpec trained,
      RunRecord summary) {
    if (summary.getSweep() != null) {
      training.tell(() -> SweepRun.print(summary.getSweep(), terminal));
      ProgressPrinter.printTest(terminal, metrics);
    }
    terminal.line(
        String.format(
            Locale.ROOT,
            "rows      %,d trained, %,d validated, %,d tested, %s%s%,d rejected of %,d read",
            outcome.getTrained(),
            outcome.getValidated(),
            outcome.getTested(),
            outcome.getCalibrated() == 0
                ? ""
                : String.format(Locale.ROOT, "%,d calibrated, ", outcome.getCalibrated()),
            outcome.getHeldOut() == 0
                ? ""
                : String.format(Locale.ROOT, "%,d held out, ", outcome.getHeldOut()),
            outcome.getRejected(),
            outcome.getRead()));
    printUnknown(metrics);
    if (outcome.getRefitRows() != null) {
      terminal.line(
          String.format(
              Locale.ROOT,
              "refit     from the start on %,d training and validation rows; validation scores are of"
                  + " the model before it",
              outcome.getRefitRows()));
    }
    MemberText.lines(outcome.getMembers()).forEach(line -> terminal.line("          " + line));
    if (outcome.getKeptEpoch() != null && outcome.getMembers().isEmpty()) {
      terminal.line(
          String.format(
              Locale.ROOT,
              "epochs    %,d trained of %,d%s, weights of epoch %,d kept%s",
              outcome.getEpochs(),
              trained.epochs(),
              summary.getEach() == null ? "" : " (pooled model)",
              outcome.getKeptEpoch(),
              trained.earlyStopping().metric() == null
                  ? ""
                  : ", best in validation " + trained.earlyStopping().metric().inFull()));
    }
    if (summary.getEach() != null) {
      List<String> keys = KeysText.lines(summary.getEach(), outcome.getTrained());
      training.tell(
          () -> {
            for (int i = 0; i < keys.size(); i++) {
              terminal.line("%-9s %s".formatted(i == 0 ? "keys" : "", keys.get(i)));
            }
          });
    }
    if (summary.getCalibration() != null) {
      List<String> lines = CalibrationText.lines(summary.getCalibration());
      training.tell(() -> lines.forEach(line -> terminal.line("calibrated " + line)));
    }
    if (summary.getFolds() != null) {
      training.tell(() -> TextTable.print(terminal, FoldsTable.of(summary.getFolds())));
    }
    outcome.getRemarks().forEach(remark -> terminal.line("remark    " + remark));
    training.tell(() -> printFiles(folder, outcome.getWeightsSha256()));
  }

  private void printFiles(RunFolder folder, String weightsSha256) {
    terminal.line("weights   SHA-256 " + weightsSha256);
    PeakMemory.megabytes()
        .ifPresent(mb -> terminal.line(String.format(Locale.ROOT, "memory    peak %,d MB", mb)));
    for (Path path : folder.written()) {
      if (Files.exists(path)) {
        terminal.line("wrote     " + Terminal.shown(path));
      }
    }
    sweep.ifPresent(
        one ->
            terminal.line(
                "wrote     %s to %s"
                    .formatted(
                        Terminal.shown(folder.trial(0)),
                        folder.trial(one.trials().size() - 1).getFileName())));
  }
}
