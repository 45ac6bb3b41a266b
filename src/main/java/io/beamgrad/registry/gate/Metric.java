package io.beamgrad.registry.gate;

import io.beamgrad.train.Evaluation;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A score of a model, as a spec names it. */
public enum Metric {
  LOSS("loss", false),
  ACCURACY("accuracy", true),
  LOG_LOSS("logLoss", false),
  ROC_AUC("rocAuc", true),
  MSE("mse", false),
  MAE("mae", false),
  R2("r2", true);

  private final String word;
  private final boolean isHigherBetter;

  Metric(String word, boolean isHigherBetter) {
    this.word = word;
    this.isHigherBetter = isHigherBetter;
  }

  public static Optional<Metric> of(String word) {
    return Arrays.stream(values()).filter(metric -> metric.word.equals(word)).findFirst();
  }

  /** The words of all, in their order. */
  public static String[] words() {
    return Arrays.stream(values()).map(Metric::word).toArray(String[]::new);
  }

  public String word() {
    return word;
  }

  /** False for errors. */
  public boolean isHigherBetter() {
    return isHigherBetter;
  }

  /** True if it is the mean of one number a row, so that rows can be compared in pairs. */
  public boolean isMeanOfRows() {
    return this != ROC_AUC && this != R2;
  }

  /** By how much the first is better than the second; below 0 where it is worse. */
  public double gain(double first, double second) {
    return isHigherBetter ? first - second : second - first;
  }

  /** The score of an evaluation; NaN where it does not apply or there are no rows. */
  public double in(Evaluation evaluation) {
    Double found =
        switch (this) {
          case LOSS -> Double.valueOf(evaluation.meanLossPerExample());
          case ACCURACY -> evaluation.accuracy();
          case LOG_LOSS -> evaluation.logLoss();
          case ROC_AUC -> evaluation.rocAuc();
          case MSE -> evaluation.mse();
          case MAE -> evaluation.mae();
          case R2 -> evaluation.r2();
        };
    return orNaN(found);
  }

  private static double orNaN(@Nullable Double found) {
    return found == null ? Double.NaN : found;
  }

  @Override
  public String toString() {
    return word.toLowerCase(Locale.ROOT).equals(word) ? word : inSentence();
  }

  private String inSentence() {
    return this == ROC_AUC ? "ROC AUC" : "log loss";
  }
}
