package io.beamgrad.registry.gate;

import io.beamgrad.data.profile.DateCycle;
import io.beamgrad.data.profile.Distributions;
import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.schema.Distribution;
import java.time.ZoneId;
import java.util.Optional;

/**
 * The time that the dates of a column span, but for a two-hundredth of them at each end.
 *
 * @param first milliseconds since 1970
 * @param last the same; not before the first
 */
record DateSpan(long first, long last) {
  private static final int ENDS = 200;

  /**
   * Of the distribution of a column's dates; empty where there are none, or where the distribution
   * is too coarse to tell, as it has dates of other ages.
   */
  static Optional<DateSpan> of(Distribution dates) {
    long[] values = Distributions.values(dates);
    long all = dates.getCounts().stream().mapToLong(Long::longValue).sum();
    if (all == 0) {
      return Optional.empty();
    }
    int first = 0;
    for (long seen = dates.getCounts().get(0); seen <= all / ENDS; ) {
      seen += dates.getCounts().get(++first);
    }
    int last = values.length - 1;
    for (long seen = dates.getCounts().get(last); seen <= all / ENDS; ) {
      seen += dates.getCounts().get(--last);
    }
    int shift = dates.getShift();
    long from = ((values[first] + 1) << shift) - 1; // at the latest
    long to = values[last] << shift; // at the earliest
    return from <= to ? Optional.of(new DateSpan(from, to)) : Optional.empty();
  }

  /** Whether a column has times of day alone, which are of no date. */
  static boolean isTimeOfDay(Distribution dates) {
    long[] values = Distributions.values(dates);
    int shift = dates.getShift();
    long midnight = LongsColumn.ofTimeOfDay(0);
    return values.length > 0
        && ((values[0] + 1) << shift) > midnight
        && LongsColumn.isTimeOfDay(Math.max(midnight, values[values.length - 1] << shift));
  }

  /** How often each hour, weekday or month occurs from the first to the last. */
  long[] times(DateCycle cycle, ZoneId zone) {
    long from = cycle.unit(first, zone);
    long units = cycle.unit(last, zone) - from + 1;
    long[] times = new long[cycle.units()];
    for (int place = 0; place < times.length; place++) {
      long after = Math.floorMod(place - from, times.length);
      times[place] = units / times.length + (after < units % times.length ? 1 : 0);
    }
    return times;
  }
}
