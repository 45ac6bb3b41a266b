/**
 * The metrics: one table of what they are called, how they are got and shown; the rows of a run;
 * and their files for tables, TensorBoard and {@code run.json}. It uses records, evaluations and
 * files. Start with {@link io.beamgrad.metrics.Metric}: a new metric is a field of {@code
 * MetricRow.avsc}, a row there, and what computes it.
 */
package io.beamgrad.metrics;
