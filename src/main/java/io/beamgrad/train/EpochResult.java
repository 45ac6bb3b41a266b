package io.beamgrad.train;

/**
 * What training for an epoch gave.
 *
 * @param meanLossPerExample the mean of the batches' losses, weighted by their rows
 * @param accuracy the share of rows whose class was predicted, each before the step that its batch
 *     made; null for numbers
 * @param rows the rows trained on
 * @param elapsedNanos the time it took
 */
public record EpochResult(
    int epoch, double meanLossPerExample, Double accuracy, long rows, long elapsedNanos) {}
