package io.beamgrad.data.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.data.rows.NumberStyle;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.TimeThresholds;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;

class TimeCountsTest {
  private static final SplitRule RULE =
      new SplitRule(SplitRule.By.TIME, "day", new BigDecimal("0.2"), new BigDecimal("0.1"));

  private static RawColumn key(ColumnType type, Object values) {
    return Rows.block(List.of(Columns.feature("key", type, List.of())), values).column(0);
  }

  @Test
  void aTimeIsADateATimeOrANumber() {
    assertEquals(new TimeKey(86_400_000, true), of(" 1970-01-02 "));
    assertEquals(new TimeKey(3_661_005, true), of("1970-01-01T01:01:01.005"));
    assertEquals(new TimeKey(3_661_000, true), of("1970-01-01 01:01:01Z"));
    assertEquals(new TimeKey(-3_600_000, true), of("1970-01-01T00:00:00+01:00"));
    assertEquals(new TimeKey(7, true), of(key(ColumnType.LONGS, new long[] {7})));
    assertEquals(of("20210304"), of("2.0210304e7"));
    assertEquals(of("0"), of("-0.0"));
    assertEquals(of("1.5"), of(key(ColumnType.FLOATS, new float[] {1.5f})));
    for (String text :
        new String[] {"1970-13-01", "04.03.2021", "soon", "NaN", "1e999", "0x1", ""}) {
      assertNull(of(text), text);
    }
  }

  @Test
  void aTimeOfDayIsTheSameAsTextAndAsAColumnHasIt() {
    long minute = LongsColumn.ofTimeOfDay(60_000);
    TimeKey kept = of(key(ColumnType.LONGS, new long[] {minute}));
    for (String text : new String[] {"00:01", "0:01:00", "00:01:00.0004", "02:01+02"}) {
      assertEquals(kept, of(text), text);
    }
    assertTrue(of("00:02").order() > kept.order());
  }

  @Test
  void theOrderOfNumbersIsKept() {
    long last = Long.MIN_VALUE;
    for (String number :
        new String[] {"-1e300", "-2", "-1.5", "-1e-300", "0", "1e-300", "1", "2e9"}) {
      long order = of(number).order();
      assertEquals(1, Long.compare(order, last), number);
      last = order;
    }
  }

  @Test
  void thresholdsDoNotDependOnOrderOrPartsEvenWhereTimesAreMerged() {
    Random random = new Random(3);
    long[] times = random.longs(5000, -1_000_000_000_000L, 1_000_000_000_000L).toArray();
    TimeCounts whole = new TimeCounts(100);
    TimeCounts[] parts = {new TimeCounts(100), new TimeCounts(100), new TimeCounts(100)};
    for (int i = 0; i < times.length; i++) {
      whole.add(new TimeKey(times[i], true));
      parts[i % 3].add(new TimeKey(times[times.length - 1 - i], true));
    }
    TimeCounts merged = new TimeCounts(100);
    for (TimeCounts part : parts) {
      merged.add(SerializableUtils.ensureSerializable(part));
    }
    TimeThresholds thresholds = whole.thresholds(RULE);
    assertEquals(thresholds, merged.thresholds(RULE));
    long tested = Arrays.stream(times).filter(t -> t >= thresholds.getTestFrom()).count();
    assertTrue(
        tested <= 500 && tested > 350, "500 less one of fifty to a hundred parts: " + tested);
  }

  @Test
  void datesAndNumbersInOneColumnAreAFault() {
    TimeCounts counts = new TimeCounts();
    counts.add(of("2021-03-04"));
    counts.add(of("7"));
    assertEquals(
        "column 'day' has 1 dates and 1 numbers; a split by time needs the one or the other",
        counts.thresholds(RULE).getFault());
  }

  @Test
  void aLastTimeThatIsMoreThanTheShareLeavesNone() {
    TimeCounts counts = new TimeCounts();
    for (int i = 0; i < 10; i++) {
      counts.add(of(i < 5 ? "1" : "2"));
    }
    assertEquals(
        new TimeThresholds(Long.MAX_VALUE, Long.MAX_VALUE, null, List.of(), Long.MAX_VALUE),
        counts.thresholds(RULE));
  }

  @Test
  void numbersAreThoseOfTheFilesStyle() {
    CsvOptions german = CsvOptions.newBuilder().setDecimal(",").setThousands(".").build();
    assertEquals(of("1234.5"), TimeKey.of("1.234,5", NumberStyle.of(german)));
    assertNull(TimeKey.of("1234.5", NumberStyle.of(german)));
    assertEquals(of("-5"), of("\u22125"));
  }

  private static TimeKey of(String text) {
    return TimeKey.of(text, NumberStyle.of(null));
  }

  private static TimeKey of(RawColumn key) {
    return TimeKey.of(key, NumberStyle.of(null));
  }

  /**
   * The first test rows of scikit-learn 1.2.1: {@code [int(t[0]) for _, t in
   * TimeSeriesSplit(n).split(np.zeros(rows))]}.
   */
  @Test
  void partsOfFoldsBeginWhereScikitLearnsDo() {
    assertEquals(List.of(18L, 35L, 52L, 69L, 86L), partFrom(103, 5, 1));
    assertEquals(List.of(4L, 7L, 10L), partFrom(13, 3, 1));
    assertEquals(List.of(10L, 20L), partFrom(30, 2, 10)); // ten rows of one time
  }

  private static List<Long> partFrom(int rows, int folds, int rowsOfTime) {
    TimeCounts counts = new TimeCounts();
    for (int row = 0; row < rows; row++) {
      counts.add(new TimeKey((long) (row / rowsOfTime) * rowsOfTime, true));
    }
    SplitRule rule =
        SplitRule.random(new BigDecimal("0.1"))
            .withFolds(new FoldRule(folds, FoldRule.By.TIME, List.of("day")));
    return counts.thresholds(rule).getPartFrom();
  }
}
