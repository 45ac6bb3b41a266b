package io.beamgrad.evaluation;

import java.util.List;

/**
 * What a model has by the values of one feature.
 *
 * @param column the feature
 * @param slices each row is in one; the worst first
 */
public record ColumnSlices(String column, List<Slice> slices) {}
