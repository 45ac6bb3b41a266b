package io.beamgrad.transforms;

import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/** Beam counters of the one namespace. What watches a job goes by their names, so they stay. */
final class Counters {
  private Counters() {}

  static Counter of(String name) {
    return Metrics.counter("beamgrad", name);
  }
}
