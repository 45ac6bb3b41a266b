package io.beamgrad.registry.gate;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A paired test of whether a challenger is better than the version in service, one-sided. Bounds
 * are NaN where there is too little to be so sure.
 *
 * @param name mcnemar or bootstrap
 * @param statistic of McNemar the exact test's number of rows that only the challenger has right,
 *     or the chi-square; of the bootstrap the gain on all rows
 * @param pValue the chance of such a statistic where there is no gain
 * @param lower of the bootstrap: the gain is above this with that confidence; else null
 * @param upper of the bootstrap: the gain is below this with that confidence; else null
 * @param groups of the bootstrap: how many groups of rows were drawn whole; null where single rows
 *     were, and of McNemar
 */
public record TestResult(
    String name,
    double statistic,
    double pValue,
    double confidence,
    @Nullable Double lower,
    @Nullable Double upper,
    @Nullable Integer groups) {}
