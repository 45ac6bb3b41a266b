package io.beamgrad.details;

import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.CalibrationBin;
import io.beamgrad.schema.ThresholdPoint;
import io.beamgrad.schema.TwoClasses;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.RocCurve;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Gathers how two classes are told apart at all thresholds: points of the ROC and the
 * precision-recall curve (Davis and Goadrich 2006), and how often probabilities come true. A row
 * counts by its weight; one of weight 0 or of a class that the model does not know does not count.
 * The order of the rows does not show, as far as {@link RocCurve} has it.
 */
public final class TwoClassScores {
  private static final int STEPS = 200;
  private static final int TENTHS = 10;

  private final Loss.Target target;
  private final RocCurve curve = new RocCurve();
  private boolean areTwo = true;

  public TwoClassScores(Loss.Target target) {
    this.target = target;
  }

  /**
   * Adds rows; those of more than two classes, and of numbers, are passed.
   *
   * @param outputs {@code [batch, 1 or 2]}: the model's logits
   * @param targets {@code [batch]}
   * @param weights {@code [batch]}; null for 1
   */
  public void add(Tensor outputs, Tensor targets, @Nullable Tensor weights) {
    int rows = outputs.size(0);
    int width = rows == 0 ? 0 : outputs.elements() / rows;
    areTwo &=
        rows == 0 || target == Loss.Target.BINARY || (target == Loss.Target.CLASS && width == 2);
    for (int r = 0; r < rows && areTwo; r++) {
      float label = targets.data()[r];
      float weight = weights == null ? 1 : weights.data()[r];
      if (label != Loss.UNKNOWN_CLASS && weight != 0) {
        curve.add(Logits.logOdds(outputs.data(), r * width, width), label > 0.5f, weight);
      }
    }
  }

  /** Empty where there are not two classes, or one of them has no rows that weigh. */
  public Optional<TwoClasses> result() {
    Walk walk = new Walk();
    curve.forEach(walk::count);
    if (walk.negatives == 0 || walk.positives == 0) {
      return Optional.empty();
    }
    walk.begin();
    curve.forEachFromAbove(walk::pass);
    return Optional.of(walk.end());
  }

  private static double probability(float logOdds) {
    return 1 / (1 + StrictMath.exp(-(double) logOdds));
  }

  /** Goes over all scores, first to count them and then from above, with those passed behind it. */
  private static final class Walk {
    private final double[] weights = new double[TENTHS];
    private final double[] probabilities = new double[TENTHS]; // sums
    private final double[] shares = new double[TENTHS]; // sums of positives
    private double negatives;
    private double positives;
    private long scores;

    private final List<ThresholdPoint> points = new ArrayList<>();
    private final List<ThresholdPoint> fixed = new ArrayList<>();
    private double falsePositives; // above the threshold
    private double truePositives;
    private double last = 1; // the probability of the score passed last
    private int step = -1; // of the point drawn last
    private double averagePrecision;
    private double bestF1;
    private ThresholdPoint best;

    void count(float score, double negative, double positive) {
      double weight = negative + positive;
      double probability = probability(score);
      int tenth = (int) Math.max(0, Math.ceil(probability * TENTHS) - 1);
      weights[tenth] += weight;
      probabilities[tenth] += weight * probability;
      shares[tenth] += positive;
      negatives += negative;
      positives += positive;
      scores++;
    }

    void begin() {
      draw(point(1));
    }

    void pass(float score, double negative, double positive) {
      double probability = probability(score);
      addFixed(probability);
      // Of scores whose probabilities are the same no threshold is between.
      if (truePositives + falsePositives > 0 && probability < last) {
        add(point((last + probability) / 2));
      }
      falsePositives += negative;
      truePositives += positive;
      averagePrecision += positive / positives * (truePositives / (truePositives + falsePositives));
      last = probability;
    }

    TwoClasses end() {
      addFixed(0);
      add(point(0));
      ThresholdPoint end = point(0);
      if (!points.get(points.size() - 1).equals(end)) {
        points.add(end);
      }
      List<CalibrationBin> bins = new ArrayList<>();
      for (int tenth = 0; tenth < TENTHS; tenth++) {
        if (weights[tenth] > 0) {
          bins.add(
              new CalibrationBin(
                  weights[tenth],
                  probabilities[tenth] / weights[tenth],
                  shares[tenth] / weights[tenth]));
        }
      }
      List<ThresholdPoint> rising = new ArrayList<>(fixed);
      Collections.reverse(rising);
      return new TwoClasses(averagePrecision, points, rising, best, bins);
    }

    /** The fixed thresholds that no row left is above. */
    private void addFixed(double probability) {
      while (fixed.size() < TENTHS - 1) {
        double threshold = (TENTHS - 1 - fixed.size()) / (double) TENTHS;
        if (probability > threshold) {
          return;
        }
        fixed.add(point(threshold));
      }
    }

    private void add(ThresholdPoint point) {
      double f1 = 2 * truePositives / (truePositives + falsePositives + positives);
      if (f1 > bestF1) {
        bestF1 = f1;
        best = point;
      }
      draw(point);
    }

    private void draw(ThresholdPoint point) {
      int its = (int) (STEPS * (point.getFalsePositiveRate() + point.getRecall()) / 2);
      if (scores <= STEPS || its > step) {
        points.add(point);
        step = its;
      }
    }

    private ThresholdPoint point(double threshold) {
      double taken = truePositives + falsePositives;
      return new ThresholdPoint(
          threshold,
          taken / (positives + negatives),
          truePositives / positives,
          falsePositives / negatives,
          taken == 0 ? 1 : truePositives / taken);
    }
  }
}
