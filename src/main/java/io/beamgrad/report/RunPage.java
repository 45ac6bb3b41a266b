package io.beamgrad.report;

import io.beamgrad.data.rows.RejectGroups;
import io.beamgrad.metrics.KeptEpoch;
import io.beamgrad.metrics.Metric;
import io.beamgrad.report.ReportPage.Tile;
import io.beamgrad.schema.ClassScores;
import io.beamgrad.schema.EachOutcome;
import io.beamgrad.schema.EnsembleMember;
import io.beamgrad.schema.FoldScore;
import io.beamgrad.schema.KeyScore;
import io.beamgrad.schema.LearningRate;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.RunEvaluation;
import io.beamgrad.schema.RunFolds;
import io.beamgrad.schema.RunRecord;
import io.beamgrad.schema.RunRunner;
import io.beamgrad.schema.RunTimes;
import io.beamgrad.schema.RunVersions;
import io.beamgrad.schema.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes the page of a run from the files in its folder alone. */
public final class RunPage {
  private static final long MOST_REJECT_BYTES = 64 << 20;
  private static final int MOST_EPOCHS = 500;
  private static final double RARE = 0.25; // the share of a class that accuracy says little of
  private static final String ROOT = "root of squared error";

  private final RunFiles files;
  private final RunRecord run;
  private final DetailSections parts;

  private RunPage(RunFiles files) {
    this.files = files;
    this.run = files.summary();
    this.parts = new DetailSections(files.details(), files.model());
  }

  public static ReportPage of(RunFiles files) {
    return new RunPage(files).page();
  }

  private ReportPage page() {
    return new ReportPage(
        run.getName(),
        "training",
        summary(),
        tiles(),
        curves(),
        curvesNote(),
        run.getSweep() == null ? TrialTable.NONE : TrialTable.of(run.getSweep()),
        epochs(),
        keptMetrics(),
        run.getFolds() == null ? null : folds(run.getFolds()),
        run.getEach() == null ? null : ModelsByKey.of(run.getEach(), files.details().getEach()),
        run.getCalibration() == null
            ? null
            : CalibrationText.section(
                run.getCalibration(), run.getCalibration().getSplit(), isContinued()),
        run.getEvaluation() == null ? null : classes(run.getEvaluation(), evaluated()),
        TwoClassSection.of(files.details().getTwoClasses(), files.model().getLabels()),
        List.of(),
        parts.rowsNote(),
        parts.cards(files.details().getSamples()),
        parts.cards(files.details().getMistakes()),
        parts.rows(files.details().getSamples()),
        parts.rows(files.details().getMistakes()),
        parts.weights(),
        parts.scatterNote(),
        parts.scatters(),
        parts.importance(),
        data(),
        provenance(),
        command(),
        files.spec());
  }

  private static ReportPage.Folds folds(RunFolds folds) {
    return new ReportPage.Folds(
        "%s folds, %s; what it says of these is in out-of-fold.avro. The model of this page is another one, trained on all rows of its splits."
            .formatted(
                folds.getEach().size(),
                switch (folds.getBy()) {
                  case "time" ->
                      "each of later rows than the one before: a model was trained on the rows before them, and tested on them";
                  case "group" ->
                      "rows of one group in one of them. Each model was trained on the rows of the others, and tested on those of its own";
                  case "stratified" ->
                      "each with its share of each class. Each model was trained on the rows of the others, and tested on those of its own";
                  default ->
                      "dealt at random. Each model was trained on the rows of the others, and tested on those of its own";
                }),
        FoldsTable.of(folds));
  }

  /** Whether it is a warm start, or began at the weights of {@code init}. */
  private boolean isContinued() {
    return files.model().getProvenance().getWarmStartArithmetic() != null
        || SplitNote.read(files.spec()).hasNonNull("init");
  }

  private int trained() {
    return run.getEpochs().getTrained();
  }

  /** How many rows an epoch has. */
  private long pooledRows() {
    return run.getEach() == null ? run.getCounts().getTrained() : run.getEach().getPooledRows();
  }

  private int keptEpoch() {
    return KeptEpoch.of(run.getEpochs());
  }

