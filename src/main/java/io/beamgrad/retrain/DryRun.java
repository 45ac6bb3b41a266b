package io.beamgrad.retrain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.profile.RowProfiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.sources.SourcePart;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.TrainedData;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.job.DigitsOnFirstUse;
import io.beamgrad.job.JobFiles;
import io.beamgrad.job.UnitsJob;
import io.beamgrad.pipeline.JobSources;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.Version;
import io.beamgrad.registry.gate.DataChecks;
import io.beamgrad.registry.gate.Finding;
import io.beamgrad.registry.gate.JudgingRows;
import io.beamgrad.report.NumberText;
import io.beamgrad.runner.RemoteAccess;
import io.beamgrad.spec.CheckedColumns;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.PlanFromSpec;
import io.beamgrad.spec.Preparations;
import io.beamgrad.spec.SpecFingerprint;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Tells what a retraining would train on, check and judge by, and on how many rows, and ends where
 * training would begin. It takes no lock and writes nothing but a temporary folder, which goes at
 * its end.
 */
public final class DryRun {
  private final RetrainRequest request;
  private final JobSpec spec;
  private final RetrainOutput output;
  private final ObjectNode told = new ObjectMapper().createObjectNode();
  private final List<String> reasons = new ArrayList<>();

  public DryRun(RetrainRequest request, Terminal terminal) {
    this.request = request;
    this.spec = JobSpec.loadToRetrain(request.training().spec(), request.training().overrides());
    this.output = new RetrainOutput(terminal, request.json());
  }

  /**
   * Tells it.
   *
   * @return the exit code that a run would have before it trains: 0 where it would train, 10 where
   *     nothing is new, 13 where a check would stop it
   * @throws WrongInputException where a run would refuse its input
   */
  public int run() throws IOException, InterruptedException {
    DigitsOnFirstUse.requireDrawn(spec);
    RemoteAccess.open(List.of(spec.data().dir()), request.training().on().beamOptions());
    ModelRegistry registry = ModelRegistry.openOrEmpty(request.registry(), spec.name());
    output.title(spec.name() + ", a dry run: nothing is written");
    Path aside = Files.createTempDirectory("beamgrad-dry-run");
    try {
      JobSpec ofFiles =
          QueriedRows.asideOf(spec, registry.files(), aside.resolve("rows"), output.ofTraining());
      RetrainOutcome end = new Plan(registry, ofFiles).tell(aside);
      ObjectNode all = new ObjectMapper().createObjectNode();
      all.put("dryRun", true);
      all.put("end", end == RetrainOutcome.PUBLISHED ? "would_train" : end.label());
      all.put("exitCode", end.exitCode());
      reasons.forEach(all.putArray("reasons")::add);
      all.setAll(told);
      output.json(all);
      return end.exitCode();
    } finally {
      Storage.delete(aside.toString());
    }
  }

  /** The run as it would be against the version that is in service now. */
  private final class Plan {
    private final ModelRegistry registry;
    private final JobSpec job;
    private final Optional<Version> current;
    private final RunData data;
    private final DataSelection selection;

    /**
     * @param job the spec, whose data are files
     */
    Plan(ModelRegistry registry, JobSpec job) {
      this.registry = registry;
      this.job = job;
      this.current = registry.current();
      this.data = new RunData(request, job, registry, current, SpecFingerprint.ofRetrain(job));
      this.selection = data.selection();
    }

    private Integer parent() {
      return current.map(Version::number).orElse(null);
    }

