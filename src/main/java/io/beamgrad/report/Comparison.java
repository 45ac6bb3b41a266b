package io.beamgrad.report;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.metrics.KeptEpoch;
import io.beamgrad.metrics.Metric;
import io.beamgrad.schema.KeyScore;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.RunCounts;
import io.beamgrad.schema.RunRecord;
import io.beamgrad.schema.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Compares finished runs: their metrics, and the spec keys in which they differ. */
public final class Comparison {
  public static final int MOST_RUNS = 24;

  /**
   * A run to compare.
   *
   * @param name the name of the run in the comparison
   * @param spec the dotted keys of {@code job.yaml} with their values
   */
  public record Run(
      String name, RunRecord summary, List<MetricRow> metrics, Map<String, String> spec) {

    /**
     * Reads the files of a finished run.
     *
     * @throws MissingDataException where a file is missing
     */
    public static Run read(String name, Path folder, Map<String, String> spec) {
      RunRecord summary = RunFiles.summary(folder);
      Path metrics = folder.resolve("metrics.avro");
      if (!Files.exists(metrics)) {
        throw new MissingDataException(folder + ": expected the run's metrics.avro, found none");
      }
      return new Run(name, summary, RecordFile.of(MetricRow.class).read(metrics.toString()), spec);
    }

    private int keptEpoch() {
      return KeptEpoch.of(summary.getEpochs());
    }

    /** Null without one; of models by key that is not of the pooled model. */
    private @Nullable Double kept(Split split, Metric metric) {
      if (summary.getEach() != null && split != Split.TEST) {
        return ofKeys(split, metric);
      }
      return KeptEpoch.row(metrics, split, keptEpoch()).map(metric::in).orElse(null);
    }

    private @Nullable Double ofKeys(Split split, Metric metric) {
      KeyScore score = split == Split.VALIDATION ? summary.getEach().getValidation() : null;
      if (score == null) {
        return null;
      }
      return switch (metric) {
        case LOSS -> score.getLoss();
        case ACCURACY -> score.getAccuracy();
        default -> null;
      };
    }

    /** What the rows of epochs are of. */
    private String curveName() {
      return summary.getEach() == null ? name : name + ", pooled model";
    }
  }

  private final List<Run> runs;

  /**
   * @param runs two or more, up to {@link #MOST_RUNS}
   */
  public Comparison(List<Run> runs) {
    this.runs = List.copyOf(runs);
  }

