package io.beamgrad.report;

import io.beamgrad.metrics.Metric;
import io.beamgrad.schema.FoldScore;
import io.beamgrad.schema.RunFold;
import io.beamgrad.schema.RunFolds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The scores of the folds of a cross validation, and their means and deviations. */
public final class FoldsTable {
  private FoldsTable() {}

  /**
   * A row for each fold, with what its baseline has of the accuracy or the absolute error, then one
   * of means and one of deviations.
   */
  public static Table of(RunFolds folds) {
    List<Metric> metrics =
        Metric.ofLine().stream().filter(metric -> score(folds, metric).isPresent()).toList();
    List<String> header = new ArrayList<>(List.of("fold", "rows trained", "rows tested"));
    metrics.forEach(metric -> header.add(metric.heading()));
    header.add("baseline");
    List<List<String>> rows = new ArrayList<>();
    for (RunFold fold : folds.getEach()) {
      List<String> row = new ArrayList<>();
      row.add(Integer.toString(rows.size()));
      row.add(NumberText.count(fold.getTrained()));
      row.add(NumberText.count(fold.getTest().getExamples()));
      metrics.forEach(metric -> row.add(NumberText.exact(metric, metric.in(fold.getTest()))));
      Metric main = Metric.main(fold.getTest().getAccuracy() != null);
      row.add(NumberText.exact(main, BaselineText.value(main, fold.getTest().getBaseline())));
      rows.add(row);
    }
    rows.add(summary("mean", folds, metrics, FoldScore::getMean));
    rows.add(summary("deviation", folds, metrics, FoldScore::getDeviation));
    return new Table(1, header, rows).withoutEmptyColumns();
  }

  private static List<String> summary(
      String name, RunFolds folds, List<Metric> metrics, Function<FoldScore, Double> value) {
    List<String> row = new ArrayList<>(List.of(name, "", ""));
    metrics.forEach(
        metric ->
            row.add(NumberText.exact(metric, value.apply(score(folds, metric).orElseThrow()))));
    row.add("");
    return row;
  }

  private static Optional<FoldScore> score(RunFolds folds, Metric metric) {
    return folds.getScores().stream()
        .filter(score -> score.getMetric().equals(metric.word()))
        .findFirst();
  }
}
