package io.beamgrad.registry.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.profile.DataProfiler;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.registry.Profiles;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.schema.Distribution;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileDriftTest {
  private static final LocalDateTime MONDAY = LocalDateTime.of(2026, 11, 2, 0, 0);
  private static final Column AT = Columns.feature("at", ColumnType.LONGS, List.of());

  @TempDir Path folder;
  private final Random random = new Random(11);

  /** A hundred rows an hour of so many days, in hours that a day of the week has. */
  private DataProfile days(int first, int days, HoursOfDay hours) throws IOException {
    StringBuilder rows = new StringBuilder("at\n");
    for (int day = first; day < first + days; day++) {
      LocalDateTime midnight = MONDAY.plusDays(day);
      for (int hour = 0; hour < 24; hour++) {
        for (int i = 0; i < 20 && hours.isOpen(midnight.getDayOfWeek().getValue(), hour); i++) {
          rows.append(midnight.plusHours(hour).plusSeconds(random.nextInt(3600))).append('\n');
        }
      }
    }
    return profile(rows.toString());
  }

  /** Whether there are rows, by the day of the week from 1 and the hour from 0. */
  private interface HoursOfDay {
    boolean isOpen(int weekday, int hour);
  }

  private static HoursOfDay always() {
    return (weekday, hour) -> true;
  }

  private static HoursOfDay hours(IntPredicate isOpen) {
    return (weekday, hour) -> isOpen.test(hour);
  }

  private DataProfile profile(String rows) throws IOException {
    Path file = Files.writeString(Files.createTempFile(folder, "a", ".csv"), rows);
    return DataProfiler.of(
        FileRange.newBuilder()
            .setSplit(Split.TRAIN)
            .setFormat(FileFormat.CSV)
            .setPath(file.toString())
            .setLabelsPath(null)
            .setIdentity("a.csv")
            .setFirstRecord(0)
            .setRecords(-1)
            .setColumns(List.of(AT))
            .build(),
        Map.of("at", ZoneId.of("UTC")));
  }

  /** What is beyond an index of 0.1 and chance, and what follows at most. */
  private static List<String> found(DataProfile last, DataProfile fresh) {
    return ProfileDrift.of(last, fresh).stream()
        .filter(of -> of.drift().psi() > Math.max(0.1, of.drift().psiByChance()))
        .map(of -> of.most() + " " + of.name())
        .toList();
  }

  private static List<String> compared(DataProfile last, DataProfile fresh) {
    return ProfileDrift.of(last, fresh).stream().map(ColumnDrift::name).toList();
  }

  @Test
  void aDayAfterADayIsNoDrift() throws IOException {
    assertEquals(List.of(), found(days(0, 1, always()), days(1, 1, always())));
    assertEquals(
        List.of("at hour of day in UTC"), compared(days(0, 1, always()), days(1, 1, always())));
    assertEquals(List.of(), compared(profile("at\n2026-11-01\n"), profile("at\n2026-11-02\n")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6, 7, 8, 10, 13, 15, 29})
  void daysAfterOtherDaysAreNoDriftHoweverManyOfAWeekdayThereAre(int days) throws IOException {
    assertEquals(List.of(), found(days(0, 10, always()), days(10, days, always())));
    assertEquals(List.of(), found(days(0, days, always()), days(days, 10, always())));
  }

  @Test
  void halfADayIsNotComparedByItsHours() throws IOException {
    DataProfile morning = days(30, 1, hours(hour -> hour < 12));
    assertEquals(List.of(), compared(days(0, 30, always()), morning));
  }

  @Test
  void otherHoursWarnWhereTheyAreOfADayAndStopWhereTheyAreOfTwo() throws IOException {
    DataProfile last = days(0, 30, always());
    HoursOfDay night = hours(hour -> hour < 5 || hour > 22);
    assertEquals(List.of("WARN at hour of day in UTC"), found(last, days(30, 1, night)));
    assertEquals(List.of("STOP at hour of day in UTC"), found(last, days(30, 3, night)));
  }

  @Test
  void otherWeekdaysAreDriftWhereTheWeeksAreThere() throws IOException {
    DataProfile last = days(0, 28, always());
    HoursOfDay weekend = (weekday, hour) -> weekday > 5;
    assertTrue(found(last, days(28, 28, weekend)).contains("STOP at weekday in UTC"));
    assertEquals(List.of(), found(last, days(33, 2, weekend))); // one weekend
  }

  @Test
  void datesOfTheSameTimeThatMoveWarn() throws IOException {
    StringBuilder births = new StringBuilder("at\n");
    StringBuilder younger = new StringBuilder("at\n");
    for (int i = 0; i < 2000; i++) {
      births.append(MONDAY.minusDays(7000 + random.nextInt(20_000)).toLocalDate()).append('\n');
      younger.append(MONDAY.minusDays(7000 + random.nextInt(8000)).toLocalDate()).append('\n');
    }
    assertEquals(List.of("WARN at"), found(profile("" + births), profile("" + younger)));
    assertEquals(
        List.of("WARN at"), found(days(0, 2, always()), profile("at" + "\n1970-01-01".repeat(99))));
  }

  @Test
  void datesThatAreMissingStop() throws IOException {
    DataProfile last = profile("at\n" + "2026-11-01\n".repeat(1000));
    DataProfile fresh = profile("at\n" + "2026-11-02\n".repeat(1000));
    Distribution half =
        Distribution.newBuilder(fresh.getDistributions().get(0))
            .setRows(2000)
            .setMissing(1000)
            .build();
    DataProfile missing = DataProfile.newBuilder(fresh).setDistributions(List.of(half)).build();
    assertEquals(List.of("STOP at missing values"), found(last, missing));
  }

  @Test
  void timesOfDayAreComparedAsTheyAre() throws IOException {
    StringBuilder day = new StringBuilder("at\n");
    StringBuilder night = new StringBuilder("at\n");
    for (int i = 0; i < 1000; i++) {
      day.append(
          String.format(Locale.ROOT, "%02d:%02d%n", 9 + random.nextInt(8), random.nextInt(60)));
      night.append(
          String.format(Locale.ROOT, "%02d:%02d%n", 18 + random.nextInt(6), random.nextInt(60)));
    }
    assertEquals(List.of("STOP at"), found(profile("" + day), profile("" + night)));
  }

  @Test
  void aProfileOfBeforeHasNoCyclesToCompare() throws IOException {
    DataProfile last = days(0, 30, always());
    DataProfile older =
        DataProfile.newBuilder(last)
            .setDistributions(last.getDistributions().subList(0, 1))
            .build();
    assertEquals(List.of(), compared(older, days(30, 1, always())));
  }

  /** One run in a thousand has some, by about; column by column nearly each run would. */
  @Test
  void hundredsOfColumnsWithoutDriftAreNoDrift() {
    int columns = 400;
    int runsBeyond = 0;
    int runsBeyondAlone = 0;
    for (int run = 0; run < 20; run++) {
      DataProfile last = Profiles.profile(300, 0, columns(columns, 300));
      DataProfile fresh = Profiles.profile(80, 0, columns(columns, 80));
      boolean isBeyond =
          ProfileDrift.of(last, fresh).stream().map(ColumnDrift::drift).anyMatch(this::isBeyond);
      boolean isBeyondAlone =
          IntStream.range(0, columns)
              .mapToObj(
                  c ->
                      Drift.of(
                          last.getDistributions().get(c), fresh.getDistributions().get(c), 0.001))
              .anyMatch(this::isBeyond);
      runsBeyond += isBeyond ? 1 : 0;
      runsBeyondAlone += isBeyondAlone ? 1 : 0;
    }
    assertTrue(runsBeyond <= 1, runsBeyond + " of 20");
    assertTrue(runsBeyondAlone >= 5, runsBeyondAlone + " of 20");
  }

  private boolean isBeyond(Drift drift) {
    return drift.psi() > drift.psiByChance()
        || (drift.ks() != null && drift.ks() > drift.ksByChance());
  }

  private Distribution[] columns(int columns, int rows) {
    return IntStream.range(0, columns)
        .mapToObj(
            c ->
                c % 3 == 0
                    ? Profiles.texts("c" + c, false, texts(rows))
                    : Profiles.numbers(
                        "c" + c,
                        random.doubles(rows).map(u -> 1000 * random.nextGaussian()).toArray()))
        .toArray(Distribution[]::new);
  }

  /** Categories of which each is half as frequent as the one before. */
  private Map<String, Long> texts(int rows) {
    return IntStream.range(0, rows)
        .mapToObj(i -> "t" + Integer.numberOfTrailingZeros(random.nextInt() | 1 << 8))
        .collect(Collectors.groupingBy(text -> text, Collectors.counting()));
  }

  @Test
  void aShiftOfOneOfHundredsOfColumnsIsFound() {
    DataProfile last = Profiles.profile(1000, 0, columns(600, 1000));
    Distribution[] columns = columns(600, 300);
    columns[400] =
        Profiles.numbers(
            "c400", random.doubles(300).map(u -> 700 + 1000 * random.nextGaussian()).toArray());
    assertEquals(List.of("STOP c400"), found(last, Profiles.profile(300, 0, columns)));
  }
}
