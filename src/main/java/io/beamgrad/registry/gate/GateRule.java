package io.beamgrad.registry.gate;

import io.beamgrad.metrics.Metric;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * When a challenger may take the place of the version in service.
 *
 * @param metric what the two are compared by
 * @param minGain by how much the challenger must be better, at least 0; where it is 0 the
 *     challenger must be better by anything at all
 * @param maxLoss by how much the challenger may be worse; null where it must be better, and then
 *     {@code minGain} counts
 * @param floors of the challenger's scores; errors must be at most as large
 * @param classFloors of precision, recall or F1 of classes
 * @param segment the feature column whose values are the segments; null for none
 * @param segmentFloors of the challenger's scores in each segment
 * @param test what else the difference must pass
 * @param confidence of the test, in (0.5, 1); one-sided
 * @param resamples of the bootstrap
 * @param of which rows judge; null for those of the window that the retraining selects by days, or
 *     else the fresh ones
 * @param rows how many must judge; null for {@value #LEAST_ROWS}, and any for a first version
 * @param unknown the largest share of the rows that may be of classes that the challenger does not
 *     know, in [0, 1]; null for no limit
 */
public record GateRule(
    Metric metric,
    double minGain,
    @Nullable Double maxLoss,
    Map<Metric, Double> floors,
    Map<ClassScore, Floor> classFloors,
    @Nullable String segment,
    Map<Metric, Floor> segmentFloors,
    Test test,
    double confidence,
    int resamples,
    @Nullable JudgingRows of,
    @Nullable Integer rows,
    @Nullable Double unknown) {
  private static final int LEAST_ROWS = 30; // of which a mean is told from chance at all

  /** What tells a difference from chance. */
  public enum Test {
    NONE,
    /** Of rows that one model gets right and the other does not. */
    MCNEMAR,
    /** Of the mean difference of rows. */
    BOOTSTRAP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A score of one class. */
  public enum ClassScore {
    PRECISION,
    RECALL,
    F1;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public GateRule {
    if (!(minGain >= 0 && minGain < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("minGain must be of at least 0, was " + minGain);
    }
    if (maxLoss != null && !(maxLoss >= 0 && maxLoss < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("maxLoss must be of at least 0, was " + maxLoss);
    }
    if (maxLoss != null && minGain > 0) {
      throw new IllegalArgumentException(
          "a minGain of %s and a maxLoss of %s exclude each other".formatted(minGain, maxLoss));
    }
    if (!(confidence > 0.5 && confidence < 1)) {
      throw new IllegalArgumentException("confidence must be in (0.5, 1), was " + confidence);
    }
    if (resamples < 1) {
      throw new IllegalArgumentException("resamples must be at least 1, was " + resamples);
    }
    if (unknown != null && !(unknown >= 0 && unknown <= 1)) {
      throw new IllegalArgumentException("unknown must be in [0, 1], was " + unknown);
    }
    if (segment == null && !segmentFloors.isEmpty()) {
      throw new IllegalArgumentException("segmentFloors need a segment");
    }
    floors = inOrder(Metric.class, floors);
    classFloors = inOrder(ClassScore.class, classFloors);
    segmentFloors = inOrder(Metric.class, segmentFloors);
  }

  /**
   * How many rows must judge.
   *
   * @param isFirst whether there is no version in service
   */
  public int leastRows(boolean isFirst) {
    return rows != null ? rows : isFirst ? 1 : LEAST_ROWS;
  }

  /** Whether a score of a segment has a floor. */
  public boolean hasFloor(String ofSegment) {
    return segmentFloors.values().stream().anyMatch(floor -> floor.of(ofSegment) != null);
  }

  private static <K extends Enum<K>, V> Map<K, V> inOrder(Class<K> keys, Map<K, V> map) {
    EnumMap<K, V> copy = new EnumMap<>(keys);
    copy.putAll(map);
    return Collections.unmodifiableMap(copy);
  }
}
