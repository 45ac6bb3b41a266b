package io.beamgrad.train;

import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.tensor.Tensor;

/**
 * Gathers loss and metrics over batches of outputs, in one pass. Everything is computed row by row
 * and summed in double in the order of the rows, so that the size of the batches does not change a
 * bit.
 *
 * <p>The weights of rows act on the loss; every other metric counts each row once, whatever its
 * weight.
 */
public final class Evaluator {

  private final Loss loss;
  private double[] losses = new double[0];
  private double lossSum;
  private double weightSum;
  private long examples;

  private ClassCounts classes;
  private final RocCurve curve = new RocCurve();
  private double logLossSum;

  private double squares;
  private double absolutes;
  private double[] means = new double[0]; // of each number of the targets so far
  private double[] deviations = new double[0]; // sums of squares about the mean
  private double[] residuals = new double[0]; // sums of squared errors

  public Evaluator(Loss loss) {
    this.loss = loss;
  }

  /** Adds a batch, {@code [batch, ...]} each, whose rows count alike. */
  public void add(Tensor outputs, Tensor targets) {
    add(outputs, targets, null);
  }

  /**
   * Adds a batch, {@code [batch, ...]} each.
   *
   * @param weights {@code [batch]}, what each row's loss counts; null for 1
   */
  public void add(Tensor outputs, Tensor targets, Tensor weights) {
    int rows = outputs.size(0);
    if (losses.length < rows) {
      losses = new double[rows];
    }
    loss.perExample(outputs, targets, losses);
    int size = rows == 0 ? 0 : outputs.elements() / rows;
    for (int r = 0; r < rows; r++) {
      double own = weights == null ? 1 : weights.data()[r];
      if (own != 0) { // as an infinite loss that counts nothing would be NaN
        lossSum += own * losses[r];
        weightSum += own * loss.weight(targets, r);
      }
      examples++;
      switch (loss.target()) {
        case CLASS -> addClass(outputs.data(), r * size, size, (int) targets.data()[r]);
        case BINARY -> addBinary(outputs.data(), r, targets.data()[r]);
        case NUMBERS -> addNumbers(outputs.data(), targets.data(), r * size, size);
      }
    }
  }

  /** The rows of a batch whose class the outputs say; 0 for numbers. */
  static long hits(Loss.Target target, Tensor outputs, Tensor targets) {
    int rows = target == Loss.Target.NUMBERS ? 0 : outputs.size(0);
    int size = rows == 0 ? 0 : outputs.elements() / rows;
    long hits = 0;
    for (int r = 0; r < rows; r++) {
      hits += Logits.isRight(target, outputs.data(), r * size, size, targets.data()[r]) ? 1 : 0;
    }
    return hits;
  }

  private void addClass(float[] outputs, int from, int size, int label) {
    if (classes == null) {
      classes = new ClassCounts(size);
    }
    int best = Logits.label(Loss.Target.CLASS, outputs, from, size);
    int rank = 0;
    float own = outputs[from + label];
    for (int c = 0; c < size; c++) {
      // Among equals the first counts as the largest, as for the prediction.
      rank += outputs[from + c] > own || (outputs[from + c] == own && c < label) ? 1 : 0;
    }
    classes.add(label, best, rank);
    if (size == 2) {
      addScore(Logits.logOdds(outputs, from, size), label);
    }
  }

  private void addBinary(float[] outputs, int r, float target) {
    if (classes == null) {
      classes = new ClassCounts(2);
    }
    int label = target > 0.5f ? 1 : 0;
    int best = Logits.label(Loss.Target.BINARY, outputs, r, 1);
    classes.add(label, best, label == best ? 0 : 1);
    addScore(outputs[r], label);
  }

  private void addScore(float logOdds, int label) {
    curve.add(logOdds, label == 1);
    logLossSum += Logits.logLoss(logOdds, label);
  }

  private void addNumbers(float[] outputs, float[] targets, int from, int size) {
    if (means.length != size) {
      means = new double[size];
      deviations = new double[size];
      residuals = new double[size];
    }
    for (int i = 0; i < size; i++) {
      double target = targets[from + i];
      double error = outputs[from + i] - target;
      squares += error * error;
      absolutes += Math.abs(error);
      residuals[i] += error * error;
      double fromMean = target - means[i]; // Welford's update
      means[i] += fromMean / examples;
      deviations[i] += fromMean * (target - means[i]);
    }
  }

  /** What all batches together give. */
  public Evaluation result() {
    double meanLoss = lossSum / weightSum;
    if (loss.target() == Loss.Target.NUMBERS) {
      double numbers = (double) examples * means.length;
      return new Evaluation(
          meanLoss,
          null,
          squares / numbers,
          absolutes / numbers,
          examples,
          r2(),
          null,
          null,
          null,
          weightSum);
    }
    boolean two = classes != null && classes.classes() == 2;
    return new Evaluation(
        meanLoss,
        classes == null ? Double.NaN : classes.accuracy(),
        null,
        null,
        examples,
        null,
        two ? rocAuc() : null,
        two ? logLossSum / examples : null,
        classes,
        weightSum);
  }

  private Double rocAuc() {
    double area = curve.area();
    return Double.isNaN(area) ? null : area;
  }

  private double r2() {
    double sum = 0;
    for (int i = 0; i < means.length; i++) {
      // Targets that are all equal: 1 for perfect predictions, else 0, as scikit-learn has it.
      double share = residuals[i] == 0 ? 0 : deviations[i] == 0 ? 1 : residuals[i] / deviations[i];
      sum += 1 - share;
    }
    return sum / means.length;
  }
}