  private String summary() {
    String metric = run.getEpochs().getMetric();
    String best =
        metric == null
            ? ""
            : ", best in validation %s,"
                .formatted(Metric.of(metric).map(Metric::inFull).orElse(metric));
    String kept =
        keptEpoch() == trained() && metric == null
            ? ""
            : "; the weights of epoch %s%s are kept".formatted(keptEpoch(), best);
    Long refit = run.getCounts().getRefit();
    return "%s%s%s. Finished %s.%s%s"
        .formatted(
            whatWasTrained(),
            run.getSweep() == null
                ? ""
                : ", the best of %s trials"
                    .formatted(NumberText.count(run.getSweep().getTrials().size())),
            run.getEpochs().getMembers() == null
                ? kept
                : "; the mean of %s networks, each of its best epoch"
                    .formatted(run.getEpochs().getMembers().size()),
            NumberText.time(run.getTimes().getFinished()),
            refit == null
                ? ""
                : " The model was then trained anew on %s training and validation rows: validation scores are of the model before that, test scores of the model itself."
                    .formatted(NumberText.count(refit)),
            remarks());
  }

  private String whatWasTrained() {
    String rows = NumberText.count(run.getCounts().getTrained());
    String time = NumberText.seconds(run.getTimes().getSeconds());
    return run.getEach() == null
        ? "%s epochs on %s rows in %s".formatted(NumberText.count(trained()), rows, time)
        : "Models for %s keys of %s on %s rows in %s; the pooled one had %s epochs on %s rows"
            .formatted(
                NumberText.count(run.getEach().getKeys()),
                run.getEach().getColumn(),
                rows,
                time,
                NumberText.count(trained()),
                NumberText.count(pooledRows()));
  }

  private String remarks() {
    List<String> remarks = run.getRemarks() == null ? List.of() : run.getRemarks();
    return remarks.stream()
        .map(remark -> " %s.".formatted(NumberText.title(remark)))
        .collect(Collectors.joining());
  }

  /**
   * The metrics of the kept epoch: of test rows, else of validation rows, else of training rows.
   */
  private MetricRow best() {
    MetricRow best = null;
    for (MetricRow row : files.metrics()) {
      if (row.getEpoch() == keptEpoch()
          && (best == null || row.getSplit().compareTo(best.getSplit()) >= 0)) {
        best = row;
      }
    }
    return best;
  }

  private List<Tile> tiles() {
    List<Tile> tiles = new ArrayList<>();
    MetricRow best = best();
    if (run.getEach() != null) {
      tiles.addAll(keyTiles(run.getEach(), best));
    } else if (best != null) {
      tiles.addAll(tiles(best));
    }
    if (run.getEvaluation() != null
        && best != null
        && best.getSplit() == run.getEvaluation().getSplit()) {
      rareTile(run.getEvaluation(), evaluated()).ifPresent(tiles::add);
    }
    if (run.getFolds() != null) {
      tiles.addAll(foldTiles(run.getFolds()));
    }
    double seconds =
        files.metrics().stream()
            .filter(row -> row.getSplit() == Split.TRAIN && row.getEpoch() > 0)
            .mapToDouble(MetricRow::getSeconds)
            .sum();
    long rows = pooledRows() * trained();
    tiles.add(
        new Tile(
            "whole run",
            NumberText.seconds(run.getTimes().getSeconds()),
            seconds > 0
                ? "%s rows/s in training%s"
                    .formatted(
                        NumberText.count(Math.round(rows / seconds)),
                        run.getEach() == null ? "" : ", pooled model")
                : ""));
    long rejected = run.getCounts().getRejected();
    tiles.add(
        new Tile(
            "rows read",
            NumberText.count(run.getCounts().getRead()),
            rejected == 0 ? "none rejected" : NumberText.count(rejected) + " rejected"));
    return tiles;
  }

  /** Test rows are measured with the models of the keys; validation rows have their scores. */
  private static List<Tile> keyTiles(EachOutcome each, MetricRow best) {
    List<Tile> tiles = new ArrayList<>();
    if (best != null && best.getSplit() == Split.TEST) {
      tiles.addAll(tiles(best));
    } else if (each.getValidation() != null) {
      KeyScore score = each.getValidation();
      if (score.getAccuracy() != null) {
        tiles.add(
            new Tile(
                "validation " + Metric.ACCURACY.heading(),
                NumberText.percent(score.getAccuracy()),
                "pooled " + NumberText.percent(score.getPooledAccuracy())));
      }
      tiles.add(
          new Tile(
              "validation " + Metric.LOSS.heading(),
              NumberText.metric(Metric.LOSS, score.getLoss()),
              "pooled " + NumberText.metric(Metric.LOSS, score.getPooledLoss())));
    }
    tiles.add(
        new Tile(
            "own models",
            NumberText.count(each.getOwn()),
            "of %s keys".formatted(NumberText.count(each.getKeys()))));
    return tiles;
  }

