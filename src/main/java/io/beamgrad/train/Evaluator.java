package io.beamgrad.train;

import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.tensor.Tensor;

/**
 * Gathers loss and metrics over batches of outputs, in one pass. Everything is computed row by row
 * and summed in double in the order of the rows, so that the size of the batches does not change a
 * bit. Where rows have weights, all metrics are by them; a row of weight 0 is only counted. A row
 * of {@link Loss#UNKNOWN_CLASS} is wrong in accuracy, and in no loss and no ROC curve.
 */
public final class Evaluator {

  private final Loss loss;
  private double[] losses = new double[0];
  private double lossSum;
  private double weightSum; // in the mean loss
  private double rowWeight; // exactly the number of rows where each weighs 1
  private boolean isWeighted;
  private long examples;

  private ClassCounts classes;
  private final RocCurve curve = new RocCurve();
  private double logLossSum;
  private double scored; // what the rows in its sum weigh

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
   * @param weights {@code [batch]}, what each row counts; null for 1
   */
  public void add(Tensor outputs, Tensor targets, Tensor weights) {
    int rows = outputs.size(0);
    if (losses.length < rows) {
      losses = new double[rows];
    }
    loss.perExample(outputs, targets, losses);
    isWeighted |= weights != null;
    int size = rows == 0 ? 0 : outputs.elements() / rows;
    for (int r = 0; r < rows; r++) {
      double weight = weights == null ? 1 : weights.data()[r];
      if (weight != 0) { // as an infinite loss that counts nothing would be NaN
        lossSum += weight * losses[r];
        weightSum += weight * loss.weight(targets, r);
        rowWeight += weight;
      }
      examples++;
      switch (loss.target()) {
        case CLASS -> addClass(outputs.data(), r * size, size, (int) targets.data()[r], weight);
        case BINARY -> addBinary(outputs.data(), r, targets.data()[r], weight);
        case NUMBERS -> addNumbers(outputs.data(), targets.data(), r * size, size, weight);
      }
    }
  }

  /**
   * What the rows of a batch weigh whose class the outputs say; 0 for numbers.
   *
   * @param weights {@code [batch]}; null for 1
   */
  static double hits(Loss.Target target, Tensor outputs, Tensor targets, Tensor weights) {
    int rows = target == Loss.Target.NUMBERS ? 0 : outputs.size(0);
    int size = rows == 0 ? 0 : outputs.elements() / rows;
    double hits = 0;
    for (int r = 0; r < rows; r++) {
      if (Logits.isRight(target, outputs.data(), r * size, size, targets.data()[r])) {
        hits += weights == null ? 1 : weights.data()[r];
      }
    }
    return hits;
  }

  private void addClass(float[] outputs, int from, int size, int label, double weight) {
    if (classes == null) {
      classes = new ClassCounts(size, isWeighted);
    }
    int best = Logits.label(Loss.Target.CLASS, outputs, from, size);
    if (label == Loss.UNKNOWN_CLASS) {
      classes.addUnknown(best, weight);
      return;
    }
    int rank = 0;
    float own = outputs[from + label];
    for (int c = 0; c < size; c++) {
      // Among equals the first counts as the largest, as for the prediction.
      rank += outputs[from + c] > own || (outputs[from + c] == own && c < label) ? 1 : 0;
    }
    classes.add(label, best, rank, weight);
    if (size == 2) {
      addScore(Logits.logOdds(outputs, from, size), label, weight);
    }
  }

  private void addBinary(float[] outputs, int r, float target, double weight) {
    if (classes == null) {
      classes = new ClassCounts(2, isWeighted);
    }
    int best = Logits.label(Loss.Target.BINARY, outputs, r, 1);
    if (target == Loss.UNKNOWN_CLASS) {
      classes.addUnknown(best, weight);
      return;
    }
    int label = target > 0.5f ? 1 : 0;
    classes.add(label, best, label == best ? 0 : 1, weight);
    addScore(outputs[r], label, weight);
  }

  private void addScore(float logOdds, int label, double weight) {
    if (weight != 0) {
      curve.add(logOdds, label == 1, (float) weight);
      logLossSum += weight * Logits.logLoss(logOdds, label);
      scored += weight;
    }
  }

  private void addNumbers(float[] outputs, float[] targets, int from, int size, double weight) {
    if (means.length != size) {
      means = new double[size];
      deviations = new double[size];
      residuals = new double[size];
    }
    if (weight == 0) {
      return; // an infinite error that counts nothing would be NaN
    }
    for (int i = 0; i < size; i++) {
      double target = targets[from + i];
      double error = outputs[from + i] - target;
      squares += weight * (error * error);
      absolutes += weight * Math.abs(error);
      residuals[i] += weight * (error * error);
      double fromMean = target - means[i]; // West's update, of weight 1 Welford's
      means[i] += fromMean * weight / rowWeight;
      deviations[i] += weight * (fromMean * (target - means[i]));
    }
  }

  /** What all batches together give. */
  public Evaluation result() {
    double meanLoss = lossSum / weightSum;
    if (loss.target() == Loss.Target.NUMBERS) {
      double numbers = rowWeight * means.length;
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
          weightSum,
          isWeighted ? rowWeight : null);
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
        two ? logLossSum / scored : null,
        classes,
        weightSum,
        isWeighted ? rowWeight : null);
  }

  private Double rocAuc() {
    double area = curve.area();
    return Double.isNaN(area) ? null : area;
  }

  private double r2() {
    if (rowWeight == 0) {
      return Double.NaN;
    }
    double sum = 0;
    for (int i = 0; i < means.length; i++) {
      // Targets that are all equal: 1 for perfect predictions, else 0, as scikit-learn has it.
      double share = residuals[i] == 0 ? 0 : deviations[i] == 0 ? 1 : residuals[i] / deviations[i];
      sum += 1 - share;
    }
    return sum / means.length;
  }
}
