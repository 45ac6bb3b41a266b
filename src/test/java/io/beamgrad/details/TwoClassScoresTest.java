package io.beamgrad.details;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.nn.BCEWithLogitsLoss;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.CalibrationBin;
import io.beamgrad.schema.ThresholdPoint;
import io.beamgrad.schema.TwoClasses;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Goldens;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Evaluator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TwoClassScoresTest {
  private static final Goldens GOLDENS = new Goldens("two-classes");

  private static TwoClasses golden(String name) {
    TwoClassScores scores = new TwoClassScores(Loss.Target.BINARY);
    scores.add(
        GOLDENS.get(name + ".logits"),
        GOLDENS.get(name + ".labels"),
        GOLDENS.get(name + ".weights"));
    return scores.result().orElseThrow();
  }

  private static void check(
      String name, List<ThresholdPoint> points, ToDoubleFunction<ThresholdPoint> value) {
    check(name, points.stream().mapToDouble(value).toArray(), points.size());
  }

  private static void check(String name, double[] values, int... shape) {
    float[] floats = new float[values.length];
    IntStream.range(0, values.length).forEach(i -> floats[i] = (float) values[i]);
    GOLDENS.check(name, Tensor.wrap(floats, shape));
  }

  private static double f1(ThresholdPoint point) {
    return 2
        * point.getPrecision()
        * point.getRecall()
        / (point.getPrecision() + point.getRecall());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "weighted"})
  void curvesAndThresholdsAreThoseOfScikitLearn(String name) {
    TwoClasses found = golden(name);

    check(name + ".falsePositiveRate", found.getCurve(), ThresholdPoint::getFalsePositiveRate);
    check(name + ".recall", found.getCurve(), ThresholdPoint::getRecall);
    check(name + ".precision", found.getCurve(), ThresholdPoint::getPrecision);
    check(name + ".averagePrecision", new double[] {found.getAveragePrecision()});
    double[] tenths =
        found.getThresholds().stream()
            .flatMapToDouble(
                point ->
                    Stream.of(
                            point.getTaken(),
                            point.getRecall(),
                            point.getFalsePositiveRate(),
                            point.getPrecision())
                        .mapToDouble(Double::doubleValue))
            .toArray();
    check(name + ".atTenths", tenths, 9, 4);
    assertEquals(0.1, found.getThresholds().get(0).getThreshold());
    check(name + ".bestF1", new double[] {f1(found.getBest())});
    double[] bins =
        found.getCalibration().stream()
            .flatMapToDouble(
                bin ->
                    Stream.of(bin.getWeight(), bin.getProbability(), bin.getShare())
                        .mapToDouble(Double::doubleValue))
            .toArray();
    check(name + ".calibration", bins, found.getCalibration().size(), 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "weighted"})
  void balancedAccuracyIsThatOfScikitLearn(String name) {
    Evaluator evaluator = new Evaluator(new BCEWithLogitsLoss());
    evaluator.add(
        GOLDENS.get(name + ".logits"),
        GOLDENS.get(name + ".labels"),
        GOLDENS.get(name + ".weights"));
    check(
        name + ".balancedAccuracy", new double[] {evaluator.result().classes().balancedAccuracy()});
  }

  @Test
  void takingRowsAboveTheBestThresholdGivesItsScores() {
    Tensor logits = GOLDENS.get("weighted.logits");
    Tensor labels = GOLDENS.get("weighted.labels");
    Tensor weights = GOLDENS.get("weighted.weights");
    ThresholdPoint best = golden("weighted").getBest();
    double hits = 0;
    double taken = 0;
    for (int row = 0; row < logits.elements(); row++) {
      if (1 / (1 + Math.exp(-logits.data()[row])) > best.getThreshold()) {
        taken += weights.data()[row];
        hits += labels.data()[row] * weights.data()[row];
      }
    }
    assertEquals(hits / taken, best.getPrecision(), 1e-12);
  }

  /** The probabilities of 40, 50 and 60 are 1 in double, so that no threshold is between them. */
  @Test
  void scoresOfTheSameProbabilityHaveNoThresholdBetweenThem() {
    TwoClassScores scores = new TwoClassScores(Loss.Target.BINARY);
    scores.add(
        Tensor.wrap(new float[] {60, 50, 40, 0}, 4),
        Tensor.wrap(new float[] {1, 1, 0, 0}, 4),
        null);
    TwoClasses found = scores.result().orElseThrow();
    assertEquals(
        List.of(1.0, 0.75, 0.0),
        found.getCurve().stream().map(ThresholdPoint::getThreshold).toList());
    assertEquals(
        List.of(0.0, 0.5, 1.0),
        found.getCurve().stream().map(ThresholdPoint::getFalsePositiveRate).toList());
    assertEquals(0.75, found.getBest().getThreshold());
    assertEquals(2 / 3.0, found.getBest().getPrecision(), 1e-15);
  }

  @Test
  void theOrderOfRowsAndTheSizeOfBatchesDoNotShow() {
    Tensor logits = GOLDENS.get("weighted.logits");
    Tensor labels = GOLDENS.get("weighted.labels");
    Tensor weights = GOLDENS.get("weighted.weights");
    TwoClassScores backwards = new TwoClassScores(Loss.Target.CLASS);
    for (int row = logits.elements() - 1; row >= 0; row--) {
      backwards.add(
          Tensor.wrap(new float[] {0, logits.data()[row]}, 1, 2),
          Tensor.wrap(new float[] {labels.data()[row]}, 1),
          Tensor.wrap(new float[] {weights.data()[row]}, 1));
    }
    assertEquals(Optional.of(golden("weighted")), backwards.result());
  }

  @Test
  void ofManyScoresTheCurveHasFewPointsAndBothEnds() {
    TwoClassScores scores = new TwoClassScores(Loss.Target.BINARY);
    Generator random = new Generator(3);
    int rows = 20_000;
    float[] logits = new float[rows];
    float[] labels = new float[rows];
    for (int row = 0; row < rows; row++) {
      labels[row] = row % 3 == 0 ? 1 : 0;
      logits[row] = (float) (random.nextGaussian() + labels[row]);
    }
    scores.add(Tensor.wrap(logits, rows, 1), Tensor.wrap(labels, rows), null);
    TwoClasses found = scores.result().orElseThrow();

    List<ThresholdPoint> curve = found.getCurve();
    assertTrue(curve.size() > 190 && curve.size() <= 202, curve.size() + " points");
    assertEquals(new ThresholdPoint(1.0, 0.0, 0.0, 0.0, 1.0), curve.get(0));
    ThresholdPoint last = curve.get(curve.size() - 1);
    assertEquals(
        List.of(1.0, 1.0, 1.0),
        List.of(last.getTaken(), last.getRecall(), last.getFalsePositiveRate()));
    for (int i = 1; i < curve.size(); i++) {
      double way =
          curve.get(i).getRecall()
              - curve.get(i - 1).getRecall()
              + curve.get(i).getFalsePositiveRate()
              - curve.get(i - 1).getFalsePositiveRate();
      assertTrue(way >= 0 && way < 2.5 / 100, "a step of " + way);
    }
    assertEquals(
        rows, found.getCalibration().stream().mapToDouble(CalibrationBin::getWeight).sum());
  }

  @Test
  void thereAreNoneWithoutTwoClassesThatHaveRows() {
    List<Optional<TwoClasses>> none = new ArrayList<>();
    TwoClassScores three = new TwoClassScores(Loss.Target.CLASS);
    three.add(
        Tensor.wrap(new float[] {1, 2, 3, 3, 2, 1}, 2, 3),
        Tensor.wrap(new float[] {0, 1}, 2),
        null);
    none.add(three.result());
    TwoClassScores one = new TwoClassScores(Loss.Target.BINARY);
    one.add(
        Tensor.wrap(new float[] {1, 2, 3}, 3, 1),
        Tensor.wrap(new float[] {1, 0, Loss.UNKNOWN_CLASS}, 3),
        Tensor.wrap(new float[] {1, 0, 1}, 3));
    none.add(one.result());
    TwoClassScores numbers = new TwoClassScores(Loss.Target.NUMBERS);
    numbers.add(Tensor.wrap(new float[] {1, 2}, 2, 1), Tensor.wrap(new float[] {1, 2}, 2, 1), null);
    none.add(numbers.result());
    none.add(new TwoClassScores(Loss.Target.BINARY).result());

    assertEquals(
        List.of(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()), none);
  }
}
