package io.beamgrad.transforms;

import io.beamgrad.schema.InputCount;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/** Beam counters of the one namespace. What watches a job goes by their names, so they stay. */
final class Counters {
  private Counters() {}

  static Counter of(String name) {
    return Metrics.counter("beamgrad", name);
  }

  /**
   * Counts by column what a model's training has not seen: {@code values_outside_training_COLUMN}
   * the categories that are not known and the numbers outside the range, {@code
   * values_looked_up_as_numbers_COLUMN} the categories that were found as the same number written
   * otherwise.
   */
  static void add(List<InputCount> inputs) {
    for (InputCount input : inputs) {
      if (input.getOutside() > 0) {
        of("values_outside_training_" + input.getColumn()).inc(input.getOutside());
      }
      if (input.getOtherwise() > 0) {
        of("values_looked_up_as_numbers_" + input.getColumn()).inc(input.getOtherwise());
      }
    }
  }
}
