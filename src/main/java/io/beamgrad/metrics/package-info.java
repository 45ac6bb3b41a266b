/**
 * The measurements of an epoch or an evaluation as records, and their files for tables and
 * TensorBoard. Start with {@link io.beamgrad.metrics.MetricRecords}.
 */
package io.beamgrad.metrics;
