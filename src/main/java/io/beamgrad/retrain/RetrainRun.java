package io.beamgrad.retrain;

import io.beamgrad.data.files.BuildVersion;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.profile.RowProfiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.sources.SourcePart;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.job.Challenger;
import io.beamgrad.job.JobFiles;
import io.beamgrad.job.TrainJob;
import io.beamgrad.job.UnitsJob;
import io.beamgrad.pipeline.JobSources;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.Decision.Kind;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.RegistryLock;
import io.beamgrad.registry.Version;
import io.beamgrad.registry.gate.DataChecks;
import io.beamgrad.registry.gate.Finding;
import io.beamgrad.registry.gate.Numbers;
import io.beamgrad.registry.gate.Verdict;
import io.beamgrad.report.CalibrationText;
import io.beamgrad.report.KeysText;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.schema.RunRecord;
import io.beamgrad.spec.CheckedColumns;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.Preparations;
import io.beamgrad.spec.RetrainSpec;
import io.beamgrad.spec.SpecFingerprint;
import io.beamgrad.terminal.Uninterrupted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One attempt of a retrain at a decision, against the version that is in service when it begins.
 */
final class RetrainRun {
  private static final int KEY_CHARACTERS = 32;

  private final RetrainRequest request;
  private final JobSpec spec;
  private final ModelRegistry registry;
  private final RegistryLock lock;
  private final RetrainOutput output;
  private final RetrainMetrics metrics;
  private final Optional<Version> current;
  private final RunData data;
  private final DataSelection selection;
  private final DecisionBuilder builder;
  private final HoldoutChoice choice;
  private Optional<Holdout> holdout; // empty until the data decide

  RetrainRun(
      RetrainRequest request,
      JobSpec spec,
      ModelRegistry registry,
      RegistryLock lock,
      RetrainOutput output,
      RetrainMetrics metrics) {
    this.request = request;
    this.spec = spec;
    this.registry = registry;
    this.lock = lock;
    this.output = output;
    this.metrics = metrics;
    this.current = registry.current();
    String fingerprint = SpecFingerprint.ofRetrain(spec);
    this.data = new RunData(request, spec, registry, current, fingerprint);
    this.selection = data.selection();
    this.choice =
        new HoldoutChoice(spec, registry.salt(), current.orElse(null), registry.history());
    this.holdout = choice.known();
    this.builder = new DecisionBuilder(fingerprint, parent(), selection);
  }

  /**
   * Checks, trains, judges and decides.
   *
   * @return empty where there is nothing new
   */
  Optional<Decision> decide() throws IOException, InterruptedException {
    output.line("data", selection.text());
    output.line("in service", parent() == null ? "no version yet" : "version " + parent());
    Optional<String> nothing = data.nothingNew();
    metrics.set("set_aside_files", selection.setAside().size());
    if (nothing.isPresent()) {
      output.nothingNew(nothing.get());
      selection
          .setAsideText()
          .ifPresent(text -> output.setAside(text, selection.setAsideBy().orElseThrow()));
      return Optional.empty();
    }
    SourceFiles source;
    try {
      source = JobFiles.find(chosen(selection.training(), List.of()));
    } catch (WrongInputException e) {
      if (e.getCause() instanceof BrokenFileException broken) {
        return Optional.of(stoppedByFile(broken.getMessage()));
      }
      throw e;
    }
    CheckedColumns.require(spec, source.columns());
    Path staging = lock.staging(key());
    List<String> compared = choice.compared(source);
    DataReview checked =
        DataReview.of(
            spec.retrain().checks(),
            source,
            staging,
            parent(),
            selection.seenPaths(JobSources.files(spec.data()).folder()),
            current.map(Version::profile),
            new RowProfiles(
                source.columns(),
                Preparations.zones(spec, source.columns()),
                compared,
                spec.keyColumn()),
            workers(staging));
    if (checked.profile().getBroken() != null) {
      return Optional.of(stoppedByFile(checked.profile().getBroken()));
    }
    tell(checked);
    holdOut(choice.of(source.columns(), compared, checked.copies()), compared, checked);
    if (DataChecks.isStopped(checked.findings()) && !request.isForced()) {
      return Optional.of(record(Kind.STOPPED, stops(checked.findings())));
    }
    StartChoice start =
        StartChoice.of(spec, current.orElse(null), source.columns(), checked.labels());
    output.line("start", start.why());
    builder.setStart(start);
    Path run = staging.resolve("run");
    JobSpec job = chosen(selection.training(), epochs(start));
    train(run, new Challenger(start.withClasses(job), source, start.from()));
    checked.write(run.resolve("profile.avro"));
    RunRecord trained = builder.setRun(run);
    if (trained.getCalibration() != null) {
      output.lines("calibrated", CalibrationText.lines(trained.getCalibration()));
    }
    if (trained.getEach() != null) {
      output.lines("keys", KeysText.lines(trained.getEach(), trained.getCounts().getTrained()));
    }
    return Optional.of(judge(run, start.from().isPresent()));
  }

  /** The stop that stays an alert where there is nothing new; empty without any. */
  Optional<Decision> stoppedBy() {
    return data.stoppedBy();
  }

  private @Nullable Integer parent() {
    return current.map(Version::number).orElse(null);
  }

  private JobSpec chosen(List<SourcePart> train, List<String> more) {
    return data.spec(train, holdout, more);
  }

  private List<String> epochs(StartChoice start) {
    Integer epochs = spec.retrain().epochs();
    return start.from().isEmpty() || epochs == null ? List.of() : List.of("epochs=" + epochs);
  }

