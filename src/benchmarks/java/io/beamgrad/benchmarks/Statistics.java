package io.beamgrad.benchmarks;

import java.util.Collections;
import java.util.List;

/** What is quoted of repeated measurements. */
final class Statistics {

  private Statistics() {}

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /** The least and the most. */
  static String spread(List<Double> values, int decimals) {
    return Table.number(Collections.min(values), decimals)
        + ".."
        + Table.number(Collections.max(values), decimals);
  }
}
