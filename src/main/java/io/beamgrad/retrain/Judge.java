package io.beamgrad.retrain;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.sources.SourcePart;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.TrainedData;
import io.beamgrad.evaluation.HoldoutFile;
import io.beamgrad.evaluation.HoldoutScoring;
import io.beamgrad.evaluation.JudgedModel;
import io.beamgrad.evaluation.ModelComparison;
import io.beamgrad.job.JobFiles;
import io.beamgrad.job.UnitsJob;
import io.beamgrad.metrics.Metric;
import io.beamgrad.model.KeyedModels;
import io.beamgrad.model.ModelFile;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.Version;
import io.beamgrad.registry.gate.Finding;
import io.beamgrad.registry.gate.Gate;
import io.beamgrad.registry.gate.GateRule;
import io.beamgrad.registry.gate.JudgingRows;
import io.beamgrad.registry.gate.ScoreDecay;
import io.beamgrad.registry.gate.Verdict;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.ScoredRows;
import io.beamgrad.schema.Split;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.PlanFromSpec;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.train.Evaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Scores a challenger, the version in service and the last version that was better than the one
 * before it on rows that none has trained on, and lets the gate judge.
 */
final class Judge {

  /**
   * What came of it.
   *
   * @param decay what is wrong with the version in service; empty where nothing is
   */
  record Judgement(Verdict verdict, Decision.Judging judging, Optional<Finding> decay) {}

  private final UnitsJob workers;
  private final JobSpec spec;
  private final DataSelection selection;
  private final Lineage lineage;
  private final Optional<Version> current;
  private final Optional<Version> reference;

  /**
   * @param spec with the judging files as those to train on, and the holdout
   * @param workers read and score them
   */
  Judge(
      JobSpec spec,
      DataSelection selection,
      ModelRegistry registry,
      Optional<Version> current,
      UnitsJob workers) {
    this.workers = workers;
    this.spec = spec;
    this.selection = selection;
    this.lineage = new Lineage(registry);
    this.current = current;
    this.reference =
        current
            .flatMap(version -> registry.superior(version.number()))
            .filter(found -> found.number() != current.get().number());
  }

  /**
   * Judges.
   *
   * @param challenger the file of its model
   * @param isWarm whether it began with the version in service
   */
  Judgement of(Path challenger, boolean isWarm) throws InterruptedException {
    SplitRule rule = PlanFromSpec.splitRule(spec);
    List<JudgedModel> models = new ArrayList<>();
    List<TrainedData> ofChallenger = new ArrayList<>();
    ofChallenger.add(TrainedData.of(rule.holdout(), Lineage.contents(selection.files())));
    if (isWarm) {
      ofChallenger.addAll(lineage.trainedData(current.orElseThrow().number()));
    }
    JudgedModel judged = model(challenger, ofChallenger);
    spec.requireClasses(judged.record().getLabels().size());
    models.add(judged);
    current.ifPresent(version -> models.add(model(version)));
    reference.ifPresent(version -> models.add(model(version)));
    return judged(
        new ModelComparison(
            models.stream().map(JudgedModel::record).toList(),
            scored(models, rule),
            Gate.rowMetric(spec.retrain().gate()),
            spec.retrain().gate()::hasFloor));
  }

  private JudgedModel model(Version version) {
    return model(version.model(), lineage.trainedData(version.number()));
  }

  private static JudgedModel model(Path file, List<TrainedData> lineage) {
    return new JudgedModel(Terminal.shown(file), ModelFile.read(file.toString()), lineage);
  }

  private List<ScoredRows> scored(List<JudgedModel> models, SplitRule rule)
      throws InterruptedException {
    SourceFiles files = JobFiles.findFor(models.get(0).record(), spec, keys(models));
    HoldoutScoring scoring =
        new HoldoutScoring(
            models, files(), rule, spec.split().seed(), spec.retrain().gate().segment());
    List<FileRange> ranges =
        files.ranges().stream().filter(range -> range.getSplit() == Split.TRAIN).toList();
    return workers.process("judging", scoring::of, ScoredRows.class, files.units(ranges));
  }