  /** The metrics of a row that say most. */
  static List<Tile> tiles(MetricRow row) {
    List<Tile> tiles = new ArrayList<>();
    String split = DetailSections.name(row.getSplit()) + " ";
    for (Metric metric : Metric.ofTiles()) {
      Double value = metric.in(row);
      if (value != null) {
        tiles.add(
            new Tile(
                split + metric.heading(), NumberText.metric(metric, value), note(metric, row)));
      }
      if (metric == Metric.MAE && row.getMse() != null) {
        Double base = BaselineText.value(Metric.MSE, row.getBaseline());
        tiles.add(
            new Tile(
                split + ROOT,
                NumberText.brief(Math.sqrt(row.getMse())),
                base == null
                    ? "in the target's unit"
                    : "always the mean: " + NumberText.brief(Math.sqrt(base))));
      }
    }
    return tiles;
  }

  /** The recall of the rarer of two classes, where few rows are of it. */
  static Optional<Tile> rareTile(RunEvaluation found, String split) {
    if (found.getClasses().size() != 2) {
      return Optional.empty();
    }
    ClassScores first = found.getClasses().get(0);
    ClassScores second = found.getClasses().get(1);
    ClassScores rare = weight(second) <= weight(first) ? second : first;
    double share = weight(rare) / (weight(first) + weight(second));
    return share > 0 && share < RARE
        ? Optional.of(
            new Tile(
                "%s recall of '%s'".formatted(split, NumberText.cut(rare.getLabel(), 20)).strip(),
                NumberText.percent(rare.getRecall()),
                "the class of %s of rows".formatted(NumberText.percent(share))))
        : Optional.empty();
  }

  private static double weight(ClassScores of) {
    return of.getWeight() == null ? of.getRows() : of.getWeight();
  }

  private static List<Tile> foldTiles(RunFolds folds) {
    List<Tile> tiles = new ArrayList<>();
    for (FoldScore score : folds.getScores()) {
      Metric metric = Metric.of(score.getMetric()).orElse(null);
      if (metric == Metric.ACCURACY || metric == Metric.MAE) {
        tiles.add(
            new Tile(
                "%s of %s folds".formatted(metric.heading(), folds.getEach().size()),
                NumberText.metric(metric, score.getMean()),
                "± " + NumberText.metric(metric, score.getDeviation())));
      }
    }
    return tiles;
  }

  private static String note(Metric metric, MetricRow row) {
    Double base = BaselineText.value(metric, row.getBaseline());
    if (base != null) {
      return "%s: %s, %s"
          .formatted(
              BaselineText.name(row.getBaseline()), NumberText.metric(metric, base), rows(row));
    }
    return switch (metric) {
      case LOSS -> "mean of a row";
      case MAE -> "mean";
      case ROC_AUC -> "chance: 0.5";
      default -> rows(row);
    };
  }

  private static String rows(MetricRow row) {
    return NumberText.count(row.getExamples())
        + " rows"
        + (row.getWeight() == null ? "" : " of weight " + NumberText.brief(row.getWeight()));
  }

  private List<Chart> curves() {
    List<Chart> charts = new ArrayList<>();
    for (Metric metric : Metric.ofCurves()) {
      Chart chart = curve(metric);
      // A single value makes no curve.
      if (metric == Metric.LOSS || chart.dots().size() > chart.lines().size()) {
        charts.add(chart);
      }
    }
    if (!isConstantRate()) {
      List<double[]> rates = new ArrayList<>();
      for (LearningRate rate : files.details().getLearningRates()) {
        rates.add(new double[] {rate.getEpoch(), rate.getRate()});
      }
      charts.add(
          Chart.lines(
              "Learning rate",
              List.of(new Chart.Series("at the end", 2, rates)),
              NumberText::brief,
              Chart.Scale.SIZE));
    }
    return charts;
  }

  private boolean isConstantRate() {
    return files.details().getLearningRates().stream()
            .mapToDouble(LearningRate::getRate)
            .distinct()
            .count()
        <= 1;
  }

  private String curvesNote() {
    String rate =
        files.details().getLearningRates().isEmpty() || !isConstantRate()
            ? ""
            : " The learning rate was %s throughout."
                .formatted(NumberText.brief(files.details().getLearningRates().get(0).getRate()));
    return "Figures beside the names are of epoch %s, whose weights are kept.%s"
        .formatted(NumberText.count(keptEpoch()), rate);
  }

