package io.beamgrad.train;

/**
 * How good a model is on some rows. A metric that does not apply to the targets is null. Where rows
 * have weights, each counts by its own in every metric, as by {@code sample_weight} in
 * scikit-learn; without rows, or where all their weights are 0, metrics are NaN.
 *
 * @param meanLossPerExample the mean loss over the rows of classes that the model knows, of class
 *     weights too where the loss has some; NaN without such rows
 * @param accuracy the share of all rows whose largest output is at the label, or for one logit on
 *     its side of 0
 * @param mse the mean squared error over all numbers of all rows
 * @param mae the mean absolute error over all numbers of all rows
 * @param examples the number of rows, those of weight 0 included
 * @param r2 the coefficient of determination, the mean over the targets' numbers
 * @param rocAuc of two classes with rows of both that weigh: the area under the ROC curve
 * @param logLoss of two classes: the mean binary cross entropy
 * @param classes the confusion matrix and what follows from it
 * @param weightSum what the rows count together in the mean loss; without weights their number
 * @param rowWeight the sum of the rows' weights; null where they have none
 */
public record Evaluation(
    double meanLossPerExample,
    Double accuracy,
    Double mse,
    Double mae,
    long examples,
    Double r2,
    Double rocAuc,
    Double logLoss,
    ClassCounts classes,
    double weightSum,
    Double rowWeight) {

  /** The number of rows of classes that the model knows; for numbers of all rows. */
  public long known() {
    return classes == null ? examples : examples - classes.unknown();
  }

  /** The same without the counts of classes, which may take much memory. */
  public Evaluation withoutClasses() {
    return new Evaluation(
        meanLossPerExample,
        accuracy,
        mse,
        mae,
        examples,
        r2,
        rocAuc,
        logLoss,
        null,
        weightSum,
        rowWeight);
  }

  /** The metrics that every run reports, in one line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("loss ").append(meanLossPerExample);
    append(text, "accuracy", accuracy);
    append(text, "mse", mse);
    append(text, "mae", mae);
    return text.append(", ").append(examples).append(" examples").toString();
  }

  private static void append(StringBuilder text, String name, Double value) {
    if (value != null) {
      text.append(", ").append(name).append(' ').append(value);
    }
  }
}
