package io.beamgrad.data.profile;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/** A cycle that dates go round, by which the dates of one time can be compared with later ones. */
public enum DateCycle {
  HOUR_OF_DAY("hour of day", 24),
  WEEKDAY("weekday", 7),
  MONTH("month", 12);

  private static final String IN = " in ";

  private final String words;
  private final int units;

  DateCycle(String words, int units) {
    this.words = words;
    this.units = units;
  }

  /** How many hours, weekdays or months it has. */
  public int units() {
    return units;
  }

  /**
   * The number of the hour, day or month since 1970 in the zone; its rest by {@link #units} is the
   * place in the cycle, from 0 for midnight, Monday or January.
   */
  public long unit(long millis, ZoneId zone) {
    ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(zone);
    return unit(time.toLocalDate(), time.getHour());
  }

  private long unit(LocalDate date, int hour) {
    return switch (this) {
      case HOUR_OF_DAY -> date.toEpochDay() * units + hour;
      case WEEKDAY -> date.toEpochDay() + 3; // 1970 began on a Thursday
      case MONTH -> date.getYear() * 12L + date.getMonthValue() - 1;
    };
  }

  /** The place in the cycle of an hour of a date. */
  int place(LocalDate date, int hour) {
    return Math.floorMod(unit(date, hour), units);
  }

  /** The name of the distribution of a cycle, such as {@code weekday in Europe/Berlin}. */
  public String part(ZoneId zone) {
    return words + IN + zone;
  }

  /** The cycle whose distribution has this name. */
  public static Optional<DateCycle> ofPart(String part) {
    for (DateCycle cycle : values()) {
      if (part.startsWith(cycle.words + IN)) {
        return Optional.of(cycle);
      }
    }
    return Optional.empty();
  }

  /** The zone of a distribution of this name. */
  public ZoneId zone(String part) {
    return ZoneId.of(part.substring(words.length() + IN.length()));
  }
}
