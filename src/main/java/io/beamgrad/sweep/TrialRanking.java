package io.beamgrad.sweep;

import io.beamgrad.metrics.KeptEpoch;
import io.beamgrad.metrics.Metric;
import io.beamgrad.metrics.Spread;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.TrialEnd;
import io.beamgrad.schema.TrialResult;
import io.beamgrad.schema.TrialSetting;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Ranks the trials of a sweep by a metric of their validation rows, or of the rows that their folds
 * test on. The order in which they ended never shows.
 *
 * @param metric by which they are ranked
 * @param trials all of the sweep, in the order of their numbers
 */
public record TrialRanking(Metric metric, List<Trial> trials) implements Serializable {

  /**
   * A trial.
   *
   * @param model the name of its model
   * @param stopping its rule; null where the last epoch is kept
   * @param settings what tells it from the others
   */
  public record Trial(String model, @Nullable StoppingRule stopping, List<TrialSetting> settings)
      implements Serializable {
    public Trial {
      settings = List.copyOf(settings);
    }
  }

  public TrialRanking {
    trials = List.copyOf(trials);
  }

  /**
   * The results of some trials, the best first: by their score, of equal ones the lower number
   * first, then those that failed, or have none.
   *
   * @param outcomes of the trials that are ranked
   * @param metrics of the same
   */
  public List<TrialResult> of(Map<String, Outcome> outcomes, Map<String, Metrics> metrics) {
    List<TrialResult> results = new ArrayList<>();
    for (int number = 0; number < trials.size(); number++) {
      Trial trial = trials.get(number);
      if (outcomes.containsKey(trial.model)) {
        results.add(result(number, trial, outcomes.get(trial.model), metrics.get(trial.model)));
      }
    }
    return sorted(results);
  }

  /**
   * The same of trials that are judged by folds: by the mean of the scores of the rows that each
   * fold tests on. A trial of which a fold failed, or has no score, has failed.
   *
   * @param folds of each trial that is ranked, all of them in order
   */
  public List<TrialResult> ofFolds(Map<String, List<FoldResult>> folds) {
    List<TrialResult> results = new ArrayList<>();
    for (int number = 0; number < trials.size(); number++) {
      Trial trial = trials.get(number);
      if (folds.containsKey(trial.model)) {
        results.add(result(number, trial, folds.get(trial.model)));
      }
    }
    return sorted(results);
  }

  private List<TrialResult> sorted(List<TrialResult> results) {
    results.sort(
        Comparator.comparing((TrialResult one) -> one.getEnded() == TrialEnd.FAILED)
            .thenComparingDouble(this::badness)
            .thenComparingInt(TrialResult::getTrial));
    return numbered(results);
  }

  /**
   * The results of all stages, ranked as one: those that were trained to the end, then those that
   * were stopped, the last ones first, then those that failed. Where none came to the end, those
   * that failed in the last stage are first, as that is how the sweep ended.
   *
   * @param results each with its rank in the stage that it ended in
   */
  public static List<TrialResult> overall(List<TrialResult> results) {
    boolean isAnyTrained = results.stream().anyMatch(one -> one.getEnded() == TrialEnd.TRAINED);
    List<TrialResult> sorted = new ArrayList<>(results);
    sorted.sort(
        Comparator.comparing((TrialResult one) -> isAnyTrained ? one.getEnded() : TrialEnd.FAILED)
            .thenComparingInt(TrialResult::getRank));
    return numbered(sorted);
  }

  private static List<TrialResult> numbered(List<TrialResult> sorted) {
    List<TrialResult> ranked = new ArrayList<>();
    for (TrialResult result : sorted) {
      ranked.add(TrialResult.newBuilder(result).setRank(ranked.size() + 1).build());
    }
    return ranked;
  }

  private double badness(TrialResult result) {
    double score = result.getScore() == null ? 0 : result.getScore();
    return metric.isHigherBetter() ? -score : score;
  }

