package io.beamgrad.train;

/**
 * What training for an epoch gave.
 *
 * @param meanLossPerExample the mean of the batches' losses, each counted by its rows or by the sum
 *     of their weights; NaN if all weights are 0
 * @param accuracy the share of rows whose class was predicted, each before the step that its batch
 *     made, by their weights where they have some; NaN if all are 0; null for numbers
 * @param rows the rows read, those of weight 0 included
 * @param elapsedNanos the time it took
 * @param rowWeight the sum of the rows' weights; null where they have none
 */
public record EpochResult(
    int epoch,
    double meanLossPerExample,
    Double accuracy,
    long rows,
    long elapsedNanos,
    Double rowWeight) {}
