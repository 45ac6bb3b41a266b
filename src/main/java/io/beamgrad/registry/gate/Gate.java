package io.beamgrad.registry.gate;

import io.beamgrad.evaluation.ModelComparison;
import io.beamgrad.evaluation.PerRowScore;
import io.beamgrad.metrics.Metric;
import io.beamgrad.train.ClassCounts;
import io.beamgrad.train.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Decides whether a challenger is published. A score that is not a number never passes; a first
 * version is judged by the floors alone.
 */
public final class Gate {
  /** Scores are quotients, so that a difference of exactly the limit may come out a little over. */
  private static final double ROUNDING = 1e-12;

  /**
   * The last version that was better than the one before it, beside the challenger.
   *
   * @param comparison of the two on the rows that have trained neither
   */
  public record Reference(int version, ModelComparison.Result comparison) {}

  private final GateRule rule;
  private final ModelComparison.Result comparison;
  private final @Nullable Reference reference;
  private final List<String> objections = new ArrayList<>();
  private final List<String> grounds = new ArrayList<>();

  private Gate(GateRule rule, ModelComparison.Result comparison, @Nullable Reference reference) {
    this.rule = rule;
    this.comparison = comparison;
    this.reference = reference;
  }

  /**
   * The score of a row that a rule compares in pairs; null where its metric is no mean over rows.
   */
  public static @Nullable PerRowScore rowMetric(GateRule rule) {
    return rule.metric().isMeanOfRows() ? PerRowScore.valueOf(rule.metric().name()) : null;
  }

  /**
   * @param version the number of the version in service; null where there is none, and then there
   *     are no pairs
   * @param reference what a challenger that may be worse is measured by too, so that many small
   *     losses do not add up; null where there is none but the version in service
   * @param seed of the bootstrap
   * @throws InterruptedException where the bootstrap is interrupted
   */
  public static Verdict judge(
      GateRule rule,
      ModelComparison.Result comparison,
      @Nullable Integer version,
      @Nullable Reference reference,
      long seed)
      throws InterruptedException {
    if ((version == null) != (comparison.current() == null)) {
      throw new IllegalArgumentException(
          "a version in service and its scores come together, found version " + version);
    }
    return new Gate(rule, comparison, reference).judge(version, seed);
  }

  private Verdict judge(@Nullable Integer version, long seed) throws InterruptedException {
    Evaluation scored = version == null ? comparison.challenger() : comparison.challengerPaired();
    double score = rule.metric().score(scored);
    checkRows(scored, version == null);
    if (scored.examples() > 0 && Double.isNaN(score)) {
      objections.add(
          "%s of the challenger is not a number on %s".formatted(rule.metric(), rows(scored)));
    }
    checkUnknown();
    checkFloors();
    checkClasses();
    checkSegments();
    TestResult test = null;
    Double other = null;
    if (version == null) {
      grounds.add(
          "the first version: %s %s on %s%s"
              .formatted(
                  rule.metric(),
                  Numbers.format(score),
                  rows(scored),
                  hasFloors() ? ", all floors hold" : ""));
    } else {
      other = rule.metric().score(comparison.current());
      checkGain(score, other, version);
      if (scored.examples() > 0) {
        test = test(seed);
        checkTest(test, version);
      }
      checkReference();
    }
    return new Verdict(
        objections.isEmpty(),
        objections.isEmpty() && (version == null || isSuperior(score, other, test)),
        objections.isEmpty() ? grounds : objections,
        rule.metric(),
        score,
        other,
        scored.examples(),
        test);
  }

  private void checkRows(Evaluation scored, boolean isFirst) {
    String judging =
        isFirst
            ? "rows of the holdout to judge by"
            : "rows of the holdout to judge by, which neither model has trained on";
    String left =
        comparison.seen() == 0
            ? ""
            : String.format(
                Locale.ROOT, " (%,d more may have trained one of them)", comparison.seen());
    int least = rule.leastRows(isFirst);
    if (scored.examples() == 0) {
      objections.add("no " + judging + left);
    } else if (scored.examples() < least) {
      objections.add(
          String.format(
              Locale.ROOT,
              "%,d %s%s, at least %,d wanted",
              scored.examples(),
              judging,
              left,
              least));
    } else if (comparison.seen() > 0) {
      grounds.add(String.format(Locale.ROOT, "%,d %s%s", scored.examples(), judging, left));
    }
  }

  /** Whether the challenger is better than the version in service beyond chance. */
  private boolean isSuperior(double score, double other, @Nullable TestResult test) {
    double gain = rule.metric().gain(score, other);
    boolean isBetter =
        rule.maxLoss() == null
            || ((test == null || test.lower() == null) ? gain > rule.maxLoss() : test.lower() > 0);
    return isBetter && (reference == null || !hasEnough() || referenceGain() >= 0);
  }

