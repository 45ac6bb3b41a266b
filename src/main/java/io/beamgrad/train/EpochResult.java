package io.beamgrad.train;

/**
 * What training for an epoch gave.
 *
 * @param meanLossPerExample the mean of the batches' losses, each counted by its rows or by the sum
 *     of their weights; NaN if all weights are 0
 * @param rows the rows read, those of weight 0 included
 * @param elapsedNanos the time it took
 */
public record EpochResult(int epoch, double meanLossPerExample, long rows, long elapsedNanos) {}
