package io.beamgrad.report;

import io.beamgrad.schema.EachOutcome;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What a person is told of the models by key. */
public final class KeysText {
  private KeysText() {}

  /** Which model a key has, and why. */
  public static String model(KeyEnd ended) {
    return switch (ended) {
      case OWN -> "its own";
      case FEW_ROWS -> "pooled: too few rows";
      case POOLED_IS_BETTER -> "pooled: better in validation";
      case DIVERGED -> "pooled: its own diverged";
    };
  }

  /** How many keys have which model, such as "170 have their own models". */
  public static String models(EachOutcome each) {
    long pooled = each.getKeys() - each.getOwn();
    String own =
        each.getOwn() == 0
            ? "none has its own model"
            : NumberText.count(each.getOwn())
                + verb(each.getOwn(), "has its own model", "have their own models");
    if (pooled == 0) {
      return own;
    }
    List<String> why = new ArrayList<>();
    add(why, each.getFewRows(), " has too few rows", " have too few rows");
    add(why, each.getPooledIsBetter(), " is better off with it", " are better off with it");
    add(why, each.getDiverged(), " diverged", " diverged");
    return "%s, %s%s (%s)"
        .formatted(
            own,
            NumberText.count(pooled),
            verb(pooled, "takes the pooled one", "take the pooled one"),
            String.join(", ", why));
  }

  private static String verb(long count, String one, String many) {
    return " " + (count == 1 ? one : many);
  }

  private static void add(List<String> why, long count, String one, String many) {
    if (count > 0) {
      why.add(NumberText.count(count) + (count == 1 ? one : many));
    }
  }

  /**
   * Some lines of a training, without a label: how many keys have which model, and what that
   * brought.
   *
   * @param trained all training rows
   */
  public static List<String> lines(EachOutcome each, long trained) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s of %s: %s".formatted(NumberText.count(each.getKeys()), each.getColumn(), models(each)));
    if (each.getPooledRows() < trained) {
      lines.add(
          "the pooled model was trained on %s of the %s rows"
              .formatted(NumberText.count(each.getPooledRows()), NumberText.count(trained)));
    }
    add("validation", each.getValidation(), lines);
    add("test", each.getTest(), lines);
    return lines;
  }

  private static void add(String split, @Nullable KeyScore score, List<String> lines) {
    if (score != null) {
      lines.add("%s %s".formatted(split, scores(score, "pooled model")));
    }
  }

  /**
   * Loss and accuracy by the models of keys, and those by another one.
   *
   * @param other names that one
   */
  public static String scores(KeyScore score, String other) {
    String losses =
        "loss %s (%s: %s)"
            .formatted(
                NumberText.brief(score.getLoss()), other, NumberText.brief(score.getPooledLoss()));
    return score.getAccuracy() == null
        ? losses
        : String.format(
            Locale.ROOT,
            "%s, accuracy %.2f%% (%s: %.2f%%)",
            losses,
            100 * score.getAccuracy(),
            other,
            100 * score.getPooledAccuracy());
  }
}
