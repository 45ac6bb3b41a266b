package io.beamgrad.report;

import io.beamgrad.metrics.Metric;
import io.beamgrad.schema.RunSweep;
import io.beamgrad.schema.TrialResult;
import io.beamgrad.schema.TrialSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The trials of a sweep as a table, the best first. */
public final class TrialTable {
  static final Table NONE = new Table(0, List.of(), List.of());

  private TrialTable() {}

  /**
   * Rank, trial, score, its deviation over folds, epochs, the value of each key, and why a trial
   * did not come to its end.
   */
  public static Table of(RunSweep sweep) {
    Metric metric = Metric.of(sweep.getMetric()).orElseThrow();
    List<String> header =
        new ArrayList<>(
            List.of(
                "rank",
                "trial",
                (isOnFolds(sweep) ? "mean " : "validation ") + metric.heading(),
                "deviation",
                "epochs"));
    sweep.getTrials().get(0).getSettings().forEach(setting -> header.add(setting.getKey()));
    header.add("ended");
    List<List<String>> rows = new ArrayList<>();
    for (TrialResult trial : sweep.getTrials()) {
      List<String> row = new ArrayList<>();
      row.add(NumberText.count(trial.getRank()));
      row.add(Integer.toString(trial.getTrial()));
      row.add(trial.getScore() == null ? "" : NumberText.metric(metric, trial.getScore()));
      row.add(trial.getDeviation() == null ? "" : NumberText.metric(metric, trial.getDeviation()));
      row.add(NumberText.count(trial.getEpochs()));
      trial.getSettings().stream().map(TrialSetting::getValue).forEach(row::add);
      row.add(ended(trial));
      rows.add(row);
    }
    Table table = new Table(Set.of(header.size() - 1), header, rows);
    return table.withoutEmptyColumns();
  }

  /** True where the scores are means over folds. */
  private static boolean isOnFolds(RunSweep sweep) {
    return sweep.getTrials().stream().anyMatch(trial -> trial.getDeviation() != null);
  }

  private static String ended(TrialResult trial) {
    return switch (trial.getEnded()) {
      case TRAINED -> "";
      case STOPPED -> "stopped";
      case FAILED -> "failed: " + trial.getMessage();
    };
  }
}
