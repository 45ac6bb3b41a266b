package io.beamgrad.registry.gate;

import io.beamgrad.evaluation.ModelComparison;
import io.beamgrad.evaluation.PerRowScore;
import io.beamgrad.train.ClassCounts;
import io.beamgrad.train.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Decides whether a challenger is published. A score that is not a number never passes; a first
 * version is judged by the floors alone.
 */
public final class Gate {
  /** Scores are quotients, so that a difference of exactly the limit may come out a little over. */
  private static final double ROUNDING = 1e-12;

  private final GateRule rule;
  private final ModelComparison.Result found;
  private final List<String> againstIt = new ArrayList<>();
  private final List<String> forIt = new ArrayList<>();

  private Gate(GateRule rule, ModelComparison.Result found) {
    this.rule = rule;
    this.found = found;
  }

  /** What pairs of rows have to be kept of for a rule; null where its metric is no mean of rows. */
  public static @Nullable PerRowScore rowMetric(GateRule rule) {
    return rule.metric().isMeanOfRows() ? PerRowScore.valueOf(rule.metric().name()) : null;
  }

  /**
   * @param version the number of the version in service; null where there is none, and then there
   *     are no pairs
   * @param seed of the bootstrap
   */
  public static Verdict judge(
      GateRule rule, ModelComparison.Result found, @Nullable Integer version, long seed) {
    if ((version == null) != (found.current() == null)) {
      throw new IllegalArgumentException(
          "a version in service and its scores come together, found version " + version);
    }
    return new Gate(rule, found).judge(version, seed);
  }

  private Verdict judge(@Nullable Integer version, long seed) {
    Evaluation scored = version == null ? found.challenger() : found.challengerPaired();
    double score = rule.metric().in(scored);
    if (scored.examples() == 0) {
      againstIt.add("no rows of the holdout to judge by");
    } else if (Double.isNaN(score)) {
      againstIt.add(
          "%s of the challenger is not a number on %s".formatted(rule.metric(), rows(scored)));
    }
    if (found.unknown() > 0) {
      againstIt.add(
          "%,d rows of the holdout have a class that the challenger does not know, the first '%s'"
              .formatted(found.unknown(), found.firstUnknown()));
    }
    checkFloors();
    checkClasses();
    checkSegments();
    TestResult test = null;
    Double other = null;
    if (version == null) {
      forIt.add(
          "the first version: %s %s on %s%s"
              .formatted(
                  rule.metric(),
                  Numbers.shown(score),
                  rows(scored),
                  hasFloors() ? ", all floors hold" : ""));
    } else {
      other = rule.metric().in(found.current());
      checkGain(score, other, version);
      if (scored.examples() > 0) {
        test = test(seed);
        checkTest(test, version);
      }
    }
    return new Verdict(
        againstIt.isEmpty(),
        againstIt.isEmpty() ? forIt : againstIt,
        rule.metric(),
        score,
        other,
        scored.examples(),
        test);
  }

  private boolean hasFloors() {
    return !rule.floors().isEmpty()
        || !rule.classFloors().isEmpty()
        || !rule.segmentFloors().isEmpty();
  }

  private static String rows(Evaluation of) {
    return "%,d %s".formatted(of.examples(), of.examples() == 1 ? "row" : "rows");
  }

  private void checkFloors() {
    rule.floors().forEach((metric, limit) -> checkFloor(metric, "", found.challenger(), limit));
  }

  private void checkFloor(Metric metric, String where, Evaluation of, double limit) {
    double score = metric.in(of);
    if (!(metric.gain(score, limit) >= 0)) {
      againstIt.add(
          "%s %s on %s%s, %s %s wanted"
              .formatted(
                  metric,
                  Numbers.shown(score),
                  rows(of),
                  where,
                  metric.isHigherBetter() ? "at least" : "at most",
                  Numbers.shown(limit)));
    }
  }

  private void checkClasses() {
    ClassCounts counts = found.challenger().classes();
    rule.classFloors()
        .forEach(
            (score, floor) -> {
              requireNames("class", floor, found.labels(), score.toString());
              if (counts == null || !counts.hasPairs()) {
                againstIt.add(
                    counts == null
                        ? "no rows to tell the %s of classes from".formatted(score)
                        : "%s is not counted for more than %,d classes"
                            .formatted(score, ClassCounts.MOST_CLASSES));
                return;
              }
              for (int label = 0; label < counts.classes(); label++) {
                checkClass(score, floor, counts, label);
              }
            });
  }

