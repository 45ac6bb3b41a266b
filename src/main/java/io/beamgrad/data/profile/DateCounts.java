package io.beamgrad.data.profile;

import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.DistributionKind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;

/** Counts where in each {@link DateCycle} the dates of a column are. A time of day has its hour. */
final class DateCounts {
  private static final DateCycle[] CYCLES = DateCycle.values();
  private static final int HOURS = List.of(CYCLES).indexOf(DateCycle.HOUR_OF_DAY);

  private final ZoneId zone;
  private final List<ValueCounts> counts;
  private final long[][] places; // how often each place has come since the last flush
  private long lastValue = Long.MIN_VALUE; // whose places these are
  private final int[] lastPlaces = new int[CYCLES.length];

  DateCounts(Column column, ZoneId zone) {
    this.zone = zone;
    this.counts =
        Arrays.stream(CYCLES)
            .map(cycle -> ValueCounts.none(column, cycle.part(zone), DistributionKind.WHOLE))
            .map(ValueCounts::of)
            .toList();
    this.places = Arrays.stream(CYCLES).map(c -> new long[c.units()]).toArray(long[][]::new);
  }

  void beginRow() {
    counts.forEach(ValueCounts::beginRow);
  }

  void addMissing() {
    counts.forEach(ValueCounts::addMissing);
  }

  void add(long value) {
    if (LongsColumn.isTimeOfDay(value)) {
      places[HOURS][LongsColumn.timeOfDay(value).getHour()]++;
      return;
    }
    if (value != lastValue) {
      lastValue = value;
      ZonedDateTime time = Instant.ofEpochMilli(value).atZone(zone);
      LocalDate date = time.toLocalDate();
      for (int c = 0; c < CYCLES.length; c++) {
        lastPlaces[c] = CYCLES[c].place(date, time.getHour());
      }
    }
    for (int c = 0; c < CYCLES.length; c++) {
      places[c][lastPlaces[c]]++;
    }
  }

  List<ValueCounts> all() {
    for (int c = 0; c < CYCLES.length; c++) {
      for (int place = 0; place < places[c].length; place++) {
        if (places[c][place] > 0) {
          counts.get(c).addWhole(place, places[c][place]);
          places[c][place] = 0;
        }
      }
    }
    return counts;
  }
}