  private TrialResult result(int number, Trial trial, Outcome outcome, Metrics measured) {
    boolean isFailed = outcome.getStatus() != OutcomeStatus.SUCCEEDED;
    Double score = isFailed ? null : score(trial, outcome, measured);
    TrialResult.Builder result =
        TrialResult.newBuilder()
            .setTrial(number)
            .setModel(trial.model)
            .setRank(0)
            .setEpochs(outcome.getEpochs())
            .setSettings(trial.settings)
            .setScore(score);
    if (isFailed || score == null) {
      return result
          .setEnded(TrialEnd.FAILED)
          .setMessage(isFailed ? outcome.getMessage() : withoutScore())
          .setWeightsSha256(null)
          .build();
    }
    boolean isTrained = outcome.getWeightsSha256() != null;
    return result
        .setEnded(isTrained ? TrialEnd.TRAINED : TrialEnd.STOPPED)
        .setMessage("")
        .setWeightsSha256(outcome.getWeightsSha256())
        .build();
  }

  private TrialResult result(int number, Trial trial, List<FoldResult> folds) {
    TrialResult.Builder result =
        TrialResult.newBuilder()
            .setTrial(number)
            .setModel(trial.model)
            .setRank(0)
            .setEpochs(
                folds.stream().mapToInt(fold -> fold.getOutcome().getEpochs()).max().orElse(0))
            .setSettings(trial.settings)
            .setWeightsSha256(null);
    Optional<FoldResult> without = withoutScore(folds);
    if (without.isPresent()) {
      FoldResult fold = without.get();
      return result
          .setEnded(TrialEnd.FAILED)
          .setMessage("fold %s of %s: %s".formatted(fold.getFold(), folds.size(), why(fold)))
          .setScore(null)
          .build();
    }
    Spread spread = Spread.of(folds.stream().map(this::score).toList());
    boolean isTrained =
        folds.stream().allMatch(fold -> fold.getOutcome().getWeightsSha256() != null);
    return result
        .setEnded(isTrained ? TrialEnd.TRAINED : TrialEnd.STOPPED)
        .setMessage("")
        .setScore(spread.mean())
        .setDeviation(spread.deviation())
        .build();
  }

  /** The first fold that failed or has no score, by which its trial failed. */
  public Optional<FoldResult> withoutScore(List<FoldResult> folds) {
    return folds.stream().filter(fold -> score(fold) == null).findFirst();
  }

  /** That of the rows that a fold tests on; null without one. */
  private @Nullable Double score(FoldResult fold) {
    if (fold.getOutcome().getStatus() != OutcomeStatus.SUCCEEDED) {
      return null;
    }
    Double score =
        fold.getMetrics().stream()
            .filter(row -> row.getSplit() == Split.TEST)
            .findFirst()
            .map(metric::in)
            .orElse(null);
    return score == null || score.isNaN() ? null : score;
  }

  private String why(FoldResult fold) {
    return fold.getOutcome().getStatus() == OutcomeStatus.SUCCEEDED
        ? "its rows give no %s".formatted(metric.inFull())
        : fold.getOutcome().getMessage();
  }

  private String withoutScore() {
    return "a sweep ranks trials by the validation %s, but no rows give one (split.validation)"
        .formatted(metric.inFull());
  }

  /** That of the epoch that is kept, or that would be if training ended now; null without one. */
  private @Nullable Double score(Trial trial, Outcome outcome, Metrics measured) {
    int kept = KeptEpoch.of(measured.getRows(), trial.stopping);
    if (outcome.getWeightsSha256() != null) {
      kept = outcome.getKeptEpoch() == null ? outcome.getEpochs() : outcome.getKeptEpoch();
    }
    Double score =
        KeptEpoch.row(measured.getRows(), Split.VALIDATION, kept).map(metric::in).orElse(null);
    return score == null || score.isNaN() ? null : score;
  }
}
