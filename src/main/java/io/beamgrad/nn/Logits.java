package io.beamgrad.nn;

import io.beamgrad.tensor.FloatMath;

/**
 * What the outputs of a model of classes say of one row. Of CLASS there is a logit for each class,
 * of BINARY one logit for the second of two. All take the row's outputs as {@code size} elements
 * from a position, and throw {@code IllegalArgumentException} for NUMBERS.
 */
public final class Logits {
  private Logits() {}

  /** The class: the first of the largest; of one logit the second class where it is above 0. */
  public static int label(Loss.Target target, float[] outputs, int from, int size) {
    requireClasses(target);
    if (target == Loss.Target.BINARY) {
      return outputs[from] > 0 ? 1 : 0;
    }
    int best = 0;
    for (int c = 1; c < size; c++) {
      best = outputs[from + c] > outputs[from + best] ? c : best;
    }
    return best;
  }

  /**
   * True where {@link #label} is the class that a row's target says; false of {@link
   * Loss#UNKNOWN_CLASS}.
   *
   * @param wanted the number of the class; of BINARY more than 0.5 for the second
   */
  public static boolean isRight(
      Loss.Target target, float[] outputs, int from, int size, float wanted) {
    int label = target == Loss.Target.BINARY ? (wanted > 0.5f ? 1 : 0) : (int) wanted;
    return wanted != Loss.UNKNOWN_CLASS && label(target, outputs, from, size) == label;
  }

  /** The logarithm of the odds of the second of two classes. */
  public static float logOdds(float[] outputs, int from, int size) {
    return size == 1 ? outputs[from] : outputs[from + 1] - outputs[from];
  }

  /** The binary cross-entropy of one of two classes, from {@link #logOdds}. */
  public static double logLoss(float logOdds, int label) {
    return FloatMath.softplus(label == 1 ? -logOdds : logOdds);
  }

  /**
   * The probability of each class, in float32 as {@link io.beamgrad.tensor.Tensor#softmax} and
   * {@link io.beamgrad.tensor.Tensor#sigmoid} give it; of BINARY two.
   *
   * @param to filled from {@code toFrom}
   */
  public static void probabilities(
      Loss.Target target, float[] outputs, int from, int size, float[] to, int toFrom) {
    requireClasses(target);
    if (target == Loss.Target.BINARY) {
      to[toFrom] = FloatMath.sigmoid(-outputs[from]);
      to[toFrom + 1] = FloatMath.sigmoid(outputs[from]);
    } else {
      FloatMath.softmax(outputs, from, to, toFrom, size);
    }
  }

  /** The probability of one class in float64, which tells apart what is all 1 in float32. */
  public static double probability(
      Loss.Target target, float[] outputs, int from, int size, int label) {
    requireClasses(target);
    if (target == Loss.Target.BINARY) {
      double logit = label == 1 ? outputs[from] : -outputs[from];
      return 1 / (1 + StrictMath.exp(-logit));
    }
    double sum = 0;
    for (int c = 0; c < size; c++) {
      sum += StrictMath.exp((double) outputs[from + c] - outputs[from + label]);
    }
    return 1 / sum;
  }

  private static void requireClasses(Loss.Target target) {
    if (target == Loss.Target.NUMBERS) {
      throw new IllegalArgumentException("outputs that are numbers say no class");
    }
  }
}