  /** Whether as many rows compare with the reference as it takes to judge. */
  private boolean hasEnough() {
    return reference.comparison().challengerPaired().examples() >= rule.leastRows(false);
  }

  private double referenceGain() {
    return rule.metric()
        .gain(
            rule.metric().score(reference.comparison().challengerPaired()),
            rule.metric().score(reference.comparison().current()));
  }

  private void checkReference() {
    if (reference == null || rule.maxLoss() == null) {
      return;
    }
    Evaluation ours = reference.comparison().challengerPaired();
    if (!hasEnough()) {
      grounds.add(
          "too few rows (%s) to compare with version %s, the last that was better than the one before it"
              .formatted(Numbers.count(ours.examples()), reference.version()));
      return;
    }
    double score = rule.metric().score(ours);
    double other = rule.metric().score(reference.comparison().current());
    String words =
        "%s %s on %s, %s of version %s, the last that was better than the one before it: %s"
            .formatted(
                rule.metric(),
                Numbers.format(score),
                rows(ours),
                Numbers.format(other),
                reference.version(),
                difference(score - other));
    if (referenceGain() >= -rule.maxLoss() - ROUNDING) {
      grounds.add(words);
    } else {
      objections.add(words + ", " + wanted());
    }
  }

  /** Rows of classes that the challenger does not know; they are wrong in its accuracy already. */
  private void checkUnknown() {
    if (comparison.unknown() == 0) {
      return;
    }
    long rows = comparison.challenger().examples();
    double share = (double) comparison.unknown() / rows;
    String words =
        String.format(
            Locale.ROOT,
            "%,d of %,d rows of the holdout (%s) are of a class that the challenger does not know, the first '%s'",
            comparison.unknown(),
            rows,
            Numbers.format(share),
            comparison.firstUnknown());
    if (rule.unknown() == null || share <= rule.unknown() + ROUNDING) {
      grounds.add(words);
    } else {
      objections.add(
          "%s, at most %s wanted (retrain.gate.unknown)"
              .formatted(words, Numbers.format(rule.unknown())));
    }
  }

  private boolean hasFloors() {
    return !rule.floors().isEmpty()
        || !rule.classFloors().isEmpty()
        || !rule.segmentFloors().isEmpty();
  }

  private static String rows(Evaluation of) {
    return rows(of.examples(), of.rowWeight());
  }

  /** Such as "1,000 rows", or where they have weights "1,000 rows of weight 431.5". */
  private static String rows(long rows, @Nullable Double weight) {
    return Numbers.count(rows)
        + (rows == 1 ? " row" : " rows")
        + (weight == null ? "" : " of weight " + Numbers.format(weight));
  }

  private void checkFloors() {
    rule.floors()
        .forEach((metric, limit) -> checkFloor(metric, "", comparison.challenger(), limit));
  }

  private void checkFloor(Metric metric, String where, Evaluation of, double limit) {
    double score = metric.score(of);
    if (!(metric.gain(score, limit) >= 0)) {
      objections.add(
          "%s %s on %s%s, %s %s wanted"
              .formatted(
                  metric,
                  Numbers.format(score),
                  rows(of),
                  where,
                  metric.isHigherBetter() ? "at least" : "at most",
                  Numbers.format(limit)));
    }
  }

  private void checkClasses() {
    ClassCounts counts = comparison.challenger().classes();
    rule.classFloors()
        .forEach(
            (score, floor) -> {
              requireNames("class", floor, comparison.labels(), score.toString());
              if (counts == null || !counts.hasPairs()) {
                objections.add(
                    counts == null
                        ? "no rows to tell the %s of classes from".formatted(score)
                        : String.format(
                            Locale.ROOT,
                            "%s is not counted for more than %,d classes",
                            score,
                            ClassCounts.MOST_CLASSES));
                return;
              }
              for (int label = 0; label < counts.classes(); label++) {
                checkClass(score, floor, counts, label);
              }
            });
  }

  private void checkClass(GateRule.ClassScore score, Floor floor, ClassCounts counts, int label) {
    String name = comparison.labels().get(label);
    Double limit = floor.of(name);
    if (limit == null) {
      return;
    }
    String rows = rows(counts.rows(label), counts.isWeighted() ? counts.weight(label) : null);
    if (counts.weight(label) == 0) {
      objections.add(
          "%s of class '%s' to tell its %s from"
              .formatted(counts.rows(label) == 0 ? "no rows" : "only " + rows, name, score));
      return;
    }
    double value =
        switch (score) {
          case PRECISION -> counts.precision(label);
          case RECALL -> counts.recall(label);
          case F1 -> counts.f1(label);
        };
    if (!(value >= limit)) {
      objections.add(
          "%s %s of class '%s' on %s, at least %s wanted"
              .formatted(score, Numbers.format(value), name, rows, Numbers.format(limit)));
    }
  }

