package io.beamgrad.train;

/**
 * How good a model is on some rows. A metric that does not apply to the targets is null.
 *
 * @param meanLossPerExample NaN if there are no rows
 * @param accuracy the share of rows whose largest output is at the label
 * @param mse the mean squared error over all numbers of all rows
 * @param mae the mean absolute error over all numbers of all rows
 * @param examples the number of rows
 */
public record Evaluation(
    double meanLossPerExample, Double accuracy, Double mse, Double mae, long examples) {}
