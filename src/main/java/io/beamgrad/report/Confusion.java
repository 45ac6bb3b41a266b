package io.beamgrad.report;

import io.beamgrad.schema.ClassScores;
import io.beamgrad.schema.RunEvaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A confusion matrix as a heat map: right predictions in one colour, wrong ones in another, the
 * more opaque the larger their share of the class: of its rows, or of what these weigh.
 *
 * @param labels the labels of the classes
 * @param rows a list for each class
 */
public record Confusion(List<String> labels, List<List<Cell>> rows) {
  private static final int MOST_SHOWN = 30;
  private static final int MOST_PAIRS = 10;
  private static final double STRONG = 0.75;
  private static final int LONGEST = 28;
  private static final int MOST_FLAT = 6; // labels side by side
  private static final int LONGEST_FLAT = 10;

  /**
   * The rows of one class that were predicted as one class.
   *
   * @param kind {@code right}, {@code wrong} or {@code none}
   * @param opacity the opacity of the colour, from 0 to 1
   * @param isStrong whether the colour is lighter than the page, where the page is dark
   */
  public record Cell(String text, String kind, String opacity, boolean isStrong, String title) {}

  static Confusion of(RunEvaluation found) {
    List<String> labels = labels(found);
    List<List<Cell>> rows = new ArrayList<>();
    for (int label = 0; label < labels.size() && labels.size() <= MOST_SHOWN; label++) {
      List<Cell> row = new ArrayList<>();
      for (int taken = 0; taken < labels.size(); taken++) {
        row.add(cell(found, labels, label, taken));
      }
      rows.add(row);
    }
    return new Confusion(
        labels.stream().map(label -> NumberText.cut(label, LONGEST)).toList(), rows);
  }

  private static List<String> labels(RunEvaluation found) {
    return found.getClasses().stream().map(ClassScores::getLabel).toList();
  }

  private static double weight(RunEvaluation found, int label, int taken) {
    return found.getConfusionWeights() == null
        ? found.getConfusion().get(label).get(taken)
        : found.getConfusionWeights().get(label).get(taken);
  }

  /** The share of a class's rows that were taken for another one; 0 if none weigh. */
  private static double share(RunEvaluation found, int label, int taken) {
    ClassScores of = found.getClasses().get(label);
    double all = of.getWeight() == null ? of.getRows() : of.getWeight();
    return all == 0 ? 0 : weight(found, label, taken) / all;
  }

  private static Cell cell(RunEvaluation found, List<String> labels, int label, int taken) {
    long count = found.getConfusion().get(label).get(taken);
    double share = share(found, label, taken);
    boolean isRight = label == taken;
    // The square root keeps few mistakes visible.
    double opacity = count == 0 ? 0 : isRight ? share * 0.9 : 0.1 + 0.8 * Math.sqrt(share);
    return new Cell(
        count == 0 ? "" : NumberText.count(count),
        count == 0 ? "none" : isRight ? "right" : "wrong",
        String.format(Locale.ROOT, "%.3f", opacity),
        opacity > STRONG,
        "%s taken for %s: %s of %s (%s%s)"
            .formatted(
                labels.get(label),
                labels.get(taken),
                NumberText.count(count),
                NumberText.count(found.getClasses().get(label).getRows()),
                NumberText.percent(share),
                found.getConfusionWeights() == null ? "" : " by weight"));
  }

  /** Whether the labels of the columns are turned, as they would not fit side by side. */
  public boolean isTurned() {
    return labels.size() > MOST_FLAT
        || labels.stream().anyMatch(label -> label.length() > LONGEST_FLAT);
  }

  /** False where there are too many classes to look at. */
  public boolean isShown() {
    return !rows.isEmpty();
  }

  /** The pairs of classes that are confused most often, or by rows that weigh most. */
  static Table pairs(RunEvaluation found) {
    record Pair(int label, int taken, long count, double weight) {}
    List<String> labels = labels(found);
    List<Pair> pairs = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      for (int taken = 0; taken < labels.size(); taken++) {
        long count = found.getConfusion().get(label).get(taken);
        if (label != taken && count > 0) {
          pairs.add(new Pair(label, taken, count, weight(found, label, taken)));
        }
      }
    }
    pairs.sort(
        Comparator.comparingDouble(Pair::weight)
            .reversed()
            .thenComparingInt(Pair::label)
            .thenComparingInt(Pair::taken));
    List<List<String>> rows = new ArrayList<>();
    for (Pair pair : pairs.subList(0, Math.min(MOST_PAIRS, pairs.size()))) {
      rows.add(
          List.of(
              labels.get(pair.label()),
              labels.get(pair.taken()),
              NumberText.count(pair.count()),
              NumberText.percent(share(found, pair.label(), pair.taken()))));
    }
    return new Table(2, List.of("class", "taken for", "rows", "of the class"), rows);
  }

  /** Precision, recall and F1 of each class, and how many rows are of no class of the model. */
  static Table classes(RunEvaluation found) {
    boolean isWeighted = found.getConfusionWeights() != null;
    List<List<String>> rows = new ArrayList<>();
    for (ClassScores one : found.getClasses()) {
      List<String> row = new ArrayList<>(List.of(one.getLabel(), NumberText.count(one.getRows())));
      if (isWeighted) {
        row.add(NumberText.brief(one.getWeight()));
      }
      row.add(NumberText.percent(one.getPrecision()));
      row.add(NumberText.percent(one.getRecall()));
      row.add(NumberText.percent(one.getF1()));
      rows.add(row);
    }
    if (found.getUnknown() != null) {
      List<String> row = new ArrayList<>();
      row.add("others, unknown to the model");
      row.add(NumberText.count(found.getUnknown()));
      if (isWeighted) {
        row.add(NumberText.brief(found.getUnknownWeight()));
      }
      row.addAll(List.of("", "", ""));
      rows.add(row);
    }
    List<String> header =
        isWeighted
            ? List.of("class", "rows", "weight", "precision", "recall", "F1")
            : List.of("class", "rows", "precision", "recall", "F1");
    return new Table(1, header, rows);
  }
}