  private void checkSegments() {
    rule.segmentFloors()
        .forEach(
            (metric, floor) -> {
              requireNames(
                  "segment", floor, List.copyOf(comparison.segments().keySet()), metric.toString());
              for (Map.Entry<String, Evaluation> segment : comparison.segments().entrySet()) {
                Double limit = floor.of(segment.getKey());
                if (limit != null) {
                  String where = " where %s is '%s'".formatted(rule.segment(), segment.getKey());
                  checkFloor(metric, where, segment.getValue(), limit);
                }
              }
            });
  }

  /** Objects to each floor of a class or segment that is not there. */
  private void requireNames(String what, Floor floor, List<String> names, String score) {
    for (String name : floor.sorted().keySet()) {
      if (!name.equals(Floor.OTHERS) && !names.contains(name)) {
        objections.add("no %s '%s' to tell its %s from".formatted(what, name, score));
      }
    }
  }

  private void checkGain(double score, double other, int version) {
    double gain = rule.metric().gain(score, other);
    String words =
        "%s %s on %s, %s of version %s: %s"
            .formatted(
                rule.metric(),
                Numbers.format(score),
                rows(comparison.challengerPaired()),
                Numbers.format(other),
                version,
                difference(score - other));
    if (comparison.unpaired() > 0) {
      words +=
          String.format(
              Locale.ROOT,
              " (%,d more rows are none that both can be scored on)",
              comparison.unpaired());
    }
    boolean isEnough =
        rule.maxLoss() != null
            ? gain >= -rule.maxLoss() - ROUNDING
            : rule.minGain() > 0 ? gain >= rule.minGain() - ROUNDING : gain > 0;
    if (isEnough) {
      grounds.add(words);
    } else {
      objections.add(words + ", " + wanted());
    }
  }

  private String difference(double difference) {
    if (difference == 0) {
      return "the same";
    }
    return Double.isNaN(difference)
        ? "no comparison"
        : Numbers.format(Math.abs(difference)) + (difference > 0 ? " higher" : " lower");
  }

  private String wanted() {
    String better = rule.metric().isHigherBetter() ? "higher" : "lower";
    String worse = rule.metric().isHigherBetter() ? "lower" : "higher";
    if (rule.maxLoss() != null) {
      return "at most %s %s allowed".formatted(Numbers.format(rule.maxLoss()), worse);
    }
    return rule.minGain() > 0
        ? "at least %s %s wanted".formatted(Numbers.format(rule.minGain()), better)
        : better + " wanted";
  }

  /** McNemar's test takes rows for independent, so that groups of them get a bootstrap. */
  private @Nullable TestResult test(long seed) throws InterruptedException {
    if (rule.test() == GateRule.Test.NONE) {
      return null;
    }
    SamplingUnits units = SamplingUnits.of(comparison.pairs(), rule.metric());
    return rule.test() == GateRule.Test.MCNEMAR && !units.areGroups()
        ? McNemar.of(
            comparison.pairs().onlyChallenger(),
            comparison.pairs().onlyCurrent(),
            rule.confidence())
        : PairedBootstrap.of(units, margin(), rule.confidence(), rule.resamples(), seed);
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
    if (test.lower() == null) {
      double most = 1 - rule.confidence();
      isPassed = test.pValue() <= most + ROUNDING;
      words =
          String.format(
              Locale.ROOT,
              "McNemar's test: %,d rows right that version %d has wrong, %,d the other way round, p %s",
              comparison.pairs().onlyChallenger(),
              version,
              comparison.pairs().onlyCurrent(),
              Numbers.format(test.pValue()));
      wanted = "at most %s wanted".formatted(Numbers.format(most));
    } else {
      boolean mayBeWorse = rule.maxLoss() != null;
      isPassed = mayBeWorse ? test.lower() >= margin() - ROUNDING : test.lower() > 0;
      words =
          "bootstrap%s: with %s%% confidence %s"
              .formatted(
                  test.groups() == null ? "" : " of " + Numbers.count(test.groups()) + " groups",
                  Numbers.format(100 * rule.confidence()),
                  test.lower().isNaN()
                      ? "nothing can be told"
                      : "%s is better by at least %s"
                          .formatted(rule.metric(), Numbers.format(test.lower())));
      wanted = (mayBeWorse ? "at least " : "more than ") + Numbers.format(margin()) + " wanted";
    }
    if (isPassed) {
      grounds.add(words);
    } else {
      objections.add(words + ", " + wanted);
    }
  }
}
