package io.beamgrad.rundir;

import io.beamgrad.data.shuffle.RecordCounts;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.metrics.Metric;
import io.beamgrad.metrics.Spread;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.FoldScore;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.RunFold;
import io.beamgrad.schema.RunFolds;
import io.beamgrad.schema.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** The scores of the folds of a run. */
public final class FoldScores {
  private FoldScores() {}

  /**
   * What {@code run.json} says of folds.
   *
   * @param by what dealt the rows
   * @param count how many folds there must be
   * @throws WrongInputException where a fold found its rows wrong; the line names the fold
   * @throws JobFailedException where the training of a fold failed, a fold is missing, or its
   *     records do not add up
   */
  public static RunFolds of(Enum<?> by, int count, List<FoldResult> results) {
    if (results.size() != count) {
      throw new JobFailedException(
          "the pipeline ended with %s of %s folds".formatted(results.size(), count));
    }
    results.forEach(result -> requireSuccess(result, count));
    List<RunFold> each = results.stream().map(FoldScores::fold).toList();
    List<FoldScore> scores = new ArrayList<>();
    for (Metric metric : Metric.scores()) {
      List<Double> values = each.stream().map(fold -> metric.in(fold.getTest())).toList();
      if (values.stream().allMatch(Objects::nonNull)) {
        scores.add(score(metric, values));
      }
    }
    return new RunFolds(by.name().toLowerCase(Locale.ROOT), scores, each);
  }

  private static void requireSuccess(FoldResult result, int count) {
    Outcome outcome = result.getOutcome();
    String fold = "fold %s of %s: ".formatted(result.getFold(), count);
    if (outcome.getStatus() == OutcomeStatus.BAD_INPUT) {
      throw new WrongInputException(fold + outcome.getMessage());
    }
    if (outcome.getStatus() != OutcomeStatus.SUCCEEDED) {
      throw new JobFailedException(fold + outcome.getMessage());
    }
    requireWhole("", result, count);
  }

  /**
   * Checks that no record of a fold is lost.
   *
   * @param of what the line begins with, such as a trial and a colon
   * @param count how many folds there are
   * @throws JobFailedException where its records do not add up; one line
   */
  public static void requireWhole(String of, FoldResult fold, int count) {
    Optional<String> gap = RecordCounts.of(fold.getOutcome()).gap(fold.getMetrics(), null);
    if (gap.isPresent()) {
      throw new JobFailedException(
          "%sfold %s of %s: %s".formatted(of, fold.getFold(), count, gap.get()));
    }
  }

  private static RunFold fold(FoldResult result) {
    MetricRow test =
        result.getMetrics().stream()
            .filter(row -> row.getSplit() == Split.TEST)
            .findFirst()
            .orElseThrow();
    return new RunFold(
        result.getOutcome().getTrained(),
        result.getOutcome().getValidated(),
        test.getEpoch(),
        result.getOutcome().getWeightsSha256(),
        test);
  }

  private static FoldScore score(Metric metric, List<Double> values) {
    Spread spread = Spread.of(values);
    return new FoldScore(metric.word(), spread.mean(), spread.deviation());
  }
}
