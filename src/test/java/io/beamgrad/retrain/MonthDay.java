package io.beamgrad.retrain;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A day of the month, and what happens to its data.
 *
 * @param number counts from 1
 */
record MonthDay(int number, Kind kind, int rows) {
  private static final LocalDate FIRST = LocalDate.of(2026, 11, 1);
  private static final int BEGINNING = 6; // days come with the first

  /** What the data of a day are like, and how its retrain is to end. */
  enum Kind {
    USUAL(RetrainOutcome.PUBLISHED),
    /** The images end in the middle, until the next morning. */
    BROKEN(RetrainOutcome.STOPPED),
    /** Two classes are taken for each other, until the next morning. */
    SWAPPED(RetrainOutcome.NOT_BETTER),
    /** No folder. */
    NONE(RetrainOutcome.NOTHING_NEW),
    /** Many times as many. */
    HUGE(RetrainOutcome.PUBLISHED);

    private final RetrainOutcome end;

    Kind(RetrainOutcome end) {
      this.end = end;
    }

    RetrainOutcome end() {
      return end;
    }

    boolean isRepaired() {
      return this == SWAPPED || this == BROKEN;
    }
  }

  LocalDate date() {
    return FIRST.plusDays(number - 1);
  }

  /** Thirty days. */
  static List<MonthDay> month() {
    List<Kind> kinds = new ArrayList<>(Collections.nCopies(30, Kind.USUAL));
    kinds.set(8, Kind.BROKEN);
    kinds.set(13, Kind.SWAPPED);
    kinds.set(18, Kind.NONE);
    kinds.set(23, Kind.HUGE);
    return days(kinds, 2000, 10);
  }

  /** A week with a day of each kind. */
  static List<MonthDay> week() {
    return days(
        // What is repaired is new, so the day without data has one before that was as usual.
        List.of(
            Kind.USUAL, Kind.USUAL, Kind.NONE, Kind.BROKEN, Kind.SWAPPED, Kind.HUGE, Kind.USUAL),
        2000,
        5);
  }

  private static List<MonthDay> days(List<Kind> kinds, int rows, int huge) {
    List<MonthDay> days = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      int times =
          switch (kinds.get(i)) {
            case NONE -> 0;
            case HUGE -> huge;
            default -> i == 0 ? BEGINNING : 1;
          };
      days.add(new MonthDay(i + 1, kinds.get(i), times * rows));
    }
    return days;
  }
}