  private Chart curve(Metric metric) {
    List<Chart.Series> series = new ArrayList<>();
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION, Split.TEST)) {
      List<double[]> points = new ArrayList<>();
      for (MetricRow row : files.metrics()) {
        if (row.getSplit() == split && metric.in(row) != null) {
          points.add(new double[] {row.getEpoch(), metric.in(row)});
        }
      }
      if (split == Split.TRAIN && points.size() == 1 && trained() > 0) {
        points.clear(); // only the untrained model was measured on these rows
      }
      series.add(new Chart.Series(DetailSections.name(split), series.size(), points, keptEpoch()));
    }
    Chart chart = Chart.lines(NumberText.title(metric.inFull()), series, metric);
    return keptEpoch() == trained() ? chart : chart.withMark(keptEpoch(), trained(), "kept");
  }

  private Table epochs() {
    Map<Integer, Map<Split, MetricRow>> byEpoch = new LinkedHashMap<>();
    for (MetricRow row : files.metrics()) {
      byEpoch
          .computeIfAbsent(row.getEpoch(), epoch -> new LinkedHashMap<>())
          .put(row.getSplit(), row);
    }
    boolean hasValidation =
        files.metrics().stream().anyMatch(row -> row.getSplit() == Split.VALIDATION);
    boolean isClass = files.metrics().stream().anyMatch(row -> row.getAccuracy() != null);
    Metric main = Metric.main(isClass);
    List<String> header = new ArrayList<>(List.of("epoch", "train loss"));
    if (isClass) {
      header.add("train accuracy");
    }
    if (hasValidation) {
      header.add("validation loss");
      header.add("validation " + main.narrowHeading());
    }
    header.addAll(List.of("seconds", "rows/s"));
    int every = (byEpoch.size() + MOST_EPOCHS - 1) / MOST_EPOCHS;
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<Integer, Map<Split, MetricRow>> entry : byEpoch.entrySet()) {
      int epoch = entry.getKey();
      MetricRow train = entry.getValue().get(Split.TRAIN);
      if (train == null || (epoch % every != 0 && epoch != trained() && epoch != keptEpoch())) {
        continue;
      }
      List<String> line = new ArrayList<>();
      line.add(NumberText.count(epoch));
      line.add(NumberText.number(train.getLoss()));
      if (isClass) {
        line.add(NumberText.exact(Metric.ACCURACY, train.getAccuracy()));
      }
      if (hasValidation) {
        MetricRow validation = entry.getValue().get(Split.VALIDATION);
        line.add(validation == null ? "" : NumberText.number(validation.getLoss()));
        line.add(validation == null ? "" : NumberText.exact(main, main.in(validation)));
      }
      boolean isTrained = epoch > 0 && train.getSeconds() > 0;
      line.add(isTrained ? NumberText.brief(train.getSeconds()) : "");
      line.add(
          isTrained ? NumberText.count(Math.round(train.getExamples() / train.getSeconds())) : "");
      rows.add(line);
    }
    return new Table(0, header, rows);
  }

  /** Of models by key all but the test rows are measured with the pooled model. */
  private Table keptMetrics() {
    Table table =
        metrics(files.metrics().stream().filter(row -> row.getEpoch() == keptEpoch()).toList());
    return run.getEach() == null ? table : ofPooled(table);
  }

  private static Table ofPooled(Table table) {
    List<List<String>> rows = new ArrayList<>();
    for (List<String> row : table.rows()) {
      List<String> named = new ArrayList<>(row);
      if (!row.get(0).equals(DetailSections.name(Split.TEST))) {
        named.set(0, row.get(0) + ", pooled model");
      }
      rows.add(named);
    }
    return new Table(table.wordColumns(), table.header(), rows);
  }

  /** A table of metrics, without the columns that no row has a value for. */
  static Table metrics(List<MetricRow> rows) {
    List<Metric> columns =
        Arrays.stream(Metric.values())
            .filter(metric -> metric != Metric.LEARNING_RATE)
            .filter(metric -> rows.stream().anyMatch(row -> metric.in(row) != null))
            .toList();
    List<String> header = new ArrayList<>(List.of("split", "rows", "weight"));
    for (Metric metric : columns) {
      header.add(metric.heading());
      if (metric == Metric.MSE) {
        header.add(ROOT);
      }
    }
    List<List<String>> lines = new ArrayList<>();
    for (MetricRow row : rows) {
      String split = DetailSections.name(row.getSplit());
      lines.add(line(split, row, columns, metric -> metric.in(row)));
      if (row.getBaseline() != null) {
        lines.add(
            line(
                split + ", " + BaselineText.name(row.getBaseline()),
                row,
                columns,
                metric -> BaselineText.value(metric, row.getBaseline())));
      }
    }
    return new Table(1, header, lines).withoutEmptyColumns();
  }

  private static List<String> line(
      String name, MetricRow row, List<Metric> columns, Function<Metric, Double> values) {
    List<String> line = new ArrayList<>();
    line.add(name);
    line.add(NumberText.count(row.getExamples()));
    line.add(NumberText.brief(row.getWeight()));
    for (Metric metric : columns) {
      Double value = values.apply(metric);
      line.add(NumberText.exact(metric, value));
      if (metric == Metric.MSE) {
        line.add(value == null ? "" : NumberText.brief(Math.sqrt(value)));
      }
    }
    return line;
  }

  private String evaluated() {
    Split split = run.getEvaluation().getSplit();
    return split == null ? "" : DetailSections.name(split);
  }

  /** The section of classes; null where targets are numbers. */
  static ReportPage.Classes classes(RunEvaluation found, String split) {
    return found.getClasses().isEmpty()
        ? null
        : new ReportPage.Classes(
            split,
            found.getBalancedAccuracy() == null
                ? ""
                : " Balanced accuracy, the mean of the recalls: %s."
                    .formatted(NumberText.percent(found.getBalancedAccuracy())),
            Confusion.of(found),
            Confusion.pairs(found),
            Confusion.classes(found));
  }

  private ReportPage.DataSummary data() {
    boolean isTooLarge = files.rejectsBytes() > MOST_REJECT_BYTES;
    RejectGroups rejects = new RejectGroups();
    if (!isTooLarge) {
      files.rejects().forEach(rejects::add);
    }
    long rejected = run.getCounts().getRejected();
    String note =
        rejected == 0
            ? "No record was rejected."
            : "%s of %s records were rejected; each is in rejects.avro%s."
                .formatted(
                    NumberText.count(rejected),
                    NumberText.count(run.getCounts().getRead()),
                    isTooLarge
                        ? ", whose %s MB are too many to list here"
                            .formatted(NumberText.count(files.rejectsBytes() >> 20))
                        : "");
    return new ReportPage.DataSummary(
        parts.splits(run.getCounts().getHeldOut(), rejected),
        SplitNote.of(files.spec()),
        parts.balance(),
        parts.balanceNote(),
        parts.columns(),
        parts.columnsNote(),
        DataTables.rejects(rejects),
        note);
  }

  private Table provenance() {
    List<List<String>> rows = new ArrayList<>();
    RunRunner runner = run.getRunner();
    RunTimes times = run.getTimes();
    RunVersions versions = run.getVersions();
    rows.add(List.of("weights", "SHA-256 " + run.getWeightsSha256()));
    if (run.getEpochs().getMembers() != null) {
      for (EnsembleMember member : run.getEpochs().getMembers()) {
        rows.add(
            List.of(
                "member " + (rows.size() - 1),
                "SHA-256 %s, epoch %s of %s kept"
                    .formatted(
                        member.getWeightsSha256(), member.getKeptEpoch(), member.getEpochs())));
      }
    }
    rows.add(List.of("spec", "fingerprint " + run.getFingerprint().getSpec()));
    rows.add(List.of("data", "checksum " + run.getFingerprint().getData()));
    rows.add(List.of("seed", Long.toString(run.getSeed())));
    rows.add(
        List.of(
            "runner",
            "%s, parallelism %s%s"
                .formatted(
                    runner.getName(),
                    runner.getParallelism(),
                    runner.getContinued() ? ", continued after a stop" : "")));
    rows.add(
        List.of(
            "time",
            "%s to %s"
                .formatted(
                    NumberText.time(times.getStarted()), NumberText.time(times.getFinished()))));
    rows.add(
        List.of(
            "versions",
            "beamgrad %s, Beam %s, Flink %s, Java %s"
                .formatted(
                    versions.getBeamgrad(),
                    versions.getBeam(),
                    versions.getFlink(),
                    versions.getJava())));
    return new Table(2, List.of("what", "value"), rows);
  }

  private String command() {
    RunRunner runner = run.getRunner();
    return "scripts/beamgrad train %s --runner %s --parallelism %s"
        .formatted(
            PageFile.quoted(
                files.folder().toAbsolutePath().normalize().resolve("job.yaml").toString()),
            runner.getName(),
            runner.getParallelism());
  }
}