    RetrainOutcome tell(Path aside) throws InterruptedException {
      tellFiles();
      Optional<String> nothing = data.nothingNew();
      if (nothing.isPresent()) {
        reasons.add(nothing.get());
        output.title("nothing new: " + nothing.get());
        selection
            .setAsideText()
            .ifPresent(
                text -> {
                  reasons.add(text);
                  output.setAside(text, selection.setAsideBy().orElseThrow());
                });
        return data.stoppedBy().isPresent() ? RetrainOutcome.STOPPED : RetrainOutcome.NOTHING_NEW;
      }
      HoldoutChoice choice =
          new HoldoutChoice(job, registry.salt(), current.orElse(null), registry.history());
      SourceFiles source;
      try {
        source = JobFiles.find(data.spec(selection.training(), choice.known(), List.of()));
      } catch (WrongInputException e) {
        if (e.getCause() instanceof BrokenFileException broken) {
          return stoppedByFile(broken.getMessage());
        }
        throw e;
      }
      CheckedColumns.require(job, source.columns());
      List<String> compared = choice.compared(source);
      DataReview checked =
          DataReview.of(
              job.retrain().checks(),
              source,
              aside,
              parent(),
              selection.seenPaths(JobSources.files(job.data()).folder()),
              current.map(Version::profile),
              new RowProfiles(
                  source.columns(),
                  Preparations.zones(job, source.columns()),
                  compared,
                  job.keyColumn()),
              UnitsJob.here(output.ofTraining()));
      if (checked.profile().getBroken() != null) {
        return stoppedByFile(checked.profile().getBroken());
      }
      tellChecks(checked);
      Holdout holdout = choice.of(source.columns(), compared, checked.copies());
      Decision.Copies copies = HoldoutChoice.described(holdout, compared, checked.copies());
      output.line("held out", copies.words());
      told.set("copies", new ObjectMapper().valueToTree(copies));
      List<Finding> stops =
          checked.findings().stream().filter(f -> f.action() == Finding.Action.STOP).toList();
      if (!stops.isEmpty() && !request.isForced()) {
        DataChecks.lines(stops).forEach(reasons::add);
        output.title("would stop: " + reasons.get(0));
        return RetrainOutcome.STOPPED;
      }
      StartChoice start =
          StartChoice.of(job, current.orElse(null), source.columns(), checked.labels());
      tellStart(start);
      tellRows(holdout);
      output.title("would train");
      return RetrainOutcome.PUBLISHED;
    }

    private void tellFiles() {
      ObjectNode files = told.putObject("files");
      DataSelection.names(selection.training()).forEach(files.putArray("selected")::add);
      DataSelection.names(selection.setAside()).forEach(files.putArray("setAside")::add);
      DataSelection.names(selection.later()).forEach(files.putArray("later")::add);
      told.put("inService", parent());
      output.line("data", selection.text());
      output.line("in service", parent() == null ? "no version yet" : "version " + parent());
    }

    private RetrainOutcome stoppedByFile(String why) {
      if (current.isEmpty() || request.isForced()) {
        throw new WrongInputException(why);
      }
      reasons.add(why);
      output.title("would stop: " + why);
      return RetrainOutcome.STOPPED;
    }

    private void tellChecks(DataReview checked) {
      long read = checked.profile().getRead();
      long rejected = checked.profile().getRejected();
      output.line(
          "records",
          NumberText.count(read)
              + (rejected == 0
                  ? ""
                  : ", %s of them rejects".formatted(NumberText.count(rejected))));
      told.putObject("rows").put("read", read).put("rejected", rejected);
      ObjectNode checks = told.putObject("checks");
      JsonNode limits = limits();
      checks.set("limits", limits);
      List<String> lines = new ArrayList<>();
      limits
          .fields()
          .forEachRemaining(
              limit -> {
                String words = words(limit.getValue());
                if (!words.isEmpty()) {
                  lines.add("%-10s %s".formatted(limit.getKey(), words));
                }
              });
      output.lines("limits", lines);
      ArrayNode findings = checks.putArray("findings");
      for (Finding finding : checked.findings()) {
        findings
            .addObject()
            .put("name", finding.name())
            .put("column", finding.column())
            .put("value", finding.value())
            .put("limit", finding.limit())
            .put("action", finding.action().name().toLowerCase(Locale.ROOT))
            .put("message", finding.message());
      }
      List<String> found = DataChecks.lines(checked.findings());
      output.lines("checks", found.isEmpty() ? List.of("nothing found") : found);
    }

    /** Such as "warn 0.1, stop 0.25"; empty where there is no limit. */
    private static String words(JsonNode limit) {
      if (!limit.isObject()) {
        return limit.isNull() ? "" : limit.asText();
      }
      List<String> words = new ArrayList<>();
      limit
          .fields()
          .forEachRemaining(
              of -> {
                if (!of.getValue().isNull()) {
                  words.add(of.getKey() + " " + of.getValue().toString().replace("\"", ""));
                }
              });
      return String.join(", ", words);
    }

    private JsonNode limits() {
      try {
        return new ObjectMapper(new YAMLFactory()).readTree(job.toYaml()).at("/retrain/checks");
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a spec writes YAML that cannot be read", e);
      }
    }

