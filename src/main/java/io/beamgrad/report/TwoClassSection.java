package io.beamgrad.report;

import io.beamgrad.schema.CalibrationBin;
import io.beamgrad.schema.ThresholdPoint;
import io.beamgrad.schema.TwoClasses;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The section of a page about two classes at all thresholds.
 *
 * @param note says what is drawn
 * @param charts the ROC curve, the precision-recall curve and the calibration
 * @param thresholds what comes of each threshold
 */
public record TwoClassSection(String note, List<Chart> charts, Table thresholds) {
  private static final int LONGEST = 20;

  /** Null where there are not two classes. */
  static @Nullable TwoClassSection of(@Nullable TwoClasses found, List<String> labels) {
    if (found == null) {
      return null;
    }
    String label = "'%s'".formatted(NumberText.cut(labels.get(1), LONGEST));
    return new TwoClassSection(
        "A row is taken for %s where its probability of it is above a threshold; a model takes 0.5. Average precision, the area under the second curve: %s, where chance has %s."
            .formatted(
                label,
                NumberText.number(found.getAveragePrecision()),
                NumberText.number(share(found))),
        List.of(roc(found, label), precision(found, label), calibration(found, label)),
        thresholds(found, label));
  }

  /**
   * The share of all rows that are of the second class: all of them are above the last threshold.
   */
  private static double share(TwoClasses found) {
    return found.getCurve().get(found.getCurve().size() - 1).getPrecision();
  }

  private static Chart roc(TwoClasses found, String label) {
    return Chart.shares(
        "ROC curve",
        "others taken for " + label,
        "recall of " + label,
        List.of(
            new Chart.Series(
                "this model",
                0,
                points(found, ThresholdPoint::getFalsePositiveRate, ThresholdPoint::getRecall))),
        new double[] {0, 0, 1, 1},
        false);
  }

  private static Chart precision(TwoClasses found, String label) {
    double share = share(found);
    return Chart.shares(
        "Precision and recall",
        "recall of " + label,
        "precision",
        List.of(
            new Chart.Series(
                "this model",
                0,
                points(found, ThresholdPoint::getRecall, ThresholdPoint::getPrecision))),
        new double[] {0, share, 1, share},
        false);
  }

  private static Chart calibration(TwoClasses found, String label) {
    List<double[]> points = new ArrayList<>();
    for (CalibrationBin bin : found.getCalibration()) {
      points.add(new double[] {bin.getProbability(), bin.getShare()});
    }
    return Chart.shares(
        "Calibration",
        "mean probability of " + label,
        "share that are",
        List.of(new Chart.Series("rows, by tenths of the probability", 0, points)),
        new double[] {0, 0, 1, 1},
        true);
  }

  private static List<double[]> points(
      TwoClasses found, ToDoubleFunction<ThresholdPoint> x, ToDoubleFunction<ThresholdPoint> y) {
    return found.getCurve().stream()
        .map(point -> new double[] {x.applyAsDouble(point), y.applyAsDouble(point)})
        .toList();
  }

  private static Table thresholds(TwoClasses found, String label) {
    List<ThresholdPoint> points = new ArrayList<>(found.getThresholds());
    if (found.getBest() != null) {
      points.add(found.getBest());
    }
    points.sort(Comparator.comparingDouble(ThresholdPoint::getThreshold));
    List<List<String>> rows = new ArrayList<>();
    for (ThresholdPoint point : points) {
      double sum = point.getPrecision() + point.getRecall();
      rows.add(
          List.of(
              NumberText.brief(point.getThreshold())
                  + (point.equals(found.getBest()) ? ", largest F1" : ""),
              NumberText.percent(point.getTaken()),
              point.getTaken() == 0 ? "–" : NumberText.percent(point.getPrecision()),
              NumberText.percent(point.getRecall()),
              NumberText.percent(point.getFalsePositiveRate()),
              NumberText.percent(
                  sum == 0 ? 0 : 2 * point.getPrecision() * point.getRecall() / sum)));
    }
    return new Table(
        1,
        List.of(
            "threshold", "taken for " + label, "precision", "recall", "others taken for it", "F1"),
        rows);
  }
}
