package io.beamgrad.data.profile;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.formats.IdxFiles;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.schema.Distribution;
import io.beamgrad.schema.DistributionKind;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.ValueKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataProfilerTest {
  private static final List<Column> COLUMNS =
      List.of(
          column("size", ColumnType.FLOATS, ValueKind.NUMBER, ColumnRole.FEATURE),
          column("city", ColumnType.STRINGS, ValueKind.TEXT, ColumnRole.FEATURE),
          column("member", ColumnType.FLOATS, ValueKind.BOOLEAN, ColumnRole.FEATURE),
          column("day", ColumnType.LONGS, ValueKind.DATE, ColumnRole.FEATURE),
          column("left", ColumnType.STRINGS, ValueKind.TEXT, ColumnRole.TARGET));

  @TempDir Path folder;

  private static Column column(String name, ColumnType type, ValueKind kind, ColumnRole role) {
    return new Column(name, type, List.of(), role, kind, null, role == ColumnRole.FEATURE);
  }

  private FileRange table(String name, String rows) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "size,city,member,day,left\n" + rows);
    return FileRange.newBuilder()
        .setSplit(Split.TRAIN)
        .setFormat(FileFormat.CSV)
        .setPath(file.toString())
        .setLabelsPath(null)
        .setIdentity(name)
        .setFirstRecord(0)
        .setRecords(-1)
        .setColumns(COLUMNS)
        .build();
  }

  @Test
  void aKeyIsLeftOut() throws IOException {
    FileRange file = table("a.csv", "1,c,true,2026-11-01,a\n");
    DataProfile profile =
        new RowProfiles(COLUMNS, Map.of(), List.of("size"), "size").of(List.of(file)).getProfile();
    assertFalse(profile.getColumns().stream().anyMatch(of -> of.getName().equals("size")));
    assertFalse(profile.getDistributions().stream().anyMatch(of -> of.getColumn().equals("size")));
    assertEquals(0, profile.getLeftOut());
  }

  @Test
  void eachKindOfColumnIsCountedAndMissingValuesAndRejectsToo() throws IOException {
    DataProfile profile =
        DataProfiler.of(
            table(
                "a.csv",
                """
                2,Rome,true,1970-01-01,yes
                -1,,false,1970-01-02,no
                2,Rome,,1970-01-01,no
                ,Oslo,false,,no
                x,Oslo,false,,no
                """),
            Map.of());

    assertEquals(5, profile.getRead());
    assertEquals(1, profile.getRejected());
    assertTrue(profile.getFirstReject().startsWith("a.csv record 5"), profile.getFirstReject());
    long minusOne = Float.floatToIntBits(-1) ^ Integer.MAX_VALUE;
    long two = Float.floatToIntBits(2);
    assertEquals(
        List.of(
            of(
                "size",
                false,
                DistributionKind.FLOATS,
                1,
                List.of(),
                List.of(minusOne, two - minusOne),
                List.of(1L, 2L)),
            of(
                "city",
                false,
                DistributionKind.TEXTS,
                1,
                List.of("Oslo", "Rome"),
                List.of(0L, 1L),
                List.of(1L, 2L)),
            of(
                "member",
                false,
                DistributionKind.TEXTS,
                1,
                List.of("false", "true"),
                List.of(0L, 1L),
                List.of(2L, 1L)),
            of(
                "day",
                false,
                DistributionKind.WHOLE,
                1,
                List.of(),
                List.of(0L, 86_400_000L),
                List.of(2L, 1L)),
            cycle("hour of day", List.of(0L), List.of(3L)),
            cycle("weekday", List.of(3L, 1L), List.of(2L, 1L)), // Thursday and Friday
            cycle("month", List.of(0L), List.of(3L)),
            of(
                "left",
                true,
                DistributionKind.TEXTS,
                0,
                List.of("no", "yes"),
                List.of(0L, 1L),
                List.of(3L, 1L))),
        profile.getDistributions());
  }

  private static Distribution cycle(String cycle, List<Long> values, List<Long> counts) {
    return Distribution.newBuilder(
            of("day", false, DistributionKind.WHOLE, 1, List.of(), values, counts))
        .setPart(cycle + " in UTC")
        .build();
  }

  @Test
  void datesGoRoundInTheirZoneAndATimeOfDayHasAnHourAlone() throws IOException {
    String rows =
        """
        1,Rome,true,2026-11-30T23:30:00Z,yes
        1,Rome,true,2026-12-07T00:30:00Z,yes
        1,Rome,true,00:30,yes
        """;
    Map<String, ZoneId> berlin = Map.of("day", ZoneId.of("Europe/Berlin"));
    List<Distribution> all = DataProfiler.of(table("a.csv", rows), berlin).getDistributions();
    List<String> found =
        all.stream()
            .filter(of -> of.getColumn().equals("day") && !of.getPart().isEmpty())
            .map(
                of ->
                    "%s: %s %s of %s"
                        .formatted(of.getPart(), of.getValues(), of.getCounts(), of.getRows()))
            .toList();
    assertEquals(
        List.of(
            "hour of day in Europe/Berlin: [0, 1] [2, 1] of 3",
            "weekday in Europe/Berlin: [0, 1] [1, 1] of 3", // Monday and, there, Tuesday
            "month in Europe/Berlin: [11] [2] of 3"), // December
        found);
  }

  private static Distribution of(
      String column,
      boolean isTarget,
      DistributionKind kind,
      long missing,
      List<String> texts,
      List<Long> values,
      List<Long> counts) {
    return new Distribution(column, "", isTarget, kind, 4L, missing, 0, texts, values, counts);
  }

  private Distribution sizes(String... sizes) throws IOException {
    String rows =
        Arrays.stream(sizes).map(size -> size + ",Rome,true,1970-01-01,no\n").collect(joining());
    return DataProfiler.of(table("sizes.csv", rows), Map.of()).getDistributions().get(0);
  }

  private static Distribution merged(Distribution one, Distribution other) {
    ValueCounts counts = ValueCounts.of(one);
    counts.add(other);
    return counts.record();
  }

  @Test
  void numbersThatFloatsHoldAreCountedByTheirBits() throws IOException {
    Distribution found = sizes("0.1", "-0.1", "-0", "0", "3e38", "1e-40");
    assertEquals(DistributionKind.FLOATS, found.getKind());
    assertEquals(
        List.of(
            (long) ~Float.floatToIntBits(0.1f),
            0L,
            (long) Float.floatToIntBits(1e-40f),
            (long) Float.floatToIntBits(0.1f),
            (long) Float.floatToIntBits(3e38f)),
        summed(found.getValues()));
    assertEquals(List.of(1L, 2L, 1L, 1L, 1L), found.getCounts());
  }

  private static List<Long> summed(List<Long> distances) {
    List<Long> values = new ArrayList<>();
    long last = 0;
    for (long distance : distances) {
      last += distance;
      values.add(last);
    }
    return values;
  }

  @Test
  void wideNumbersAreCountedEachByItselfAndMergedWithThoseOfFloats() throws IOException {
    Distribution wide = sizes("1767261600100", "1767261600200", "0.5", "-0.5", "-16777217");
    assertEquals(DistributionKind.DOUBLES, wide.getKind());
    assertEquals(5, wide.getCounts().size());
    Distribution floats = sizes("0.5", "-0.5", "0", "-1e-40", "16777216");
    assertEquals(DistributionKind.FLOATS, floats.getKind());
    Distribution together =
        sizes(
            "0.5",
            "-0.5",
            "0",
            "-1e-40",
            "16777216",
            "1767261600100",
            "1767261600200",
            "0.5",
            "-0.5",
            "-16777217");
    assertEquals(together, merged(wide, floats));
    assertEquals(together, merged(floats, wide));
    assertEquals(8, together.getCounts().size());
  }

  /** More than 2,048 of them share bins. */
  @Test
  void manyFloatsAndSomeWideNumbersMergeAlikeInEachOrder() throws IOException {
    String[] many = new String[5000];
    Arrays.setAll(many, i -> Float.toString((i - 2500) * 0.37f));
    String[] more = {"1767261600100", "-0.1234567891", "5630000.001"};
    String[] all = Arrays.copyOf(many, many.length + more.length);
    System.arraycopy(more, 0, all, many.length, more.length);
    Distribution together = sizes(all);
    assertEquals(together, merged(sizes(many), sizes(more)));
    assertEquals(together, merged(sizes(more), sizes(many)));
    assertEquals(DistributionKind.FLOATS, sizes(many).getKind());
    assertEquals(DistributionKind.DOUBLES, together.getKind());
  }

  @Test
  void anImageHasAllItsValuesAndTheSumsOfSixteenParts() throws IOException {
    IdxFiles.write(folder, 3);
    DataProfile profile =
        DataProfiler.of(
            IdxFiles.range(folder.resolve(IdxFiles.IMAGES), folder.resolve(IdxFiles.LABELS), 0, 3),
            Map.of());
    int[] shape =
        profile.getColumns().get(0).getShape().stream().mapToInt(Integer::intValue).toArray();
    byte[] images = IdxFiles.images(3, shape[0], shape[1]);

    int parts = Math.min(4, shape[0]) * Math.min(4, shape[1]);
    assertEquals(1 + parts + 1, profile.getDistributions().size());
    Distribution whole = profile.getDistributions().get(0);
    assertEquals(3, whole.getRows());
    assertEquals(3L * shape[0] * shape[1], sum(whole.getCounts()));
    assertEquals(List.of("image", ""), List.of(whole.getColumn(), whole.getPart()));
    long sum = 0;
    for (int i = 16; i < images.length; i++) {
      sum += images[i] & 0xff;
    }
    assertEquals(sum, weighted(whole));
    List<Distribution> ofParts = profile.getDistributions().subList(1, 1 + parts);
    assertEquals(sum, ofParts.stream().mapToLong(DataProfilerTest::weighted).sum());
    assertTrue(ofParts.get(0).getPart().startsWith("rows 1"), ofParts.get(0).getPart());
    assertEquals(DistributionKind.TEXTS, profile.getDistributions().get(1 + parts).getKind());
  }

  private static long sum(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).sum();
  }

  /** The sum of all values. */
  private static long weighted(Distribution of) {
    long value = 0;
    long sum = 0;
    for (int i = 0; i < of.getValues().size(); i++) {
      value += of.getValues().get(i);
      sum += value * of.getCounts().get(i);
    }
    return sum;
  }

  @Test
  void theProfileIsTheSameInAnyOrderAndAnyPartsEvenWhereValuesAreMany() throws IOException {
    Random random = new Random(3);
    List<FileRange> files = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    for (int file = 0; file < 4; file++) {
      StringBuilder rows = new StringBuilder();
      for (int i = 0; i < 1500; i++) {
        rows.append(random.nextGaussian()).append(",c").append(random.nextInt(3000));
        rows.append(",true,").append(random.nextInt(9000) + 1000).append("-01-01,a\n");
      }
      all.append(rows);
      files.add(table(file + ".csv", rows.toString()));
    }
    DataProfile whole = DataProfiler.of(table("all.csv", all.toString()), Map.of());
    assertEquals(DistributionKind.HASHES, whole.getDistributions().get(1).getKind());
    int numbers = whole.getDistributions().get(0).getValues().size();
    assertTrue(numbers <= 2048 && numbers > 900, "" + numbers);

    Collections.reverse(files);
    DataProfile merged = DataProfiler.none(COLUMNS, Map.of());
    for (FileRange file : files) {
      merged = DataProfiler.merge(merged, DataProfiler.of(file, Map.of()));
    }
    assertEquals(whole, merged);

    assertEquals(
        whole,
        new RowProfiles(COLUMNS, Map.of(), List.of("size", "left"), null).of(files).getProfile());
  }

  @Test
  void whatIsWrongWithAFileIsInTheProfile() throws IOException {
    DataProfile profile =
        DataProfiler.of(
            FileRange.newBuilder(table("a.csv", ""))
                .setPath(folder.resolve("gone.csv").toString())
                .build(),
            Map.of());

    assertEquals(folder.resolve("gone.csv") + ": no such file", profile.getBroken());
    assertEquals(0, profile.getRead());
  }

  @Test
  void profilesOfDifferentColumnsCannotBeMerged() {
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                DataProfiler.merge(
                    DataProfiler.none(COLUMNS, Map.of()),
                    DataProfiler.none(COLUMNS.subList(1, 5), Map.of())));

    assertTrue(wrong.getMessage().startsWith("profiles of different columns: "));
  }
}
