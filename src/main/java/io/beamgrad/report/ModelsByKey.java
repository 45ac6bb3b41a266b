package io.beamgrad.report;

import io.beamgrad.schema.EachOutcome;
import io.beamgrad.schema.KeyDetails;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyQuantile;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.KeyScore;
import io.beamgrad.schema.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The section of a page about models by key; of however many keys it shows some.
 *
 * @param note says what the section is about
 * @param models how many keys have which model
 * @param scores of all rows together
 * @param bars keys by their loss divided by that of the pooled model
 * @param quantiles of the losses of keys
 * @param split names the rows that the scores of keys are of; empty where no key has one
 * @param largest the keys of the most training and validation rows
 * @param worst the keys of the largest loss
 */
public record ModelsByKey(
    String note,
    Table models,
    Table scores,
    List<Bar> bars,
    Table quantiles,
    String split,
    Table largest,
    Table worst) {
  private static final Table NONE = new Table(0, List.of(), List.of());
  private static final int MOST_CHARS = 40;

  /**
   * Makes the section.
   *
   * @param details null where a run has none
   */
  static ModelsByKey of(EachOutcome each, @Nullable KeyDetails details) {
    boolean hasScores = details != null && details.getSplit() != Split.TRAIN;
    return new ModelsByKey(
        "A model for each of the %s values of %s. Each began at the weights of the pooled model, which was trained on %s rows of all keys; a key without a model of its own takes the pooled one."
            .formatted(
                NumberText.count(each.getKeys()),
                each.getColumn(),
                NumberText.count(each.getPooledRows())),
        models(each),
        scores(each),
        hasScores ? bars(details) : List.of(),
        hasScores ? quantiles(details.getQuantiles()) : NONE,
        hasScores ? DetailSections.name(details.getSplit()) : "",
        details == null ? NONE : keys(details.getLargest(), details.getSplit()),
        details == null ? NONE : keys(details.getWorst(), details.getSplit()));
  }

  private static Table models(EachOutcome each) {
    List<List<String>> rows = new ArrayList<>();
    for (KeyEnd ended : KeyEnd.values()) {
      long keys =
          switch (ended) {
            case OWN -> each.getOwn();
            case FEW_ROWS -> each.getFewRows();
            case POOLED_IS_BETTER -> each.getPooledIsBetter();
            case DIVERGED -> each.getDiverged();
          };
      rows.add(
          List.of(
              KeysText.model(ended),
              NumberText.count(keys),
              NumberText.percent(each.getKeys() == 0 ? 0 : (double) keys / each.getKeys())));
    }
    return new Table(1, List.of("model", "keys", "of all"), rows);
  }

  private static Table scores(EachOutcome each) {
    List<List<String>> rows = new ArrayList<>();
    addScore("validation", each.getValidation(), rows);
    addScore("test", each.getTest(), rows);
    return new Table(
            1, List.of("all rows", "loss", "pooled loss", "accuracy", "pooled accuracy"), rows)
        .withoutEmptyColumns();
  }

  private static void addScore(String split, @Nullable KeyScore score, List<List<String>> rows) {
    if (score != null) {
      rows.add(
          List.of(
              split,
              NumberText.number(score.getLoss()),
              NumberText.number(score.getPooledLoss()),
              percent(score.getAccuracy()),
              percent(score.getPooledAccuracy())));
    }
  }

  private static String percent(@Nullable Double share) {
    return share == null ? "" : NumberText.percent(share);
  }

  /** From the first bar with keys to the last one. */
  private static List<Bar> bars(KeyDetails details) {
    List<Long> counts = details.getBars();
    long all = counts.stream().mapToLong(Long::longValue).sum();
    long most = counts.stream().mapToLong(Long::longValue).max().orElse(0);
    int first = 0;
    int last = counts.size() - 1;
    while (first <= last && counts.get(first) == 0) {
      first++;
    }
    while (last >= first && counts.get(last) == 0) {
      last--;
    }
    List<Bar> bars = new ArrayList<>();
    for (int bar = first; bar <= last; bar++) {
      long keys = counts.get(bar);
      boolean isWorse = bar > 0 && details.getEdges().get(bar - 1) >= 1;
      String share = NumberText.percent((double) keys / all);
      String name = range(details.getEdges(), bar);
      Bar drawn =
          Bar.of(
              name,
              (double) keys,
              (double) most,
              "%s (%s)".formatted(NumberText.count(keys), share),
              "%s of %s keys".formatted(NumberText.count(keys), NumberText.count(all)));
      bars.add(new Bar(name, drawn.percent(), isWorse, drawn.value(), drawn.title()));
    }
    return bars;
  }

  private static String range(List<Double> edges, int bar) {
    if (bar == 0) {
      return "below " + NumberText.brief(edges.get(0));
    }
    String from = NumberText.brief(edges.get(bar - 1));
    return bar == edges.size()
        ? "from " + from
        : "%s to %s".formatted(from, NumberText.brief(edges.get(bar)));
  }

  private static Table quantiles(List<KeyQuantile> quantiles) {
    List<List<String>> rows = new ArrayList<>();
    for (KeyQuantile quantile : quantiles) {
      double share = quantile.getShare();
      rows.add(
          List.of(
              share == 0
                  ? "lowest"
                  : share == 1
                      ? "highest"
                      : share == 0.5
                          ? "median"
                          : NumberText.percentTick(share) + " of keys at most",
              NumberText.number(quantile.getLoss()),
              NumberText.number(quantile.getPooledLoss())));
    }
    return new Table(1, List.of("loss of a key", "its model", "pooled model"), rows);
  }

  /**
   * A row for each key.
   *
   * @param split whose scores are shown
   */
  public static Table keys(List<KeyResult> keys, Split split) {
    List<List<String>> rows = new ArrayList<>();
    for (KeyResult key : keys) {
      KeyScore score = split == Split.TEST ? key.getTest() : key.getValidation();
      boolean isOwn = key.getEnded() == KeyEnd.OWN;
      List<String> row = new ArrayList<>();
      row.add(NumberText.cut(key.getKey(), MOST_CHARS));
      row.add(KeysText.model(key.getEnded()));
      row.add(NumberText.count(key.getTrained()));
      row.add(count(key.getValidated()));
      row.add(count(key.getTested()));
      row.add(
          key.getEpochs() == 0 ? "" : "%s of %s".formatted(key.getKeptEpoch(), key.getEpochs()));
      row.add(
          score == null ? "" : NumberText.number(isOwn ? score.getLoss() : score.getPooledLoss()));
      row.add(score == null ? "" : NumberText.number(score.getPooledLoss()));
      row.add(
          score == null ? "" : percent(isOwn ? score.getAccuracy() : score.getPooledAccuracy()));
      row.add(score == null ? "" : percent(score.getPooledAccuracy()));
      rows.add(row);
    }
    return new Table(
            Set.of(0, 1),
            List.of(
                "key",
                "model",
                "rows trained",
                "validated",
                "tested",
                "epoch kept",
                "loss",
                "pooled loss",
                "accuracy",
                "pooled accuracy"),
            rows)
        .withoutEmptyColumns();
  }

  private static String count(long rows) {
    return rows == 0 ? "" : NumberText.count(rows);
  }
}
