package io.beamgrad.train;

/**
 * What training for an epoch gave.
 *
 * @param meanLossPerExample the mean of the batches' losses, weighted by their rows
 * @param rows the rows trained on
 * @param elapsedNanos the time it took
 */
public record EpochResult(int epoch, double meanLossPerExample, long rows, long elapsedNanos) {}