    private void tellStart(StartChoice start) {
      boolean isWarm = start.from().isPresent();
      Integer ofRetrain = job.retrain().epochs();
      int epochs = isWarm && ofRetrain != null ? ofRetrain : job.epochs();
      output.line(
          "start",
          String.format(
              Locale.ROOT, "%s; %,d epoch%s", start.why(), epochs, epochs == 1 ? "" : "s"));
      told.putObject("start")
          .put("warmFrom", isWarm ? parent() : null)
          .put("why", start.why())
          .put("epochs", epochs);
    }

    private void tellRows(Holdout holdout) throws InterruptedException {
      Lineage lineage = new Lineage(registry);
      Optional<Version> reference =
          current
              .flatMap(version -> registry.superior(version.number()))
              .filter(found -> found.number() != parent());
      SplitRule rule = PlanFromSpec.splitRule(spec(selection.training(), holdout));
      List<TrainedData> trained = new ArrayList<>();
      trained.add(TrainedData.of(rule.holdout(), Lineage.contents(selection.files())));
      // A warm challenger descends from the version in service, which is judged in any case.
      current.ifPresent(version -> trained.addAll(lineage.trainedData(version.number())));
      Set<SourcePart> files = new LinkedHashSet<>(selection.training());
      files.addAll(selection.judging());
      PlannedRows rows =
          new PlannedRows(selection, rule, job.split().seed(), new HashSet<>(trained))
              .count(JobSources.find(spec(List.copyOf(files), holdout), Judge.keysOf(trained)));
      boolean isDrawn = registry.isThere();
      output.line(
          "rows",
          "%s%s to train, %s to validate, %s to test, %s%s held out%s"
              .formatted(
                  isDrawn ? "" : "about ",
                  NumberText.count(rows.trained()),
                  NumberText.count(rows.validated()),
                  NumberText.count(rows.tested()),
                  rows.calibrated() == 0
                      ? ""
                      : NumberText.count(rows.calibrated()) + " to calibrate, ",
                  NumberText.count(rows.heldOut()),
                  isDrawn ? "" : ", as a new registry draws which"));
      ((ObjectNode) told.get("rows"))
          .put("trained", rows.trained())
          .put("validated", rows.validated())
          .put("tested", rows.tested())
          .put("calibrated", rows.calibrated())
          .put("heldOut", rows.heldOut())
          .put("isExact", isDrawn);
      tellJudging(rows, reference);
    }

    private JobSpec spec(List<SourcePart> files, Holdout holdout) {
      return data.spec(files, Optional.of(holdout), List.of());
    }

    private void tellJudging(PlannedRows rows, Optional<Version> reference) {
      JudgingRows wanted = job.retrain().judgingRows();
      boolean wantsFresh = wanted.by() == JudgingRows.By.FRESH;
      int least = job.retrain().gate().leastRows(current.isEmpty());
      boolean areEnough = rows.freshJudging() >= least;
      String of = wantsFresh && !areEnough ? "all, as too few are fresh" : wanted.toString();
      long judging = wantsFresh && areEnough ? rows.freshJudging() : rows.judging();
      List<String> models = new ArrayList<>(List.of("the challenger"));
      current.ifPresent(version -> models.add("version " + version.number()));
      reference.ifPresent(
          version ->
              models.add(
                  "version %s, the last that was better beyond chance"
                      .formatted(version.number())));
      String metric = job.retrain().gate().metric().word();
      output.line(
          "judged by",
          "%s%s rows, %s, where %s or more are wanted; by %s: %s"
              .formatted(
                  registry.isThere() ? "" : "about ",
                  NumberText.count(judging),
                  of,
                  NumberText.count(least),
                  metric,
                  String.join(", ", models)));
      if (rows.seen() > 0) {
        output.line(
            "",
            "%s held-out rows are left out, as they may have trained a model"
                .formatted(NumberText.count(rows.seen())));
      }
      ObjectNode judged = told.putObject("judging");
      judged
          .put("of", of)
          .put("rows", judging)
          .put("fresh", rows.freshJudging())
          .put("seen", rows.seen())
          .put("least", least)
          .put("metric", metric)
          .put("inService", parent())
          .put("reference", reference.map(Version::number).orElse(null));
    }
  }
}