  /** A row for each run, in the order given; a metric that no run has is left out. */
  public Table runs() {
    List<String> header = new ArrayList<>(List.of("run"));
    List<List<String>> rows = new ArrayList<>();
    runs.forEach(run -> rows.add(new ArrayList<>(List.of(run.name()))));
    add(header, rows, "epochs", run -> NumberText.count(run.keptEpoch()));
    if (runs.stream().anyMatch(run -> refit(run) != null)) {
      add(
          header,
          rows,
          "refit",
          run -> refit(run) == null ? "-" : "after validation, " + NumberText.count(refit(run)));
    }
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION, Split.TEST)) {
      String name = split.name().toLowerCase(Locale.ROOT);
      for (Metric metric : compared(split)) {
        addMetric(header, rows, name + " " + metric.narrowHeading(), split, metric);
        addBaseline(header, rows, name + " baseline", split, metric);
      }
    }
    add(
        header,
        rows,
        "seconds",
        run -> String.format(Locale.ROOT, "%.1f", run.summary().getTimes().getSeconds()));
    return new Table(1, header, rows);
  }

  /** How many rows a refit trained on; null without one. */
  private static @Nullable Long refit(Run run) {
    return run.summary().getCounts().getRefit();
  }

  /**
   * The metrics to compare. MAE of training rows is left out: it is measured only where it is the
   * loss.
   */
  private static List<Metric> compared(Split split) {
    return Metric.compared().stream()
        .filter(metric -> metric != Metric.MAE || split != Split.TRAIN)
        .toList();
  }

  private void addMetric(
      List<String> header, List<List<String>> rows, String name, Split split, Metric metric) {
    Function<Run, Double> ofRun = run -> run.kept(split, metric);
    if (runs.stream().anyMatch(run -> ofRun.apply(run) != null)) {
      add(
          header,
          rows,
          name,
          run -> ofRun.apply(run) == null ? "-" : NumberText.exact(metric, ofRun.apply(run)));
    }
  }

  /** What it is worth to say the same of each row, where any run has it. */
  private void addBaseline(
      List<String> header, List<List<String>> rows, String name, Split split, Metric metric) {
    Function<Run, Double> ofRun =
        run ->
            KeptEpoch.row(run.metrics(), split, run.keptEpoch())
                .map(row -> BaselineText.value(metric, row.getBaseline()))
                .orElse(null);
    if (runs.stream().anyMatch(run -> ofRun.apply(run) != null)) {
      add(
          header,
          rows,
          name,
          run -> ofRun.apply(run) == null ? "-" : NumberText.exact(metric, ofRun.apply(run)));
    }
  }

  private void add(
      List<String> header, List<List<String>> rows, String name, Function<Run, String> value) {
    header.add(name);
    IntStream.range(0, runs.size()).forEach(i -> rows.get(i).add(value.apply(runs.get(i))));
  }

  /**
   * A row for each spec key whose values differ between runs; {@code -} where a run has no value.
   */
  public Table differences() {
    List<String> header = new ArrayList<>(List.of("key"));
    runs.forEach(run -> header.add(run.name()));
    TreeSet<String> keys = new TreeSet<>();
    runs.forEach(run -> keys.addAll(run.spec().keySet()));
    List<List<String>> rows = new ArrayList<>();
    for (String key : keys) {
      addIfDifferent(rows, key, run -> run.spec().getOrDefault(key, "-"));
    }
    addIfDifferent(rows, "runner", run -> orDash(run.summary().getRunner().getName()));
    addIfDifferent(rows, "beamgrad", run -> orDash(run.summary().getVersions().getBeamgrad()));
    addIfDifferent(rows, "java", run -> orDash(run.summary().getVersions().getJava()));
    addIfDifferent(rows, "data's rows", run -> start(run.summary().getFingerprint().getData()));
    addIfDifferent(rows, "weights", run -> start(run.summary().getWeightsSha256()));
    return new Table(header.size(), header, rows);
  }

  /** The first digits of a checksum, enough to tell it from others. */
  private static String start(String checksum) {
    return orDash(checksum.substring(0, Math.min(12, checksum.length())));
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  private void addIfDifferent(List<List<String>> rows, String key, Function<Run, String> value) {
    Collection<String> values = runs.stream().map(value).toList();
    if (values.stream().distinct().count() > 1) {
      List<String> row = new ArrayList<>(List.of(key));
      row.addAll(values);
      rows.add(row);
    }
  }

  /** Says where runs are not of the same rows, whose scores then say less; empty where they are. */
  public String note() {
    boolean areSame =
        runs.stream().map(run -> run.summary().getFingerprint().getData()).distinct().count() == 1;
    if (areSame) {
      return "";
    }
    List<String> scored = new ArrayList<>();
    for (Run run : runs) {
      RunCounts counts = run.summary().getCounts();
      scored.add(
          "%s has %s"
              .formatted(
                  run.name(),
                  NumberText.count(
                          counts.getTested() > 0 ? counts.getTested() : counts.getValidated())
                      + (counts.getTested() > 0 ? " test rows" : " validation rows")));
    }
    return "The runs are not of the same rows or splits, so that a better score need not be a better model: %s."
        .formatted(String.join(", ", scored));
  }

  public ComparePage page() {
    List<Chart> curves = new ArrayList<>();
    for (Split split : List.of(Split.VALIDATION, Split.TRAIN)) {
      compared(split).forEach(metric -> add(curves, split, metric));
    }
    return new ComparePage("%s runs".formatted(runs.size()), note(), runs(), curves, differences());
  }

  private void add(List<Chart> curves, Split split, Metric metric) {
    List<Chart.Series> series = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      List<double[]> points = new ArrayList<>();
      for (MetricRow row : runs.get(i).metrics()) {
        if (row.getSplit() == split && metric.in(row) != null) {
          points.add(new double[] {row.getEpoch(), metric.in(row)});
        }
      }
      series.add(new Chart.Series(runs.get(i).curveName(), i, points, runs.get(i).keptEpoch()));
    }
    String title = DetailSections.name(split) + " " + metric.heading();
    Chart chart = Chart.lines(NumberText.title(title), series, metric);
    if (!chart.lines().isEmpty()) {
      curves.add(chart);
    }
  }
}