  /**
   * A hash of all that a training depends on: of the version in service only where it starts from
   * that.
   */
  private String key() {
    boolean isCold = spec.retrain().start() == RetrainSpec.Start.COLD;
    StringBuilder text = new StringBuilder("beamgrad retrain 1\n");
    text.append(BuildVersion.text()).append('\n');
    text.append(builder.specFingerprint()).append('\n');
    text.append(isCold ? "cold" : parent()).append('\n');
    text.append(choice.known()).append('\n');
    for (Decision.DataFile file : selection.files()) {
      text.append(file).append('\n'); // with its time, as a changed time makes blocks anew
    }
    return Sha256.hex(text.toString()).substring(0, KEY_CHARACTERS);
  }

  private void holdOut(Holdout chosen, List<String> compared, DataReview checked) {
    holdout = Optional.of(chosen);
    Decision.Copies copies = HoldoutChoice.described(chosen, compared, checked.copies());
    builder.setCopies(copies);
    metrics.read(copies);
    output.line("held out", copies.words());
  }

  private void tell(DataReview checked) {
    builder.setChecked(checked);
    List<String> lines = DataChecks.lines(checked.findings());
    output.line("records", records(checked));
    output.lines("checks", lines.isEmpty() ? List.of("nothing found") : lines);
    checked.largestPsi().ifPresent(psi -> metrics.set("drift_max_psi", psi));
  }

  private static String records(DataReview checked) {
    long read = checked.profile().getRead();
    long rejected = checked.profile().getRejected();
    return String.format(
        Locale.ROOT,
        "%,d%s",
        read,
        rejected == 0 ? "" : String.format(Locale.ROOT, ", %,d of them rejects", rejected));
  }

  private static List<String> stops(List<Finding> findings) {
    return DataChecks.lines(
        findings.stream().filter(found -> found.action() == Finding.Action.STOP).toList());
  }

  /**
   * Stops the run for a broken file where the spec has worked before; else throws, as the spec may
   * be wrong.
   */
  private Decision stoppedByFile(String why) {
    if (current.isEmpty() || request.isForced()) {
      throw new WrongInputException(why);
    }
    output.line("checks", why);
    builder.setFindings(
        List.of(new Finding("readable", null, null, null, Finding.Action.STOP, why)));
    return record(Kind.STOPPED, List.of(why));
  }

  private void train(Path run, Challenger challenger) throws IOException, InterruptedException {
    RunFolder.deleteUnfit(run);
    if (Files.exists(run.resolve("run.json")) && !Files.exists(run.resolve("work"))) {
      output.line("training", "was done before this run was interrupted");
      return;
    }
    TrainJob.run(request.training().in(run), challenger, output.ofTraining());
  }

  /** Scores the models on the holdout, and publishes or not. */
  private Decision judge(Path run, boolean isWarm) throws InterruptedException {
    List<String> reasons;
    Kind kind;
    try {
      Judge.Judgement judgement =
          new Judge(
                  chosen(selection.judging(), List.of()),
                  selection,
                  registry,
                  current,
                  workers(run.getParent()))
              .of(run.resolve("model.avro"), isWarm);
      builder.setJudgement(judgement);
      Verdict verdict = judgement.verdict();
      metrics.judged(judgement, builder.rows());
      output.line("judged by", judgedBy(judgement));
      reasons = verdict.reasons();
      kind = verdict.isPublished() ? Kind.PUBLISHED : Kind.NOT_BETTER;
      if (judgement.decay().isPresent()) {
        Finding decay = judgement.decay().get();
        output.line("decay", decay.message());
        if (decay.action() == Finding.Action.STOP) {
          kind = Kind.STOPPED;
          reasons = List.of(decay.message());
        }
      }
    } catch (BrokenFileException e) {
      if (!request.isForced()) {
        throw e;
      }
      reasons = List.of(e.getMessage()); // such as that the version in service has other columns
      kind = Kind.FORCED;
    }
    output.lines("verdict", reasons);
    if (request.isForced()) {
      return publish(run, builder.of(Kind.FORCED, reasons).withCause(request.forceReason()));
    }
    return kind.isPublish() ? publish(run, builder.of(kind, reasons)) : record(kind, reasons);
  }

  private Decision publish(Path run, Decision.Draft draft) {
    return Uninterrupted.get(() -> lock.publish(run, draft));
  }

  private Decision record(Kind kind, List<String> reasons) {
    return Uninterrupted.get(() -> lock.record(builder.of(kind, reasons)));
  }

  private UnitsJob workers(Path staging) {
    return new UnitsJob(
        request.training().on(),
        RunFolder.work(staging.resolve("units"), request.training().work())
            + "-units-"
            + staging.getFileName(),
        List.of(spec.data().dir()),
        output.ofTraining());
  }

  private static String judgedBy(Judge.Judgement judgement) {
    Decision.Fresh fresh = judgement.judging().fresh();
    String of =
        String.format(
            Locale.ROOT, "%,d rows, %s", judgement.verdict().rows(), judgement.judging().rows());
    return fresh == null || fresh.current() == null
        ? of
        : of
            + String.format(
                Locale.ROOT,
                "; on %,d fresh rows the challenger has %s, the version in service %s%s",
                fresh.rows(),
                Numbers.format(fresh.challenger()),
                Numbers.format(fresh.current()),
                fresh.published() == null
                    ? ""
                    : ", %s when it was published".formatted(Numbers.format(fresh.published())));
  }
}
