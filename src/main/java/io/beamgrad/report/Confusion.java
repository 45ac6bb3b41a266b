package io.beamgrad.report;

import io.beamgrad.schema.ClassScores;
import io.beamgrad.schema.RunEvaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A confusion matrix as a heat map: right predictions in one colour, wrong ones in another, the
 * more opaque the larger their share of the class.
 *
 * @param labels the labels of the classes
 * @param rows a list for each class
 */
public record Confusion(List<String> labels, List<List<Cell>> rows) {
  private static final int MOST_SHOWN = 30;
  private static final int MOST_PAIRS = 10;
  private static final int LONGEST = 16;

  /**
   * The rows of one class that were predicted as one class.
   *
   * @param kind {@code right}, {@code wrong} or {@code none}
   * @param opacity the opacity of the colour, from 0 to 1
   */
  public record Cell(String text, String kind, String opacity, boolean isStrong, String title) {}

  static Confusion of(RunEvaluation found) {
    List<String> labels = labels(found);
    List<List<Cell>> rows = new ArrayList<>();
    for (int label = 0; label < labels.size() && labels.size() <= MOST_SHOWN; label++) {
      List<Cell> row = new ArrayList<>();
      long of = found.getClasses().get(label).getRows();
      for (int taken = 0; taken < labels.size(); taken++) {
        long count = found.getConfusion().get(label).get(taken);
        row.add(cell(labels, label, taken, count, of));
      }
      rows.add(row);
    }
    return new Confusion(
        labels.stream().map(label -> NumberText.cut(label, LONGEST)).toList(), rows);
  }

  private static List<String> labels(RunEvaluation found) {
    return found.getClasses().stream().map(ClassScores::getLabel).toList();
  }

  private static Cell cell(List<String> labels, int label, int taken, long count, long of) {
    double share = of == 0 ? 0 : (double) count / of;
    boolean isRight = label == taken;
    // The square root keeps few mistakes visible.
    double opacity = count == 0 ? 0 : isRight ? share * 0.9 : 0.1 + 0.8 * Math.sqrt(share);
    return new Cell(
        count == 0 ? "" : Long.toString(count),
        count == 0 ? "none" : isRight ? "right" : "wrong",
        String.format(Locale.ROOT, "%.3f", opacity),
        opacity > 0.55,
        "%s taken for %s: %s of %s (%s)"
            .formatted(
                labels.get(label),
                labels.get(taken),
                NumberText.count(count),
                NumberText.count(of),
                NumberText.percent(share)));
  }

  /** False where there are too many classes to look at. */
  public boolean isShown() {
    return !rows.isEmpty();
  }

  /** The pairs of classes that are confused most often. */
  static Table pairs(RunEvaluation found) {
    record Pair(int label, int taken, long count) {}
    List<String> labels = labels(found);
    List<Pair> pairs = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      for (int taken = 0; taken < labels.size(); taken++) {
        long count = found.getConfusion().get(label).get(taken);
        if (label != taken && count > 0) {
          pairs.add(new Pair(label, taken, count));
        }
      }
    }
    pairs.sort(
        Comparator.comparingLong(Pair::count)
            .reversed()
            .thenComparingInt(Pair::label)
            .thenComparingInt(Pair::taken));
    List<List<String>> rows = new ArrayList<>();
    for (Pair pair : pairs.subList(0, Math.min(MOST_PAIRS, pairs.size()))) {
      double of = Math.max(1, found.getClasses().get(pair.label()).getRows());
      rows.add(
          List.of(
              labels.get(pair.label()),
              labels.get(pair.taken()),
              NumberText.count(pair.count()),
              NumberText.percent(pair.count() / of)));
    }
    return new Table(2, List.of("class", "taken for", "rows", "of the class"), rows);
  }

  /** Precision, recall and F1 of each class. */
  static Table classes(RunEvaluation found) {
    List<List<String>> rows = new ArrayList<>();
    for (ClassScores one : found.getClasses()) {
      rows.add(
          List.of(
              one.getLabel(),
              NumberText.count(one.getRows()),
              NumberText.number(one.getPrecision()),
              NumberText.number(one.getRecall()),
              NumberText.number(one.getF1())));
    }
    return new Table(1, List.of("class", "rows", "precision", "recall", "F1"), rows);
  }
}
