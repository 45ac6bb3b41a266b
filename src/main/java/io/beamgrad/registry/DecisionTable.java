package io.beamgrad.registry;

import io.beamgrad.report.NumberText;
import io.beamgrad.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Formats decisions as rows of a table. */
public final class DecisionTable {
  private static final int TIME = 1;
  private static final int KIND = 2;
  private static final int STATE = 4;
  private static final int JUDGED_BY = 9;
  private static final int WHY = 12;
  private static final int LONGEST = 60;

  private DecisionTable() {}

  /**
   * The decisions in the order given, and what each published version is now.
   *
   * @param isBrief true gives only the first reason, and the start of that
   */
  public static Table of(RegistrySnapshot registry, List<Decision> decisions, boolean isBrief) {
    Set<String> metrics =
        decisions.stream()
            .map(Decision::scores)
            .filter(Objects::nonNull)
            .map(Decision.Scores::metric)
            .collect(Collectors.toCollection(TreeSet::new));
    boolean isOneMetric = metrics.size() == 1;
    List<List<String>> rows = new ArrayList<>();
    for (Decision decision : decisions) {
      Decision.Scores scores = decision.scores();
      String metric = scores == null || isOneMetric ? "" : scores.metric() + " ";
      rows.add(
          List.of(
              Integer.toString(decision.number()),
              NumberText.time(decision.time()),
              decision.kind().words(),
              decision.version() == null ? "" : Integer.toString(decision.version()),
              decision.kind().isPublish() ? registry.state(decision.version()) : "",
              scores == null ? "" : metric + NumberText.number(scores.challenger()),
              scores == null ? "" : NumberText.number(scores.current()),
              decision.fresh().map(of -> NumberText.number(of.challenger())).orElse(""),
              decision.fresh().map(of -> NumberText.number(of.current())).orElse(""),
              isBrief || decision.judging() == null ? "" : decision.judging().rows(),
              decision.rows() == null ? "" : NumberText.count(decision.rows().trained()),
              decision.copies() == null ? "" : NumberText.percent(decision.copies().share()),
              isBrief ? brief(why(decision)) : String.join("; ", why(decision))));
    }
    return new Table(
            Set.of(TIME, KIND, STATE, JUDGED_BY, WHY),
            List.of(
                "decision",
                "time",
                "what",
                "version",
                "now",
                isOneMetric ? metrics.iterator().next() : "score",
                "in service",
                "fresh",
                "in service, fresh",
                "judged by",
                "trained on",
                "copies",
                "why"),
            rows)
        .withoutEmptyColumns();
  }

  /**
   * What the scores of a table are worth, a sentence each; none where no decision has a score on
   * fresh rows.
   */
  public static List<String> legend(List<Decision> decisions) {
    return decisions.stream().allMatch(decision -> decision.fresh().isEmpty())
        ? List.of()
        : List.of(
            "A score by rows that judge again and again flatters: by 0.01 to 0.02 after months.",
            "A fresh score is by held-out rows of new files, which nobody has chosen a model by.");
  }

  /** Such as "in service, pinned"; empty for one that is only there. */
  public static String state(ModelRegistry registry, int version) {
    return RegistrySnapshot.state(
        registry.currentNumber() == version, registry.isPinned(version), registry.isThere(version));
  }

  private static String brief(List<String> why) {
    return why.isEmpty() ? "" : NumberText.cut(why.get(0), LONGEST);
  }

  private static List<String> why(Decision decision) {
    List<String> parts = new ArrayList<>();
    if (!decision.pruned().isEmpty()) {
      parts.add(
          "removed "
              + decision.pruned().stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
    if (decision.cause() != null) {
      parts.add(decision.cause());
    }
    parts.addAll(decision.reasons());
    return parts;
  }

  /**
   * Such as "accuracy 0.9533, version 2 had 0.9512, on 2,000 rows"; empty where none was judged.
   */
  public static String scores(Decision decision) {
    Decision.Scores scores = decision.scores();
    if (scores == null) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "%s %s%s, on %s rows",
        scores.metric(),
        NumberText.number(scores.challenger()),
        scores.current() == null
            ? ""
            : ", version %s had %s"
                .formatted(decision.parent(), NumberText.number(scores.current())),
        NumberText.count(scores.holdoutRows()));
  }

  /**
   * Such as "accuracy 0.9510, version 2 had 0.9467, 0.9512 when it was published, on 200 rows that
   * nobody has chosen a model by"; empty where there is no such score.
   */
  public static String freshScores(Decision decision) {
    return decision
        .fresh()
        .map(
            fresh ->
                "%s %s%s%s, on %s rows that nobody has chosen a model by"
                    .formatted(
                        decision.scores().metric(),
                        NumberText.number(fresh.challenger()),
                        fresh.current() == null
                            ? ""
                            : ", version %s had %s"
                                .formatted(decision.parent(), NumberText.number(fresh.current())),
                        fresh.published() == null
                            ? ""
                            : ", %s when it was published"
                                .formatted(NumberText.number(fresh.published())),
                        NumberText.count(fresh.rows())))
        .orElse("");
  }

  /** Such as "fresh rows; 12 rows that may have trained a model were left out". */
  public static String judgedBy(Decision decision) {
    Decision.Judging judging = decision.judging();
    if (judging == null) {
      return "";
    }
    return judging.rows()
        + (judging.seen() == 0
            ? ""
            : "; %s rows were left out, as they may have trained a model"
                .formatted(NumberText.count(judging.seen())));
  }
}
