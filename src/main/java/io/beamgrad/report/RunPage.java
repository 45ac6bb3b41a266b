package io.beamgrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamgrad.data.rows.RejectGroups;
import io.beamgrad.report.ReportPage.Tile;
import io.beamgrad.schema.LearningRate;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/** Makes the page of a run of the files in its folder alone. */
public final class RunPage {
  private static final long MOST_REJECT_BYTES = 64 << 20;
  private static final int MOST_EPOCHS = 500;

  private final RunFiles files;
  private final JsonNode run;
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
    JsonNode evaluation = run.path("evaluation");
    return new ReportPage(
        run.path("name").asText(),
        "training",
        summary(),
        tiles(),
        curves(),
        epochs(),
        metrics(files.metrics().stream().filter(row -> row.getEpoch() == kept()).toList()),
        classes(evaluation, evaluation.path("split").asText()),
        parts.rowsNote(),
        parts.cards(files.details().getSamples()),
        parts.cards(files.details().getMistakes()),
        parts.rows(files.details().getSamples()),
        parts.rows(files.details().getMistakes()),
        parts.weights(),
        parts.scatters(),
        parts.importance(),
        data(),
        provenance(),
        command(),
        files.spec());
  }

  private int trained() {
    return run.path("epochs").path("trained").asInt();
  }

  private int kept() {
    return run.path("epochs").path("kept").asInt();
  }

  private String summary() {
    JsonNode counts = run.path("counts");
    String kept = kept() == trained() ? "" : "; the weights of epoch %d are kept".formatted(kept());
    return "%s epochs on %s rows in %s%s. Finished %s."
        .formatted(
            NumberText.count(trained()),
            NumberText.count(counts.path("trained").asLong()),
            NumberText.seconds(run.path("times").path("seconds").asDouble()),
            kept,
            NumberText.time(run.path("times").path("finished").asText()));
  }

  /** The metrics of the split that says most about the model. */
  private MetricRow best() {
    MetricRow best = null;
    for (MetricRow row : files.metrics()) {
      if (row.getEpoch() == kept()
          && (best == null || row.getSplit().compareTo(best.getSplit()) >= 0)) {
        best = row;
      }
    }
    return best;
  }

  private List<Tile> tiles() {
    List<Tile> tiles = new ArrayList<>();
    MetricRow best = best();
    if (best != null) {
      String split = DetailSections.name(best.getSplit());
      String rows = NumberText.count(best.getExamples()) + " rows";
      if (best.getAccuracy() != null) {
        tiles.add(new Tile(split + " accuracy", NumberText.percent(best.getAccuracy()), rows));
      }
      if (best.getR2() != null) {
        tiles.add(new Tile(split + " R²", NumberText.brief(best.getR2()), rows));
      }
      if (best.getMae() != null) {
        tiles.add(new Tile(split + " absolute error", NumberText.brief(best.getMae()), "mean"));
      }
      tiles.add(new Tile(split + " loss", NumberText.number(best.getLoss()), "mean of a row"));
      if (best.getRocAuc() != null) {
        tiles.add(new Tile(split + " ROC AUC", NumberText.number(best.getRocAuc()), ""));
      }
    }
    double seconds =
        files.metrics().stream()
            .filter(row -> row.getSplit() == Split.TRAIN && row.getEpoch() > 0)
            .mapToDouble(MetricRow::getSeconds)
            .sum();
    long rows = run.path("counts").path("trained").asLong() * trained();
    tiles.add(
        new Tile(
            "whole run",
            NumberText.seconds(run.path("times").path("seconds").asDouble()),
            seconds > 0
                ? NumberText.count(Math.round(rows / seconds)) + " rows/s in training"
                : ""));
    long rejected = run.path("counts").path("rejected").asLong();
    tiles.add(
        new Tile(
            "rows read",
            NumberText.count(run.path("counts").path("read").asLong()),
            rejected == 0 ? "none rejected" : NumberText.count(rejected) + " rejected"));
    return tiles;
  }

  private List<Chart> curves() {
    List<Chart> charts = new ArrayList<>();
    charts.add(curve("Loss", MetricRow::getLoss, NumberText::brief, false));
    addIfAny(charts, curve("Accuracy", MetricRow::getAccuracy, NumberText::percent, true));
    addIfAny(charts, curve("Mean absolute error", MetricRow::getMae, NumberText::brief, false));
    addIfAny(charts, curve("ROC AUC", MetricRow::getRocAuc, NumberText::brief, true));
    List<double[]> rates = new ArrayList<>();
    for (LearningRate rate : files.details().getLearningRates()) {
      rates.add(new double[] {rate.getEpoch(), rate.getRate()});
    }
    charts.add(
        Chart.lines(
            "Learning rate",
            List.of(new Chart.Series("learning rate", 2, rates)),
            NumberText::brief,
            false));
    return charts;
  }

  private static void addIfAny(List<Chart> charts, Chart chart) {
    if (chart.dots().size() > chart.lines().size()) { // a single value is no curve
      charts.add(chart);
    }
  }

  private Chart curve(
      String title,
      Function<MetricRow, Double> value,
      DoubleFunction<String> shown,
      boolean isShare) {
    List<Chart.Series> series = new ArrayList<>();
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION, Split.TEST)) {
      List<double[]> points = new ArrayList<>();
      for (MetricRow row : files.metrics()) {
        if (row.getSplit() == split && value.apply(row) != null) {
          points.add(new double[] {row.getEpoch(), value.apply(row)});
        }
      }
      if (split == Split.TRAIN && points.size() == 1 && trained() > 0) {
        points.clear(); // only the untrained model was measured on these rows
      }
      series.add(new Chart.Series(DetailSections.name(split), series.size(), points));
    }
    Chart chart = Chart.lines(title, series, shown, isShare);
    return kept() == trained() ? chart : chart.withMark(kept(), trained(), "kept");
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
    List<String> header = new ArrayList<>(List.of("epoch", "train loss"));
    if (isClass) {
      header.add("train accuracy");
    }
    if (hasValidation) {
      header.add("validation loss");
      header.add(isClass ? "validation accuracy" : "validation abs. error");
    }
    header.addAll(List.of("seconds", "rows/s"));
    int every = (byEpoch.size() + MOST_EPOCHS - 1) / MOST_EPOCHS;
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<Integer, Map<Split, MetricRow>> entry : byEpoch.entrySet()) {
      int epoch = entry.getKey();
      MetricRow train = entry.getValue().get(Split.TRAIN);
      if (train == null || (epoch % every != 0 && epoch != trained() && epoch != kept())) {
        continue;
      }
      List<String> line = new ArrayList<>();
      line.add(NumberText.count(epoch));
      line.add(NumberText.number(train.getLoss()));
      if (isClass) {
        line.add(NumberText.number(train.getAccuracy()));
      }
      if (hasValidation) {
        MetricRow validation = entry.getValue().get(Split.VALIDATION);
        line.add(validation == null ? "" : NumberText.number(validation.getLoss()));
        line.add(
            validation == null
                ? ""
                : NumberText.number(isClass ? validation.getAccuracy() : validation.getMae()));
      }
      boolean isTrained = epoch > 0 && train.getSeconds() > 0;
      line.add(isTrained ? NumberText.number(train.getSeconds()) : "");
      line.add(
          isTrained ? NumberText.count(Math.round(train.getExamples() / train.getSeconds())) : "");
      rows.add(line);
    }
    return new Table(0, header, rows);
  }

  /** Rows of metrics, the columns that none of them has left out. */
  static Table metrics(List<MetricRow> rows) {
    Map<String, Function<MetricRow, Double>> columns = new LinkedHashMap<>();
    columns.put("loss", MetricRow::getLoss);
    columns.put("accuracy", MetricRow::getAccuracy);
    columns.put("in top 5", MetricRow::getTop5Accuracy);
    columns.put("ROC AUC", MetricRow::getRocAuc);
    columns.put("log loss", MetricRow::getLogLoss);
    columns.put("squared error", MetricRow::getMse);
    columns.put("absolute error", MetricRow::getMae);
    columns.put("R²", MetricRow::getR2);
    columns.values().removeIf(value -> rows.stream().allMatch(row -> value.apply(row) == null));
    List<String> header = new ArrayList<>(List.of("split", "rows"));
    header.addAll(columns.keySet());
    List<List<String>> lines = new ArrayList<>();
    for (MetricRow row : rows) {
      List<String> line = new ArrayList<>();
      line.add(DetailSections.name(row.getSplit()));
      line.add(NumberText.count(row.getExamples()));
      columns.values().forEach(value -> line.add(NumberText.number(value.apply(row))));
      lines.add(line);
    }
    return new Table(1, header, lines);
  }

  /** Null where there are no classes, or too many. */
  static ReportPage.Classes classes(JsonNode evaluation, String split) {
    JsonNode classes = evaluation.path("classes");
    if (classes.isEmpty()) {
      return null;
    }
    JsonNode counts = evaluation.path("confusion");
    return new ReportPage.Classes(
        split,
        Confusion.of(classes, counts),
        Confusion.pairs(classes, counts),
        Confusion.classes(classes));
  }

  private ReportPage.DataSummary data() {
    boolean isTooLarge = files.rejectsBytes() > MOST_REJECT_BYTES;
    RejectGroups rejects = new RejectGroups();
    if (!isTooLarge) {
      files.rejects().forEach(rejects::add);
    }
    long rejected = run.path("counts").path("rejected").asLong();
    String note =
        rejected == 0
            ? "No record was rejected."
            : "%s of %s records were rejected; each is in rejects.avro%s."
                .formatted(
                    NumberText.count(rejected),
                    NumberText.count(run.path("counts").path("read").asLong()),
                    isTooLarge
                        ? ", whose %s MB are too many to list here"
                            .formatted(NumberText.count(files.rejectsBytes() >> 20))
                        : "");
    return new ReportPage.DataSummary(
        parts.splits(run.path("counts").path("heldOut").asLong(), rejected),
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
    JsonNode fingerprint = run.path("fingerprint");
    JsonNode runner = run.path("runner");
    JsonNode times = run.path("times");
    JsonNode versions = run.path("versions");
    rows.add(List.of("weights", "SHA-256 " + run.path("weightsSha256").asText()));
    rows.add(List.of("spec", "fingerprint " + fingerprint.path("spec").asText()));
    rows.add(List.of("data", "checksum " + fingerprint.path("data").asText()));
    rows.add(List.of("seed", run.path("seed").asText()));
    rows.add(
        List.of(
            "runner",
            "%s, parallelism %s%s"
                .formatted(
                    runner.path("name").asText(),
                    runner.path("parallelism").asText(),
                    runner.path("continued").asBoolean() ? ", continued after a stop" : "")));
    rows.add(
        List.of(
            "time",
            "%s to %s"
                .formatted(
                    NumberText.time(times.path("started").asText()),
                    NumberText.time(times.path("finished").asText()))));
    rows.add(
        List.of(
            "versions",
            "beamgrad %s, Beam %s, Flink %s, Java %s"
                .formatted(
                    versions.path("beamgrad").asText(),
                    versions.path("beam").asText(),
                    versions.path("flink").asText(),
                    versions.path("java").asText())));
    return new Table(2, List.of("what", "value"), rows);
  }

  private String command() {
    JsonNode runner = run.path("runner");
    return "scripts/beamgrad train %s --runner %s --parallelism %s"
        .formatted(
            PageFile.quoted(
                files.folder().toAbsolutePath().normalize().resolve("job.yaml").toString()),
            runner.path("name").asText(),
            runner.path("parallelism").asText());
  }
}
