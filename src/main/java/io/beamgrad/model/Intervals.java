package io.beamgrad.model;

import io.beamgrad.nn.TargetScaling;
import io.beamgrad.schema.Calibration;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetScale;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Intervals around predicted numbers, or sets of classes, that have the true value of a new row at
 * least as often as a level says, if only that row and the calibration rows come in no order: split
 * conformal prediction. Of n calibration rows the score of rank ceil((n + 1) level) decides.
 *
 * <ul>
 *   <li>The score of a number is its distance from the prediction (Lei et al., "Distribution-Free
 *       Predictive Inference for Regression", JASA 2018), and where the logarithm of the target is
 *       trained, that of {@link TargetScaling#logarithm}: an interval is then as wide as its
 *       prediction is large. Each target has an interval of its own.
 *   <li>The score of a class is 1 less its probability (LAC: Sadinle et al., "Least Ambiguous
 *       Set-Valued Classifiers With Bounded Error Levels", JASA 2019). The most probable class is
 *       always in a set, which would else be empty where the model is less sure than of all rows.
 * </ul>
 *
 * <p>Each row counts once, whatever its weight. Immutable.
 */
public final class Intervals {
  private final double level;
  private final float[] scores; // the one that decides, of each target; of classes one probability
  private final boolean areLogarithms;

  private Intervals(double level, float[] scores, boolean areLogarithms) {
    this.level = level;
    this.scores = scores;
    this.areLogarithms = areLogarithms;
  }

  /**
   * The intervals of a model at a level.
   *
   * @param level above 0 and below 1
   * @throws IllegalArgumentException where the level is another, the model has no calibration rows,
   *     or these are too few, as without bounds an interval says nothing
   */
  public static Intervals of(ModelRecord model, double level) {
    return of(model.getCalibration(), model.getTargets(), level);
  }

  /**
   * The same of the parts of a model that say it.
   *
   * @param targets how outputs become predictions
   */
  public static Intervals of(
      @Nullable Calibration calibration, List<TargetEncoding> targets, double level) {
    requireLevel(level);
    if (calibration == null) {
      throw new IllegalArgumentException(
          "the model has no calibration rows to take intervals from; train it with split.calibration");
    }
    if (!canBe(calibration, level)) {
      throw new IllegalArgumentException(whyNone(calibration.getRows(), level));
    }
    return new Intervals(level, decisive(calibration, level), areLogarithms(targets));
  }

  /**
   * Why a model of so many calibration rows has no intervals with bounds at a level.
   *
   * @param rows of the calibration
   */
  public static String whyNone(long rows, double level) {
    long needed = leastRows(level);
    return needed > rows
        ? "an interval of %s needs at least %s calibration rows, the model has %s"
            .formatted(level, needed, rows)
        : "an interval of %s has no bounds, as too many of the %s calibration rows are of classes that the model does not know"
            .formatted(level, rows);
  }

  /** Whether distances are those of logarithms. */
  public static boolean areLogarithms(List<TargetEncoding> targets) {
    return !targets.isEmpty() && targets.get(0).getMethod() == TargetScale.LOG;
  }

  /**
   * @throws IllegalArgumentException where it is not above 0 and below 1
   */
  public static void requireLevel(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "the level of intervals must be above 0 and below 1, was " + level);
    }
  }

  /** True where a calibration has intervals with bounds at a level. */
  public static boolean canBe(Calibration calibration, double level) {
    if (rank(calibration.getRows(), level) > calibration.getRows()) {
      return false;
    }
    boolean areClasses = calibration.getTemperature() != null;
    return !areClasses || decisive(calibration, level)[0] >= 0;
  }

  private static float[] decisive(Calibration calibration, double level) {
    int place = (int) rank(calibration.getRows(), level) - 1;
    List<ByteBuffer> all = calibration.getScores();
    float[] scores = new float[all.size()];
    for (int i = 0; i < scores.length; i++) {
      ByteBuffer ofTarget = all.get(i).duplicate().order(ByteOrder.LITTLE_ENDIAN);
      scores[i] = ofTarget.getFloat(ofTarget.position() + place * Float.BYTES);
    }
    return scores;
  }

  /** {@code ceil((rows + 1) level)}, exactly. */
  private static long rank(long rows, double level) {
    return BigDecimal.valueOf(level)
        .multiply(BigDecimal.valueOf(rows + 1))
        .setScale(0, RoundingMode.CEILING)
        .longValueExact();
  }

  /** The fewest rows whose rank is among them: {@code ceil(level / (1 - level))}. */
  public static long leastRows(double level) {
    BigDecimal exact = BigDecimal.valueOf(level);
    return exact.divide(BigDecimal.ONE.subtract(exact), 0, RoundingMode.CEILING).longValueExact();
  }

  /** The level. */
  public double level() {
    return level;
  }

  /**
   * The score of a row: how far a number is from its prediction.
   *
   * @param isLogarithm whether the logarithm of the target is trained
   */
  public static float score(float prediction, float target, boolean isLogarithm) {
    double distance =
        isLogarithm
            ? Math.abs(TargetScaling.logarithm(target) - TargetScaling.logarithm(prediction))
            : Math.abs((double) target - prediction);
    return up(distance);
  }

  /** Where the interval of a prediction begins, in the target's unit. */
  public float lower(int target, float prediction) {
    return -up(-bound(prediction, -scores[target]));
  }

  /** Where it ends. */
  public float upper(int target, float prediction) {
    return up(bound(prediction, scores[target]));
  }

  private double bound(float prediction, double distance) {
    if (!areLogarithms) {
      return prediction + distance;
    }
    double x = TargetScaling.logarithm(prediction) + distance;
    return Math.copySign(StrictMath.expm1(Math.abs(x)), x);
  }

  /** The least float that is not below; no target is beyond the largest one. */
  private static float up(double number) {
    float near = (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, number));
    return near < number && near < Float.MAX_VALUE ? Math.nextUp(near) : near;
  }

  /**
   * True where a class is in the set of a row.
   *
   * @param probability of the class
   * @param isBest whether it is the most probable one
   */
  public boolean has(float probability, boolean isBest) {
    return isBest || probability >= scores[0];
  }
}
