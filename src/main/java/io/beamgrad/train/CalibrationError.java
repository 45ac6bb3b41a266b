package io.beamgrad.train;

import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.tensor.Tensor;

/**
 * Gathers the expected calibration error of a model of classes (Naeini et al., AAAI 2015): rows go
 * by the probability of their most probable class into {@value #BINS} bins of equal width, (0,
 * 1/15], (1/15, 2/15] and so on; of each bin how far its accuracy is from its mean probability, and
 * of these the mean by what the rows of a bin weigh. A row of {@link Loss#UNKNOWN_CLASS} is wrong.
 *
 * <p>Sums are in double and in the order of the rows.
 */
public final class CalibrationError {
  /** How many bins there are. */
  public static final int BINS = 15;

  private final Loss.Target target;
  private final double[] weights = new double[BINS];
  private final double[] right = new double[BINS]; // what the rows weigh that are
  private final double[] probabilities = new double[BINS]; // sums by weight
  private float[] ofRow = new float[0];

  public CalibrationError(Loss.Target target) {
    this.target = target;
  }

  /**
   * Adds a batch.
   *
   * @param logits {@code [batch, ...]}
   * @param labels {@code [batch]}
   * @param rowWeights {@code [batch]}; null for 1
   */
  public void add(Tensor logits, Tensor labels, Tensor rowWeights) {
    int rows = logits.size(0);
    int size = rows == 0 ? 0 : logits.elements() / rows;
    int classes = target == Loss.Target.BINARY ? 2 : size;
    ofRow = ofRow.length < classes ? new float[classes] : ofRow;
    for (int row = 0; row < rows; row++) {
      Logits.probabilities(target, logits.data(), row * size, size, ofRow, 0);
      double probability = ofRow[Logits.label(target, logits.data(), row * size, size)];
      int bin = Math.max(0, Math.min(BINS, (int) Math.ceil(probability * BINS)) - 1);
      double weight = rowWeights == null ? 1 : rowWeights.data()[row];
      weights[bin] += weight;
      probabilities[bin] += weight * probability;
      if (Logits.isRight(target, logits.data(), row * size, size, labels.data()[row])) {
        right[bin] += weight;
      }
    }
  }

  /** The error in [0, 1]; NaN where no row counts. */
  public double value() {
    double all = 0;
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      all += weights[bin];
      error += Math.abs(right[bin] - probabilities[bin]);
    }
    return error / all;
  }
}
