package io.beamgrad.data.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.sources.DataFolder;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CopyCountsTest {
  /** The hashes of the contents of some rows. */
  private static long[] rows(int count, LongUnaryOperator content) {
    return LongStream.range(0, count).map(i -> Xxh64.hash(content.applyAsLong(i), 0, 0)).toArray();
  }

  private static CopyCounts counts(int units, int rows, LongUnaryOperator content) {
    CopyCounts counts = new CopyCounts();
    for (int unit = 0; unit < units; unit++) {
      counts.add("day " + unit, rows(rows, content));
    }
    return counts;
  }

  @Test
  void copiesAreCountedWithinAndAcrossUnits() {
    CopyCounts counts = new CopyCounts();
    counts.add("a", new long[] {1, 2, 2, 3});
    counts.add("b", new long[] {1, 3, 4});
    counts.add("b", new long[] {4, 4});

    assertEquals(9, counts.rows());
    assertEquals(1 + 2, counts.within());
    assertEquals(2, counts.across());
  }

  @Test
  void dailyDumpsAreDistinctThoughEachRowIsInAllOfThem() {
    CopyCounts dumps = counts(30, 2000, i -> i);

    assertEquals(0, dumps.within());
    assertEquals(29 * 2000, dumps.across());
    assertTrue(dumps.areDistinct());
  }

  @Test
  void twentyFourDistinctRowsInTwoThousandAreOtherRows() {
    assertFalse(counts(1, 2000, i -> i % 24).areDistinct());
    assertFalse(counts(3, 2000, i -> Math.max(i, 21)).areDistinct(), "22 of 2,000 are equal");
    assertTrue(counts(3, 2000, i -> Math.max(i, 19)).areDistinct(), "20 of 2,000 are equal");
    assertFalse(counts(1, 2000, i -> i / 2).areDistinct(), "half are distinct, not over half");
    assertTrue(counts(1, 2000, i -> i * 2 / 3).areDistinct());
    assertFalse(new CopyCounts().areDistinct());
  }

  @Test
  void oneUnitOfEqualRowsAmongManyIsEnoughToTell() {
    CopyCounts counts = counts(20, 500, i -> i);
    counts.add("odd", rows(500, i -> i % 24));

    assertFalse(counts.areDistinct());
  }

  @Test
  void smallFilesAreTakenTogetherAsEachAloneLooksDistinct() {
    CopyCounts counts = new CopyCounts();
    for (int file = 0; file < 400; file++) {
      long first = 3L * file;
      counts.add(String.format(Locale.ROOT, "file %03d", file), rows(3, i -> (first + i) % 24));
    }
    assertFalse(counts.areDistinct());
    assertEquals(0, counts.within());
    assertEquals(1200 - 24, counts.across());
    assertTrue(counts(1, 3, i -> i / 2).areDistinct(), "two of three rows may be equal by chance");
  }

  @Test
  void beyondTheMostContentsTheyAreEstimatedWhateverTheOrder() {
    Random random = new Random(3);
    List<long[]> parts = new ArrayList<>();
    for (int part = 0; part < 40; part++) {
      long first = part % 20 * 500L;
      long[] rows = rows(1000, i -> first + i);
      parts.add(rows);
    }
    CopyCounts exact = new CopyCounts();
    List<CopyCounts> estimates = new ArrayList<>();
    for (int order = 0; order < 3; order++) {
      CopyCounts whole = new CopyCounts(1000);
      CopyCounts half = new CopyCounts(1000);
      List<Integer> shuffled =
          new ArrayList<>(LongStream.range(0, 40).mapToObj(i -> (int) i).toList());
      Collections.shuffle(shuffled, random);
      for (int part : shuffled) {
        (part % 3 == order ? half : whole).add("day " + part / 10, parts.get(part));
        if (order == 0) {
          exact.add("day " + part / 10, parts.get(part));
        }
      }
      estimates.add(order == 1 ? half.add(whole) : whole.add(half));
    }

    assertEquals(estimates.get(0).record(), estimates.get(1).record());
    assertEquals(estimates.get(0).record(), estimates.get(2).record());
    assertEquals(exact.rows(), estimates.get(0).rows());
    assertEquals((double) exact.within(), (double) estimates.get(0).within(), 0.1 * exact.rows());
    assertEquals((double) exact.across(), (double) estimates.get(0).across(), 0.1 * exact.rows());
    assertEquals(exact.record(), CopyCounts.of(exact.record()).record());
  }

  @Test
  void equalRowsAreCopiesWhateverFormatTheyAreWrittenIn() {
    List<Column> columns =
        List.of(
            Columns.feature("ts", ColumnType.FLOATS, List.of()),
            Columns.target("y", ColumnType.FLOATS, List.of()));
    DataPaths paths =
        new DataPaths(
            DataFolder.of("src/test/resources/foreign"),
            List.of("01-bigint-duckdb.parquet", "01-epoch-millis.csv"),
            List.of(),
            List.of(),
            null,
            CsvStyle.DEFAULT);
    List<FileRange> ranges = SourceFiles.table(paths, columns).ranges();

    for (List<String> compared : List.of(List.of("ts"), List.of("ts", "y"))) {
      CopyCounts counts =
          CopyCounts.of(new RowProfiles(columns, Map.of(), compared, null).of(ranges).getCopies());
      assertEquals(1200, counts.rows());
      assertEquals(600, counts.across(), compared.toString());
      assertEquals(0, counts.within());
    }
  }
}
