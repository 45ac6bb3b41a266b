package io.beamgrad.metrics;

import io.beamgrad.schema.Confusion;
import io.beamgrad.schema.MeanAbsoluteError;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import io.beamgrad.train.ClassCounts;
import io.beamgrad.train.EpochResult;
import io.beamgrad.train.Evaluation;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Makes the records of a run of what a trainer measured. */
public final class MetricRecords {
  private static final double NANOS = 1e9;

  private MetricRecords() {}

  /** The row of an evaluation. */
  public static MetricRow of(
      String model, int epoch, Split split, Evaluation found, long elapsedNanos) {
    MetricRow row =
        row(model, epoch, split)
            .setLoss(found.meanLossPerExample())
            .setExamples(found.examples())
            .setWeight(found.rowWeight())
            .setUnknown(found.classes() == null ? 0 : found.classes().unknown())
            .setSeconds(elapsedNanos / NANOS)
            .build();
    for (Metric metric : Metric.values()) {
      metric.set(row, metric.in(found));
    }
    return row;
  }

  /**
   * The row of an epoch's training.
   *
   * @param loss the record of the loss
   * @param learningRate of its last step
   */
  public static MetricRow of(String model, EpochResult trained, Object loss, double learningRate) {
    double mean = trained.meanLossPerExample();
    return row(model, trained.epoch(), Split.TRAIN)
        .setLoss(mean)
        .setAccuracy(trained.accuracy())
        .setMse(loss instanceof MeanSquaredError ? mean : null)
        .setMae(loss instanceof MeanAbsoluteError ? mean : null)
        .setExamples(trained.rows())
        .setWeight(trained.rowWeight())
        .setSeconds(trained.elapsedNanos() / NANOS)
        .setLearningRate(learningRate)
        .build();
  }

  private static MetricRow.Builder row(String model, int epoch, Split split) {
    return MetricRow.newBuilder().setModel(model).setEpoch(epoch).setSplit(split);
  }

  /** What rows were taken for; null where they have no classes, or too many. */
  public static Confusion confusion(Split split, List<String> labels, Evaluation found) {
    ClassCounts classes = found.classes();
    if (classes == null || !classes.hasPairs()) {
      return null;
    }
    boolean isWeighted = classes.isWeighted();
    return new Confusion(
        split,
        labels,
        ofEach(classes, label -> ofEach(classes, taken -> classes.count(label, taken))),
        ofEach(classes, classes::ranked),
        isWeighted
            ? ofEach(classes, label -> ofEach(classes, taken -> classes.weight(label, taken)))
            : null,
        isWeighted ? ofEach(classes, classes::rankedWeight) : null,
        classes.unknown() == 0 ? List.of() : ofEach(classes, classes::unknown),
        isWeighted && classes.unknown() > 0 ? ofEach(classes, classes::unknownWeight) : null);
  }

  private static <T> List<T> ofEach(ClassCounts classes, IntFunction<T> of) {
    return IntStream.range(0, classes.classes()).mapToObj(of).toList();
  }
}
