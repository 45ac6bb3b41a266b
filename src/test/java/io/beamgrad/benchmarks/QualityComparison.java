package io.beamgrad.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Compares beamgrad with its peers on the splits of each table that all of them have scores of.
 *
 * <p>A difference is that of two programs on the same split, and its standard error that of the
 * mean over the splits. The best program of a table is the one with the highest mean.
 */
final class QualityComparison {
  static final String OURS = "beamgrad";
  static final String LINEAR = "linear";
  static final String ACCURACY = "accuracy";
  private static final double BELOW_LINEAR = 0.01;
  private static final double BELOW_BEST_R2 = 0.01;
  private static final double BELOW_BEST_ACCURACY = 0.005;

  /**
   * What should hold.
   *
   * @param why the numbers that say so
   */
  record Condition(String text, boolean holds, String why) {}

  private final List<QualityScore> scores;

  /** Takes scores of all programs; tables without one of beamgrad do not count. */
  QualityComparison(List<QualityScore> all) {
    Set<String> ours =
        all.stream()
            .filter(score -> score.program().equals(OURS))
            .map(QualityScore::table)
            .collect(Collectors.toSet());
    List<QualityScore> compared =
        all.stream().filter(score -> ours.contains(score.table())).toList();
    this.scores =
        compared.stream()
            .filter(score -> commonSplits(compared, score.table()).contains(score.split()))
            .toList();
  }

  private static Set<Integer> commonSplits(List<QualityScore> scores, String table) {
    Map<String, Set<Integer>> splits =
        scores.stream()
            .filter(score -> score.table().equals(table))
            .collect(
                Collectors.groupingBy(
                    QualityScore::program,
                    Collectors.mapping(QualityScore::split, Collectors.toSet())));
    Set<Integer> common = new TreeSet<>(splits.get(OURS));
    splits.values().forEach(common::retainAll);
    return common;
  }

  /** In the order of their first scores. */
  List<String> tables() {
    return different(QualityScore::table);
  }

  /** Beamgrad first, the others in the order of their first scores. */
  List<String> programs() {
    List<String> programs = new ArrayList<>(different(QualityScore::program));
    programs.sort(Comparator.comparing(program -> !program.equals(OURS)));
    return programs;
  }

  private List<String> different(Function<QualityScore, String> of) {
    return scores.stream().map(of).distinct().toList();
  }

  /** The number of splits that all programs have. */
  int splits(String table) {
    return of(table, OURS).size();
  }

  String metric(String table) {
    return of(table, OURS).values().iterator().next().metric();
  }

  boolean has(String table, String program) {
    return !of(table, program).isEmpty();
  }

  PairedMean mean(String table, String program) {
    return PairedMean.of(of(table, program).values().stream().map(QualityScore::value).toList());
  }

  /** Seconds of a split, the mean over all tables' splits. */
  double seconds(String program) {
    return scores.stream()
        .filter(score -> score.program().equals(program))
        .mapToDouble(QualityScore::seconds)
        .average()
        .orElse(Double.NaN);
  }

  /** By how much beamgrad is better than another. */
  PairedMean difference(String table, String other) {
    Map<Integer, QualityScore> theirs = of(table, other);
    return PairedMean.of(
        of(table, OURS).values().stream()
            .map(ours -> ours.value() - theirs.get(ours.split()).value())
            .toList());
  }

  private Map<Integer, QualityScore> of(String table, String program) {
    return scores.stream()
        .filter(score -> score.table().equals(table) && score.program().equals(program))
        .collect(Collectors.toMap(QualityScore::split, Function.identity()));
  }

  /** The program with the highest mean; of equal ones beamgrad. */
  String best(String table) {
    return programs().stream()
        .filter(program -> has(table, program))
        .max(
            Comparator.<String>comparingDouble(program -> mean(table, program).mean())
                .thenComparing(program -> program.equals(OURS)))
        .orElseThrow();
  }

  /**
   * The mean over all tables of a program's place by its mean, 1 for the best; ties share theirs.
   */
  double meanRank(String program) {
    return tables().stream()
        .filter(table -> has(table, program))
        .mapToDouble(table -> rank(table, program))
        .average()
        .orElse(Double.NaN);
  }

  private double rank(String table, String program) {
    double own = mean(table, program).mean();
    double rank = 1;
    for (String other : programs()) {
      if (!other.equals(program) && has(table, other)) {
        int order = Double.compare(mean(table, other).mean(), own);
        rank += order > 0 ? 1 : order == 0 ? 0.5 : 0;
      }
    }
    return rank;
  }

  /** What is asked of beamgrad; nothing where it is alone. */
  List<Condition> conditions() {
    List<Condition> conditions = new ArrayList<>();
    if (programs().size() > 1) {
      conditions.add(bestRank());
      if (programs().contains(LINEAR)) {
        conditions.add(nearLinear());
      }
      conditions.add(nearBest("R2", BELOW_BEST_R2, table -> !isOfClasses(table)));
      conditions.add(nearBest("accuracy", BELOW_BEST_ACCURACY, this::isOfClasses));
    }
    return conditions;
  }

  private boolean isOfClasses(String table) {
    return metric(table).equals(ACCURACY);
  }

  private Condition bestRank() {
    String next =
        programs().stream()
            .filter(program -> !program.equals(OURS))
            .min(Comparator.comparingDouble(this::meanRank))
            .orElseThrow();
    return new Condition(
        "the best mean rank of the " + programs().size(),
        meanRank(OURS) <= meanRank(next),
        String.format(Locale.ROOT, "%.2f, %s %.2f", meanRank(OURS), next, meanRank(next)));
  }

  private Condition nearLinear() {
    List<String> linear = tables().stream().filter(table -> has(table, LINEAR)).toList();
    List<String> below =
        linear.stream().filter(table -> !difference(table, LINEAR).isWithin(BELOW_LINEAR)).toList();
    return new Condition(
        "nowhere more than %s below the linear model".formatted(BELOW_LINEAR),
        below.isEmpty(),
        below.isEmpty() ? "all " + linear.size() : differences(below, table -> LINEAR));
  }

  /** On all tables of a metric but one, as one table may have what only another program can use. */
  private Condition nearBest(String metric, double margin, Predicate<String> which) {
    List<String> asked = tables().stream().filter(which).toList();
    List<String> below =
        asked.stream().filter(table -> !difference(table, best(table)).isWithin(margin)).toList();
    int needed = Math.max(1, asked.size() - 1);
    int near = asked.size() - below.size();
    return new Condition(
        "%s within %s of the best of all on at least %s of %s"
            .formatted(metric, margin, Math.min(needed, asked.size()), asked.size()),
        near >= Math.min(needed, asked.size()),
        near + (below.isEmpty() ? "" : "; not " + differences(below, this::best)));
  }

  private String differences(List<String> tables, Function<String, String> other) {
    return tables.stream()
        .map(table -> table + " " + difference(table, other.apply(table)).text())
        .collect(Collectors.joining(", "));
  }
}