  private void checkClass(GateRule.ClassScore score, Floor floor, ClassCounts counts, int label) {
    String name = found.labels().get(label);
    Double limit = floor.of(name);
    if (limit == null) {
      return;
    }
    long rows = counts.rows(label);
    if (rows == 0) {
      againstIt.add("no rows of class '%s' to tell its %s from".formatted(name, score));
      return;
    }
    double value =
        switch (score) {
          case PRECISION -> counts.precision(label);
          case RECALL -> counts.recall(label);
          case F1 -> counts.f1(label);
        };
    if (!(value >= limit)) {
      againstIt.add(
          "%s %s of class '%s' on %,d %s, at least %s wanted"
              .formatted(
                  score,
                  Numbers.shown(value),
                  name,
                  rows,
                  rows == 1 ? "row" : "rows",
                  Numbers.shown(limit)));
    }
  }

  private void checkSegments() {
    rule.segmentFloors()
        .forEach(
            (metric, floor) -> {
              requireNames(
                  "segment", floor, List.copyOf(found.segments().keySet()), metric.toString());
              for (Map.Entry<String, Evaluation> segment : found.segments().entrySet()) {
                Double limit = floor.of(segment.getKey());
                if (limit != null) {
                  String where = " where %s is '%s'".formatted(rule.segment(), segment.getKey());
                  checkFloor(metric, where, segment.getValue(), limit);
                }
              }
            });
  }

  /** A floor of something that is not there cannot hold. */
  private void requireNames(String what, Floor floor, List<String> names, String score) {
    for (String name : floor.sorted().keySet()) {
      if (!name.equals(Floor.OTHERS) && !names.contains(name)) {
        againstIt.add("no %s '%s' to tell its %s from".formatted(what, name, score));
      }
    }
  }

  private void checkGain(double score, double other, int version) {
    double gain = rule.metric().gain(score, other);
    String words =
        "%s %s on %s, %s of version %d: %s"
            .formatted(
                rule.metric(),
                Numbers.shown(score),
                rows(found.challengerPaired()),
                Numbers.shown(other),
                version,
                difference(score - other));
    if (found.unpaired() > 0) {
      words +=
          " (%,d more rows are none that version %d can be scored on)"
              .formatted(found.unpaired(), version);
    }
    boolean isEnough =
        rule.maxLoss() != null
            ? gain >= -rule.maxLoss() - ROUNDING
            : rule.minGain() > 0 ? gain >= rule.minGain() - ROUNDING : gain > 0;
    if (isEnough) {
      forIt.add(words);
    } else {
      againstIt.add(words + ", " + wanted());
    }
  }

  private String difference(double difference) {
    if (difference == 0) {
      return "the same";
    }
    return Double.isNaN(difference)
        ? "no comparison"
        : Numbers.shown(Math.abs(difference)) + (difference > 0 ? " higher" : " lower");
  }

  private String wanted() {
    String better = rule.metric().isHigherBetter() ? "higher" : "lower";
    String worse = rule.metric().isHigherBetter() ? "lower" : "higher";
    if (rule.maxLoss() != null) {
      return "at most %s %s allowed".formatted(Numbers.shown(rule.maxLoss()), worse);
    }
    return rule.minGain() > 0
        ? "at least %s %s wanted".formatted(Numbers.shown(rule.minGain()), better)
        : better + " wanted";
  }

  private @Nullable TestResult test(long seed) {
    return switch (rule.test()) {
      case NONE -> null;
      case MCNEMAR ->
          McNemar.of(
              found.pairs().onlyChallenger(), found.pairs().onlyCurrent(), rule.confidence());
      case BOOTSTRAP ->
          PairedBootstrap.of(
              found.pairs(), rule.metric(), margin(), rule.confidence(), rule.resamples(), seed);
    };
  }

  /** The gain that the bootstrap must show. */
  private double margin() {
    return rule.maxLoss() == null ? 0 : -rule.maxLoss();
  }

  private void checkTest(@Nullable TestResult test, int version) {
    if (test == null) {
      return;
    }
    boolean isPassed;
    String words;
    String wanted;
    if (rule.test() == GateRule.Test.MCNEMAR) {
      double most = 1 - rule.confidence();
      isPassed = test.pValue() <= most + ROUNDING;
      words =
          "McNemar's test: %,d rows right that version %d has wrong, %,d the other way round, p %s"
              .formatted(
                  found.pairs().onlyChallenger(),
                  version,
                  found.pairs().onlyCurrent(),
                  Numbers.shown(test.pValue()));
      wanted = "at most %s wanted".formatted(Numbers.shown(most));
    } else {
      boolean mayBeWorse = rule.maxLoss() != null;
      isPassed = mayBeWorse ? test.lower() >= margin() - ROUNDING : test.lower() > 0;
      words =
          "bootstrap: with %s%% confidence %s is better by at least %s"
              .formatted(
                  Numbers.shown(100 * rule.confidence()),
                  rule.metric(),
                  Numbers.shown(test.lower()));
      wanted = (mayBeWorse ? "at least " : "more than ") + Numbers.shown(margin()) + " wanted";
    }
    if (isPassed) {
      forIt.add(words);
    } else {
      againstIt.add(words + ", " + wanted);
    }
  }
}
