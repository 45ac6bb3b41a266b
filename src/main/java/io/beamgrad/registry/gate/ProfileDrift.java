package io.beamgrad.registry.gate;

import io.beamgrad.data.profile.DateCycle;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.schema.Distribution;
import io.beamgrad.schema.DistributionKind;
import io.beamgrad.schema.ValueKind;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Compares the columns of two profiles.
 *
 * <p>Dates go on with time. They are compared by each {@link DateCycle} that both sides go round,
 * whose hours, weekdays or months are taken as often as they occur; where a side goes round it less
 * than twice, this is no reason to stop. By themselves they are compared only where they do not
 * just go on, which is no reason to stop either; nor is it in numbers that grow with time, see
 * {@link Growth}. How many values are missing is compared in each case.
 */
public final class ProfileDrift {
  /** How often any comparison of two profiles without drift is beyond chance, at most. */
  private static final double CHANCE = 0.001;

  private static final String GROWS = "; it grows with time";

  private final Map<String, Distribution> before = new HashMap<>();
  private final Map<String, Distribution> after = new HashMap<>();
  private final Set<String> dates;
  private final boolean isOfClasses;
  private final List<Comparison> comparisons = new ArrayList<>();

  /**
   * One comparison to make.
   *
   * @param tests how many numbers it gives
   * @param drift the drift by the chance that each of these may have
   */
  private record Comparison(
      Distribution now,
      String part,
      Finding.Action most,
      String note,
      int tests,
      DoubleFunction<Drift> drift) {}

  private ProfileDrift(DataProfile last, DataProfile fresh) {
    last.getDistributions().forEach(of -> before.put(name(of, of.getPart()), of));
    fresh.getDistributions().forEach(of -> after.put(name(of, of.getPart()), of));
    dates =
        fresh.getColumns().stream()
            .filter(column -> column.getKind() == ValueKind.DATE)
            .map(Column::getName)
            .collect(Collectors.toSet());
    isOfClasses = Columns.classColumn(fresh.getColumns()) >= 0;
  }

  /**
   * The drift of all columns that both have, in their order. What counts as chance takes account of
   * how many numbers are compared (Bonferroni), so that one run in a thousand is beyond it.
   */
  public static List<ColumnDrift> of(DataProfile last, DataProfile fresh) {
    ProfileDrift of = new ProfileDrift(last, fresh);
    fresh.getDistributions().forEach(of::compare);
    double chance = CHANCE / of.comparisons.stream().mapToInt(Comparison::tests).sum();
    return of.comparisons.stream().map(each -> of.drift(each, chance)).toList();
  }

  private ColumnDrift drift(Comparison of, double chance) {
    boolean isTarget = of.now().getIsTarget();
    return new ColumnDrift(
        of.now().getColumn(),
        name(of.now(), of.part()),
        isTarget,
        isTarget && isOfClasses,
        of.most(),
        of.note(),
        of.drift().apply(chance));
  }

  private static String name(Distribution of, String part) {
    return part.isEmpty() ? of.getColumn() : of.getColumn() + " " + part;
  }

  private void compare(Distribution now) {
    Distribution expected = before.get(name(now, now.getPart()));
    if (expected == null || now.getRows() == 0 || expected.getRows() == 0) {
      return; // beyond the most that a profile has, or not in one of before
    }
    boolean isDate = dates.contains(now.getColumn());
    Optional<DateCycle> cycle = isDate ? DateCycle.ofPart(now.getPart()) : Optional.empty();
    if (cycle.isPresent()) {
      compareCycle(cycle.get(), expected, now);
    } else if (!Drift.isComparable(expected, now)) {
      return; // such as pixels that have become bytes
    } else if (isDate && !DateSpan.isTimeOfDay(expected) && !DateSpan.isTimeOfDay(now)) {
      compareMissing(expected, now);
      if (!Growth.isOf(expected, now)) {
        add(expected, now, Finding.Action.WARN, "");
      }
    } else if (isNumber(now) && !isDate && Growth.isOf(expected, now)) {
      compareMissing(expected, now);
      add(expected, now, Finding.Action.WARN, GROWS);
    } else {
      add(expected, now, Finding.Action.STOP, "");
    }
  }

  private static boolean isNumber(Distribution of) {
    return of.getPart().isEmpty()
        && of.getKind() != DistributionKind.TEXTS
        && of.getKind() != DistributionKind.HASHES;
  }

  private void add(Distribution expected, Distribution now, Finding.Action most, String note) {
    int tests = Drift.hasDistance(now) ? 2 : 1;
    comparisons.add(
        new Comparison(
            now, now.getPart(), most, note, tests, chance -> Drift.of(expected, now, chance)));
  }

  private void compareMissing(Distribution expected, Distribution now) {
    if (expected.getMissing() + now.getMissing() > 0) {
      comparisons.add(
          new Comparison(
              now,
              "missing values",
              Finding.Action.STOP,
              "",
              1,
              chance -> Drift.ofMissing(expected, now, chance)));
    }
  }

  private void compareCycle(DateCycle cycle, Distribution expected, Distribution now) {
    Optional<DateSpan> spanBefore = DateSpan.of(before.get(now.getColumn()));
    Optional<DateSpan> span = DateSpan.of(after.get(now.getColumn()));
    if (spanBefore.isEmpty() || span.isEmpty()) {
      return;
    }
    ZoneId zone = cycle.zone(now.getPart());
    long[] timesBefore = spanBefore.get().times(cycle, zone);
    long[] times = span.get().times(cycle, zone);
    long turns =
        LongStream.concat(Arrays.stream(timesBefore), Arrays.stream(times)).min().orElse(0);
    if (turns > 0) {
      comparisons.add(
          new Comparison(
              now,
              now.getPart(),
              turns > 1 ? Finding.Action.STOP : Finding.Action.WARN,
              "",
              1,
              chance -> Drift.ofPlaces(expected, timesBefore, now, times, chance)));
    }
  }
}
