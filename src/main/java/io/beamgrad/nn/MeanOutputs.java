package io.beamgrad.nn;

import io.beamgrad.tensor.FloatMath;

/**
 * The outputs that several models of one task give together. Of numbers they are the means. Of
 * classes they are logits again, whose probabilities are the means of the models' probabilities:
 *
 * <pre>
 *   CLASS   y[c] = log(mean over the models of softmax(x)[c])
 *   BINARY  y    = log(mean of sigmoid(x)) - log(mean of sigmoid(-x))
 *   NUMBERS y[i] = mean of x[i]
 * </pre>
 *
 * <p>All in logarithms, so that a small probability keeps its digits. Each row is computed by
 * itself, in an order of its own; not for use by several threads at once.
 */
public final class MeanOutputs {
  private final Loss.Target target;
  private final float[] terms; // (models)

  public MeanOutputs(Loss.Target target, int models) {
    this.target = target;
    this.terms = new float[models];
  }

  /**
   * Computes one row.
   *
   * @param outputs of each model, {@code (models)(at least from + size)}
   * @param to filled from {@code toFrom}, {@code size} elements
   */
  public void row(float[][] outputs, int from, int size, float[] to, int toFrom) {
    switch (target) {
      case CLASS -> ofClasses(outputs, from, size, to, toFrom);
      case BINARY -> to[toFrom] = ofTwo(outputs, from);
      case NUMBERS -> ofNumbers(outputs, from, size, to, toFrom);
    }
  }

  private void ofClasses(float[][] outputs, int from, int size, float[] to, int toFrom) {
    float[] norms = terms; // of each model, the logarithm of the sum of exp(x)
    for (int model = 0; model < norms.length; model++) {
      norms[model] = logSumExp(outputs[model], from, size);
    }
    for (int c = from; c < from + size; c++) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int model = 0; model < norms.length; model++) {
        largest = Math.max(largest, outputs[model][c] - norms[model]);
      }
      double sum = 0;
      for (int model = 0; model < norms.length; model++) {
        sum += FloatMath.exp(outputs[model][c] - norms[model] - largest);
      }
      to[toFrom + c - from] = largest + FloatMath.log((float) (sum / norms.length));
    }
  }

  private float ofTwo(float[][] outputs, int at) {
    for (int model = 0; model < terms.length; model++) {
      terms[model] = (float) -FloatMath.softplus(-outputs[model][at]);
    }
    float second = logSumExp(terms, 0, terms.length);
    for (int model = 0; model < terms.length; model++) {
      terms[model] = (float) -FloatMath.softplus(outputs[model][at]);
    }
    return second - logSumExp(terms, 0, terms.length);
  }

  private static void ofNumbers(float[][] outputs, int from, int size, float[] to, int toFrom) {
    for (int i = 0; i < size; i++) {
      double sum = 0;
      for (float[] model : outputs) {
        sum += model[from + i];
      }
      to[toFrom + i] = (float) (sum / outputs.length);
    }
  }

  /** Without overflow: the largest is taken out. */
  private static float logSumExp(float[] x, int from, int size) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + size; i++) {
      largest = Math.max(largest, x[i]);
    }
    double sum = 0;
    for (int i = from; i < from + size; i++) {
      sum += FloatMath.exp(x[i] - largest);
    }
    return largest + FloatMath.log((float) sum);
  }
}
