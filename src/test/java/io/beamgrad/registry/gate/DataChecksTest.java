package io.beamgrad.registry.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.registry.Profiles;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.schema.Distribution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DataChecksTest {
  private static final CheckLimits.Bounds ANY = new CheckLimits.Bounds(null, null);
  private static final CheckLimits.Limit NONE = new CheckLimits.Limit(null, null);
  private static final CheckLimits LIMITS =
      new CheckLimits(
          Finding.Action.STOP,
          ANY,
          new CheckLimits.Bounds(new CheckLimits.Range(0.5, 2.0), null),
          new CheckLimits.Limit(0.001, 0.01),
          new CheckLimits.Limit(0.1, 0.25),
          limit(0.1, 0.25, Map.of()),
          limit(0.1, null, Map.of()),
          NONE,
          new CheckLimits.Limit(0.1, 0.4));

  /** Limits of each column, of which some are never to stop or warn. */
  private static CheckLimits.ColumnLimits limit(
      Double warn, Double stop, Map<String, Double> named) {
    return new CheckLimits.ColumnLimits(
        new CheckLimits.ColumnLimit(warn, named), new CheckLimits.ColumnLimit(stop, named));
  }

  private static final DataProfile LAST = day(0, 500, 500);

  /** A thousand rows whose size begins at a number, and whose class is yes so often. */
  private static DataProfile day(int first, long yes, long no) {
    double[] sizes =
        IntStream.range(0, (int) (yes + no))
            .mapToDouble(i -> first + i * 1000.0 / (yes + no))
            .toArray();
    return Profiles.profile(
        yes + no,
        0,
        Profiles.numbers("size", sizes),
        Profiles.texts("left", true, Map.of("yes", yes, "no", no)));
  }

  private static List<Finding> check(DataProfile data) {
    return DataChecks.of(LIMITS, data, data, LAST);
  }

  private static List<String> actions(CheckLimits limits, DataProfile data, DataProfile last) {
    return DataChecks.of(limits, data, data, last).stream()
        .map(found -> "%s %s %s".formatted(found.name(), found.column(), found.action()))
        .toList();
  }

  private static CheckLimits limits(CheckLimits.ColumnLimits psi, CheckLimits.ColumnLimits ks) {
    return new CheckLimits(Finding.Action.STOP, ANY, ANY, NONE, NONE, psi, ks, NONE, NONE);
  }

  @Test
  void aColumnMayHaveALimitOfItsOwnOrNone() {
    Map<String, Double> none = new HashMap<>();
    none.put("size", null);
    CheckLimits exempt = limits(limit(0.1, 0.25, none), limit(0.1, 0.25, none));
    DataProfile last = twoColumns(0);
    DataProfile data = twoColumns(400);

    assertEquals(List.of("psi area STOP", "ks area STOP"), actions(exempt, data, last));
    CheckLimits own =
        limits(limit(null, null, Map.of("size", 0.1)), limit(null, 0.5, Map.of("size", 0.3)));
    assertEquals(List.of("psi size STOP", "ks size STOP"), actions(own, data, last));
  }

  private static DataProfile twoColumns(int first) {
    double[] sizes = IntStream.range(0, 1000).mapToDouble(i -> first + i).toArray();
    return Profiles.profile(
        1000, 0, Profiles.numbers("size", sizes), Profiles.numbers("area", sizes));
  }

  @Test
  void whatGrowsWithTimeWarnsAndStopsWhereItIsMissing() {
    CheckLimits limits = limits(limit(null, 0.25, Map.of()), limit(null, 0.5, Map.of()));
    DataProfile last = twoColumns(1);
    DataProfile data = twoColumns(1001);

    assertEquals(
        List.of("psi size WARN", "ks size WARN", "psi area WARN", "ks area WARN"),
        actions(limits, data, last));
    assertEquals(
        "size: population stability index 6.807, at most 0.25 expected; it grows with time",
        DataChecks.of(limits, data, data, last).get(0).message());
    Distribution half =
        Distribution.newBuilder(data.getDistributions().get(0))
            .setRows(2000)
            .setMissing(1000)
            .build();
    DataProfile missing = Profiles.profile(2000, 0, half);
    assertEquals(
        List.of("psi size missing values STOP", "psi size WARN", "ks size WARN"),
        actions(limits, missing, Profiles.profile(1000, 0, last.getDistributions().get(0))));
  }

  @Test
  void dataLikeThoseOfTheVersionInServiceAreGood() {
    assertEquals(List.of(), check(day(0, 510, 490)));
  }

  @Test
  void theFirstDataAreJudgedByRowsAndRejectsAlone() {
    DataProfile data = day(0, 900, 100);

    assertEquals(List.of(), DataChecks.of(LIMITS, data, data, null));
  }

  @Test
  void aShiftOfAFeatureIsFoundByIndexAndDistance() {
    List<Finding> found = check(day(400, 500, 500));

    assertEquals(
        List.of("psi size STOP", "ks size WARN"),
        found.stream().map(c -> "%s %s %s".formatted(c.name(), c.column(), c.action())).toList());
    assertTrue(DataChecks.isStopped(found));
    assertEquals(0.4, found.get(1).value(), 1e-12);
    assertEquals(0.1, found.get(1).limit());
    assertEquals(
        "size: Kolmogorov-Smirnov distance 0.4, at most 0.1 expected", found.get(1).message());
  }

  @Test
  void aSmallShiftWarns() {
    List<Finding> found = check(day(75, 500, 500));

    assertFalse(DataChecks.isStopped(found));
    assertEquals(
        List.of("size: population stability index 0.144, at most 0.1 expected"),
        found.stream().map(Finding::message).toList());
  }

  @Test
  void theBalanceOfClassesHasItsOwnLimits() {
    List<Finding> found = check(day(0, 900, 100));

    assertEquals(
        List.of("left: population stability index 0.8762, at most 0.25 expected"),
        found.stream().map(Finding::message).toList());
    assertEquals("classes", found.get(0).name());
  }

  @Test
  void fewRowsAreNoDriftWhereChanceWouldGiveAsMuch() {
    List<Finding> found = check(day(100, 4, 6));

    assertEquals(
        List.of("0.01 times the 1,000 rows of the version in service, expected at least 0.5"),
        found.stream().map(Finding::message).toList());
  }

  @Test
  void rowsAreWithinTheirBounds() {
    CheckLimits limits =
        new CheckLimits(
            Finding.Action.STOP,
            new CheckLimits.Bounds(
                new CheckLimits.Range(100.0, null), new CheckLimits.Range(10.0, 5000.0)),
            ANY,
            NONE,
            NONE,
            limit(null, null, Map.of()),
            limit(null, null, Map.of()),
            NONE,
            NONE);

    assertEquals(List.of(), rows(limits, 100));
    assertEquals(List.of("WARN 99 rows, expected at least 100"), rows(limits, 99));
    assertEquals(List.of("STOP 9 rows, expected at least 10"), rows(limits, 9));
    assertEquals(List.of("STOP 5,001 rows, expected at most 5,000"), rows(limits, 5001));
  }

  @Test
  void copiesWithinADayAreFoundAboveTheirLimits() {
    assertEquals(List.of(), DataChecks.ofCopies(LIMITS, 100, 1000));
    assertEquals(List.of(), DataChecks.ofCopies(LIMITS, 0, 0));
    assertEquals(
        List.of(
            "101 of 1,000 rows are copies of another of the same day or file: 0.101 of all, at most"
                + " 0.1 expected"),
        DataChecks.lines(DataChecks.ofCopies(LIMITS, 101, 1000)));
    assertTrue(DataChecks.isStopped(DataChecks.ofCopies(LIMITS, 500, 1000)));
  }

  private static List<String> rows(CheckLimits limits, long rows) {
    DataProfile data = Profiles.profile(rows, 0, Profiles.numbers("size", 1));
    return DataChecks.of(limits, data, data, null).stream()
        .map(check -> check.action() + " " + check.message())
        .toList();
  }

  @Test
  void rejectsAreBelowTheirLimit() {
    DataProfile data = Profiles.profile(1000, 20, Profiles.numbers("size", 1));

    List<Finding> found = DataChecks.of(LIMITS, data, data, null);

    assertEquals(
        List.of(
            "20 of 1,000 records rejected (2%), the first: a.csv record 3: expected 3 fields, found"
                + " 2, at most 0.01 expected"),
        found.stream().map(Finding::message).toList());
    assertEquals(Finding.Action.STOP, found.get(0).action());
  }

  @Test
  void otherColumnsAreNotCompared() {
    DataProfile data =
        Profiles.profile(
            1000,
            0,
            Profiles.texts("size", false, Map.of("big", 1000L)),
            Profiles.texts("left", true, Map.of("yes", 1000L)));

    assertEquals(
        List.of("found size text in place of size number of the version in service"),
        check(data).stream().map(Finding::message).toList());
  }

  @Test
  void manyColumnsAreOneLine() {
    List<Finding> found = new ArrayList<>();
    found.add(new Finding("ks", "a", 0.2, 0.1, Finding.Action.WARN, "a: too far"));
    for (int i = 0; i < 10; i++) {
      found.add(
          new Finding(
              "psi", "c" + i, 0.3 + i, 0.25, Finding.Action.STOP, "c%s: too much".formatted(i)));
    }

    assertEquals(
        List.of("c9: too much", "c8: too much", "c7: too much", "psi: and 7 more", "a: too far"),
        DataChecks.lines(found));
  }
}