  /** The columns that the models' own holdouts go by, and those whose values have models. */
  private static Set<String> keys(List<JudgedModel> models) {
    Set<String> keys = keysOf(models.stream().flatMap(model -> model.lineage().stream()).toList());
    List<Column> read = models.get(0).record().getColumns();
    for (JudgedModel model : models) {
      KeyedModels.encoding(model.record())
          .map(KeyEncoding::getColumn)
          .filter(key -> Columns.contentIndex(read, key) < 0)
          .ifPresent(keys::add);
    }
    return keys;
  }

  /** The columns that the holdouts of trainings go by. */
  static Set<String> keysOf(List<TrainedData> trained) {
    Set<String> keys = new TreeSet<>();
    trained.stream()
        .map(TrainedData::holdout)
        .filter(Objects::nonNull)
        .forEach(holdout -> keys.addAll(holdout.keys()));
    return keys;
  }

  /** The judging files by the identities of their ranges. */
  private Map<String, HoldoutFile> files() {
    Map<String, HoldoutFile> files = new HashMap<>();
    for (SourcePart part : selection.judging()) {
      files.put(part.identity(), new HoldoutFile(part.files(), selection.sha256(part)));
    }
    return files;
  }

  private Judgement judged(ModelComparison comparison) throws InterruptedException {
    GateRule rule = spec.retrain().gate();
    int other = current.isPresent() ? 1 : 0;
    Set<String> identities = new HashSet<>();
    selection.fresh().forEach(part -> identities.add(part.identity()));
    Predicate<String> isFresh = identities::contains;
    boolean areEnough = comparison.rows(other, isFresh) >= rule.leastRows(current.isEmpty());
    JudgingRows wanted = spec.retrain().judgingRows();
    boolean wantsFresh = wanted.by() == JudgingRows.By.FRESH;
    Predicate<String> judging = wantsFresh && areEnough ? isFresh : identity -> true;
    ModelComparison.Result found = comparison.compare(other, judging);
    Optional<Gate.Reference> better =
        reference.map(
            version -> new Gate.Reference(version.number(), comparison.compare(2, judging)));
    Verdict verdict =
        Gate.judge(
            rule,
            found,
            current.map(Version::number).orElse(null),
            better.orElse(null),
            spec.seed());
    Decision.Fresh fresh = fresh(comparison, isFresh);
    return new Judgement(
        verdict,
        new Decision.Judging(
            wantsFresh && !areEnough ? "all, as too few are fresh" : wanted.toString(),
            found.seen(),
            verdict.isSuperior(),
            better.map(this::scores).orElse(null),
            fresh),
        areEnough ? decay(fresh) : Optional.empty());
  }

  private Decision.Reference scores(Gate.Reference better) {
    Metric metric = spec.retrain().gate().metric();
    Evaluation challenger = better.comparison().challengerPaired();
    return new Decision.Reference(
        better.version(),
        metric.score(better.comparison().current()),
        metric.score(challenger),
        challenger.examples());
  }

  /** The scores on fresh rows; null where there are none. */
  private Decision.@Nullable Fresh fresh(ModelComparison comparison, Predicate<String> isFresh) {
    Metric metric = spec.retrain().gate().metric();
    Evaluation challenger = comparison.evaluation(0, isFresh);
    if (challenger.examples() == 0) {
      return null;
    }
    return new Decision.Fresh(
        challenger.examples(),
        metric.score(challenger),
        current.isEmpty() ? null : metric.score(comparison.evaluation(1, isFresh)),
        current
            .flatMap(version -> lineage.publication(version.number()))
            .map(Decision::scores)
            .filter(scores -> scores.metric().equals(metric.word()))
            .map(Decision.Scores::challenger)
            .orElse(null));
  }

  private Optional<Finding> decay(Decision.@Nullable Fresh fresh) {
    if (fresh == null || fresh.current() == null || fresh.published() == null) {
      return Optional.empty();
    }
    return ScoreDecay.of(
        spec.retrain().checks().decay(),
        spec.retrain().gate().metric(),
        current.orElseThrow().number(),
        fresh.published(),
        fresh.current());
  }
}
