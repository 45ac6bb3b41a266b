package io.beamgrad.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.encoding.CategoryEncoder;
import io.beamgrad.data.encoding.TextEncoder;
import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.BinaryCategory;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.CategoryPreparation;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.DatePart;
import io.beamgrad.schema.DatePreparation;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.KeyPreparation;
import io.beamgrad.schema.MissingCategory;
import io.beamgrad.schema.MissingDate;
import io.beamgrad.schema.MissingNumber;
import io.beamgrad.schema.MissingText;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.NumberPreparation;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.TextEncoding;
import io.beamgrad.schema.TextNorm;
import io.beamgrad.schema.TextPreparation;
import io.beamgrad.schema.TextWeights;
import io.beamgrad.schema.UnknownCategory;
import io.beamgrad.schema.ValueKind;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;

class ColumnLearnerTest {
  private static final Column NUMBER = column("x", ColumnType.FLOATS, List.of(), ValueKind.NUMBER);
  private static final Column TEXT = column("c", ColumnType.STRINGS, List.of(), ValueKind.TEXT);
  private static final Column DATE = column("d", ColumnType.LONGS, List.of(), ValueKind.DATE);

  private static Column column(String name, ColumnType type, List<Integer> shape, ValueKind kind) {
    return new Column(name, type, shape, ColumnRole.FEATURE, kind, null, true);
  }

  private static NumberPreparation number(ScaleMethod scale, MissingNumber missing) {
    return new NumberPreparation("x", null, null, false, scale, 1.0, missing, 0.0, false);
  }

  private static CategoryPreparation category(long minCount, Integer most) {
    return new CategoryPreparation(
        "c",
        minCount,
        most,
        null,
        MissingCategory.OWN,
        null,
        UnknownCategory.OWN,
        BinaryCategory.OWN);
  }

  @Test
  void nothingIsLearnedOfAKey() throws UnusableDataException {
    KeyPreparation key = new KeyPreparation("c");
    assertFalse(ColumnLearner.needsRows(List.of(key)));
    assertEquals(
        List.of(new KeyEncoding("c", ByteBuffer.allocate(0), ByteBuffer.allocate(0))),
        learn(TEXT, key, new String[] {"a", "b", "a"}));
  }

  @Test
  void ofTextsEachSlotIsCountedOnceARow() throws UnusableDataException {
    TextPreparation counts =
        new TextPreparation(
            "c", 70_000, 2, true, TextWeights.COUNTS, TextNorm.L2, MissingText.ZERO);
    assertFalse(ColumnLearner.needsRows(List.of(counts)));
    String[] texts = {"so so good", null, "So bad", "so so good", ""};
    assertFalse(learnText(counts, texts).getDocumentFrequencies().hasRemaining());

    TextPreparation tfidf =
        TextPreparation.newBuilder(counts).setWeights(TextWeights.TFIDF).build();
    assertTrue(ColumnLearner.needsRows(List.of(tfidf)));
    TextEncoding learned = learnText(tfidf, texts);
    assertEquals(4, learned.getDocuments());
    long[] found = new long[70_000];
    TextEncoder.frequencies(learned).get(found);
    long[] expected = new long[70_000];
    Map<String, Long> rows =
        Map.of("so", 3L, "good", 2L, "bad", 1L, "so so", 2L, "so good", 2L, "so bad", 1L);
    rows.forEach(
        (term, count) ->
            expected[(int) Long.remainderUnsigned(Xxh64.hash(term, Xxh64.hash("c", 0)), 70_000)] +=
                count);
    assertArrayEquals(expected, found);
    assertEquals(0, learnText(tfidf).getDocuments());
  }

  private static TextEncoding learnText(TextPreparation preparation, String... values)
      throws UnusableDataException {
    return (TextEncoding) learn(TEXT, preparation, values).get(0);
  }

  @Test
  void aPreparationThatIsNotKnownIsRefused() {
    assertEquals(
        "ColumnLearner has no code for the preparation String",
        assertThrows(IllegalStateException.class, () -> learn(TEXT, "own", new String[] {"a"}))
            .getMessage());
  }

  private static List<Object> learn(Column column, Object preparation, Object values)
      throws UnusableDataException {
    ColumnLearner learner = new ColumnLearner(List.of(column), List.of(preparation));
    Map<Integer, ColumnStatistics> shards = learner.count(Rows.block(List.of(column), values));
    return learner.encodings(new ArrayList<>(shards.values()));
  }

  private static NumberEncoding learnNumber(NumberPreparation preparation, float... values)
      throws UnusableDataException {
    return (NumberEncoding) learn(NUMBER, preparation, values).get(0);
  }

  private static CategoryEncoding learnCategory(CategoryPreparation preparation, String... values)
      throws UnusableDataException {
    return (CategoryEncoding) learn(TEXT, preparation, values).get(0);
  }

  @Test
  void standardGivesMeanAndDeviationOfTheValuesThatAreThere() throws UnusableDataException {
    NumberEncoding learned =
        learnNumber(number(ScaleMethod.STANDARD, MissingNumber.MEAN), 1, 2, Float.NaN, 3, 6);

    assertEquals(List.of(3.0), learned.getShift());
    assertEquals(List.of(Math.sqrt(3.5)), learned.getScale());
    assertEquals(3.0, learned.getFilling());
  }

  @Test
  void minmaxGivesTheRange() throws UnusableDataException {
    NumberEncoding learned =
        learnNumber(number(ScaleMethod.MINMAX, MissingNumber.MEDIAN), 4, -1, Float.NaN, 2, 3);

    assertEquals(List.of(-1.0), learned.getShift());
    assertEquals(List.of(5.0), learned.getScale());
    assertEquals(2.0, learned.getFilling(), "the lower one of an even count");
  }

  @Test
  void whatIsLearnedIsOfTheClippedValuesAndTheirLogarithms() throws UnusableDataException {
    NumberPreparation asked =
        new NumberPreparation(
            "x", -1.0, 3.0, true, ScaleMethod.MINMAX, 1.0, MissingNumber.MEAN, 0.0, false);

    NumberEncoding learned = learnNumber(asked, -9, 3, 100);

    assertEquals((float) -Math.log(2), learned.getShift().get(0).floatValue());
    assertEquals(
        (float) (Math.log(4) + Math.log(2)), learned.getScale().get(0).floatValue(), 1e-6f);
    assertEquals((2 * Math.log(4) - Math.log(2)) / 3, learned.getFilling(), 1e-6);
  }

  @Test
  void constantColumnsBecomeZeroAndWildOnesNeitherOverflowNorVanish() throws UnusableDataException {
    NumberPreparation standard = number(ScaleMethod.STANDARD, MissingNumber.REJECT);
    assertEquals(List.of(0.0), learnNumber(standard, 0.1f, 0.1f, 0.1f).getScale());
    assertEquals(List.of(0.0), learnNumber(standard, 3e38f, 3e38f).getScale());
    assertEquals(1.0, learnNumber(standard, 3e38f, -3e38f).getScale().get(0) / 3e38f, 1e-12);
    assertEquals(1.0, learnNumber(standard, 2e-40f, -2e-40f).getScale().get(0) / 2e-40f, 1e-12);
    double large = learnNumber(standard, 16777216f, 16777218f).getScale().get(0);
    assertEquals(1.0, large, "exact where the mean is large beside the deviation");
    assertEquals(List.of(0.0), learnNumber(standard, Float.NaN).getScale());
  }

  @Test
  void theMedianIsWithinItsStatedError() throws UnusableDataException {
    Random random = new Random(1);
    float[] values = new float[9999];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (1e6 * random.nextGaussian());
    }
    float[] shifted = values.clone();
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] += 3e6f;
    }
    NumberPreparation asked = number(ScaleMethod.NONE, MissingNumber.MEDIAN);
    double found = learnNumber(asked, shifted).getFilling();
    float[] sorted = shifted.clone();
    Arrays.sort(sorted);
    assertTrue(found <= sorted[4999] && found >= sorted[4999] * (1 - 1.0 / 128), "" + found);
    assertEquals(-37.0, learnNumber(asked, -37, -200, 5).getFilling());
    assertEquals(0.0, learnNumber(asked, -0f, 0, 0).getFilling());
  }

  private static Object[] wholes(long from, long step, int count) {
    Object[] values = new Object[count];
    Arrays.setAll(values, i -> from + step * i);
    return values;
  }

  private static NumberEncoding learnWide(NumberPreparation preparation, Object... values)
      throws UnusableDataException {
    return (NumberEncoding) learn(NUMBER, preparation, values).get(0);
  }

  @Test
  void millisecondsSince1970AreCentredExactly() throws UnusableDataException {
    NumberEncoding learned =
        learnWide(
            number(ScaleMethod.STANDARD, MissingNumber.MEDIAN),
            wholes(1_767_261_600_000L, 100, 600));

    assertEquals(List.of(1_767_261_600_000L + 29_950.0), learned.getShift());
    assertEquals(List.of(Math.sqrt((600.0 * 600 - 1) / 12) * 100), learned.getScale());
    assertEquals(List.of(0.0), learned.getRest());
    assertEquals(1_767_261_600_000L + 29_900.0, learned.getFilling());
  }

  @Test
  void wholeNumbersBeyondDoublesAreCentredExactly() throws UnusableDataException {
    long from = (1L << 60) + 1;
    NumberEncoding standard =
        learnWide(number(ScaleMethod.STANDARD, MissingNumber.MEAN), wholes(from, 1, 601));
    assertEquals(
        new BigDecimal(from + 300),
        new BigDecimal(standard.getShift().get(0)).add(new BigDecimal(standard.getRest().get(0))));
    assertEquals(List.of(Math.sqrt((601.0 * 601 - 1) / 12)), standard.getScale());

    NumberEncoding minmax =
        learnWide(number(ScaleMethod.MINMAX, MissingNumber.REJECT), wholes(from, 1, 601));
    assertEquals(List.of((double) from), minmax.getShift());
    assertEquals(List.of(1.0), minmax.getRest());
    assertEquals(List.of(600.0), minmax.getScale());
  }

  @Test
  void floatsAloneLearnWhatTheyDidBefore() throws UnusableDataException {
    NumberEncoding learned = learnNumber(number(ScaleMethod.STANDARD, MissingNumber.MEDIAN), 1, 5);
    assertNull(learned.getRest());
    assertEquals(1.0, learned.getFilling());
    assertNotNull(
        learnWide(number(ScaleMethod.STANDARD, MissingNumber.MEDIAN), 1.0, 0.1234567891).getRest());
  }

  @Test
  void theSquaresOfDoublesAreExact() throws UnusableDataException {
    for (double size : new double[] {1e-100, 0.123456789012, 1.23456789012e30}) {
      NumberEncoding learned =
          learnWide(number(ScaleMethod.STANDARD, MissingNumber.MEAN), size, 3 * size, size);
      assertEquals(Math.sqrt(8 / 9.0) * size, learned.getScale().get(0), 4 * Math.ulp(size));
    }
    double near = 1 + 1e-9;
    assertEquals(
        (near - 1) / 2,
        learnWide(number(ScaleMethod.STANDARD, MissingNumber.MEAN), 1.0, near).getScale().get(0),
        1e-24);
  }

  @Test
  void theMedianOfWideNumbersIsNearInTheirOwnRange() throws UnusableDataException {
    NumberEncoding learned =
        learnWide(
            number(ScaleMethod.NONE, MissingNumber.MEDIAN),
            wholes(1_767_261_600_000L, 100, 20_000));
    assertEquals(1_767_262_600_000L, learned.getFilling(), 2_000_000 / 1000);
    assertEquals(
        -1_767_262_600_000L,
        learnWide(
                number(ScaleMethod.NONE, MissingNumber.MEDIAN),
                wholes(-1_767_261_600_000L, -100, 20_000))
            .getFilling(),
        2_000_000 / 1000);
  }

  @Test
  void theElementsOfVectorsAreCentredEachByItself() throws UnusableDataException {
    Column pair = column("x", ColumnType.FLOATS, List.of(2), ValueKind.NUMBER);
    NumberEncoding learned =
        (NumberEncoding)
            learn(
                    pair,
                    number(ScaleMethod.STANDARD, MissingNumber.REJECT),
                    new Object[] {1.0, 1_767_261_600_001L, 3.0, 1_767_261_600_003L})
                .get(0);
    assertEquals(List.of(2.0, 1_767_261_600_002.0), learned.getShift());
    assertEquals(List.of(1.0, 1.0), learned.getScale());
  }

  @Test
  void wideBoundsAndConstantsAreNotRounded() throws UnusableDataException {
    NumberPreparation asked =
        new NumberPreparation(
            "x",
            1_767_261_600_100.0,
            null,
            false,
            ScaleMethod.MINMAX,
            1.0,
            MissingNumber.CONSTANT,
            1_767_261_600_300.0,
            false);
    NumberEncoding learned = learnWide(asked, 5.0, 1_767_261_600_500L);
    assertEquals(List.of(1_767_261_600_100.0), learned.getShift());
    assertEquals(List.of(400.0), learned.getScale());
    assertEquals(1_767_261_600_300.0, learned.getFilling());
  }

  @Test
  void categoriesAreSortedRareOnesPooled() throws UnusableDataException {
    String[] values = {"b", "a", "b", null, "c", "a", "b", "d"};

    CategoryEncoding all = learnCategory(category(1, null), values);
    assertEquals(List.of("a", "b", "c", "d"), all.getCategories());
    assertFalse(all.getHasPool());
    assertTrue(all.getHasMissing());

    CategoryEncoding frequent = learnCategory(category(2, null), values);
    assertEquals(List.of("a", "b"), frequent.getCategories());
    assertEquals(List.of("c", "d"), frequent.getPooled());
    assertTrue(frequent.getHasPool());

    CategoryEncoding most = learnCategory(category(1, 3), values);
    assertEquals(List.of("a", "b", "c"), most.getCategories(), "ties by name");
    assertEquals(List.of("d"), most.getPooled());
  }

  private static CategoryEncoding learnAs(
      UnknownCategory unknown, BinaryCategory binary, long minCount, String... values)
      throws UnusableDataException {
    return learnCategory(
        new CategoryPreparation(
            "c", minCount, null, null, MissingCategory.OWN, null, unknown, binary),
        values);
  }

  @Test
  void whatNoTrainingRowHasMayBeZeros() throws UnusableDataException {
    CategoryEncoding zeros = learnAs(UnknownCategory.ZEROS, BinaryCategory.OWN, 2, "b", "b", null);
    assertFalse(zeros.getHasUnknown());
    assertFalse(zeros.getHasPool(), "no training row is pooled");
    assertTrue(zeros.getHasMissing());
    assertEquals(2, new CategoryEncoder(zeros).width());
    zeros = learnAs(UnknownCategory.ZEROS, BinaryCategory.OWN, 2, "b", "b", "a");
    assertTrue(zeros.getHasPool());
    assertFalse(zeros.getHasMissing(), "no training row lacks a text");
    assertEquals(2, new CategoryEncoder(zeros).width());
    assertEquals(4, new CategoryEncoder(learnCategory(category(2, null), "b", "b", "a")).width());
  }

  @Test
  void twoCategoriesMayBeOneNumber() throws UnusableDataException {
    CategoryEncoding sign = learnSign(1, "no", "yes", "no");
    assertTrue(sign.getSign());
    assertEquals(List.of("no", "yes"), sign.getCategories());
    assertFalse(sign.getHasMissing() || sign.getHasUnknown() || sign.getHasPool());
    assertTrue(learnSign(1, "yes", null).getHasMissing(), "missing ones are one of two");
    assertEquals(List.of("a", "b"), learnSign(2, "a", "b", "c", "c").getPooled());
    assertEquals(1, new CategoryEncoder(learnSign(2, "a", "b", "c", "c")).width());
    assertEquals(1, new CategoryEncoder(learnSign(3, "a", "b", "c", null)).width());

    assertFalse(learn(1, "a", "b", null).getSign(), "three");
    assertFalse(learn(1, "a", "a").getSign(), "one");
    assertFalse(learn(2, "a", "a", "b", "b", "c").getSign(), "pooled ones are the third");
    CategoryEncoding three = learn(1, "a", "b", "c");
    assertTrue(three.getHasUnknown() && three.getHasMissing(), "as without it");
  }

  /** Of what becomes one number. */
  private static CategoryEncoding learnSign(long minCount, String... values)
      throws UnusableDataException {
    CategoryEncoding sign = learn(minCount, values);
    assertTrue(sign.getSign());
    return sign;
  }

  private static CategoryEncoding learn(long minCount, String... values)
      throws UnusableDataException {
    return learnAs(UnknownCategory.OWN, BinaryCategory.SIGN, minCount, values);
  }

  @Test
  void aMissingTextMayCountAsAnother() throws UnusableDataException {
    CategoryPreparation asked =
        new CategoryPreparation(
            "c",
            1L,
            null,
            null,
            MissingCategory.CONSTANT,
            "none",
            UnknownCategory.OWN,
            BinaryCategory.OWN);

    CategoryEncoding learned = learnCategory(asked, "a", null);

    assertEquals(List.of("a", "none"), learned.getCategories());
    assertFalse(learned.getHasMissing());
  }

  @Test
  void moreThanAMillionCategoriesAreRefusedInOneLine() throws UnusableDataException {
    String[] values = new String[1_100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Integer.toString(i);
    }
    assertEquals(
        1_000_000,
        learnCategory(category(1, null), Arrays.copyOf(values, 1_000_000)).getCategories().size());

    UnusableDataException thrown =
        assertThrows(UnusableDataException.class, () -> learnCategory(category(1, null), values));
    assertEquals(
        "column 'c' has more than about a million categories, which are too many to learn; hash"
            + " them (data.columns: {c: {category: {hash: 100000}}})",
        thrown.getMessage());
  }

  @Test
  void yearsAndDaysOfDatesAreStandardised() throws UnusableDataException {
    DatePreparation asked =
        new DatePreparation(
            "d", List.of(DatePart.YEAR, DatePart.MONTH), "UTC", MissingDate.ZERO, false);
    long[] times = {
      Instant.parse("2020-06-01T00:00:00Z").toEpochMilli(),
      Long.MIN_VALUE,
      Instant.parse("2024-12-31T23:00:00Z").toEpochMilli()
    };

    DateEncoding learned = (DateEncoding) learn(DATE, asked, times).get(0);

    assertEquals(2022.0, learned.getParts().get(0).getShift());
    assertEquals(2.0, learned.getParts().get(0).getScale());
    assertEquals(0.0, learned.getParts().get(1).getShift());
  }

  @Test
  void aTimeOfDayAmongDatesHasNoYearToLearnFrom() throws UnusableDataException {
    DatePreparation asked =
        new DatePreparation(
            "d", List.of(DatePart.YEAR, DatePart.HOUR), "UTC", MissingDate.ZERO, false);
    long noon = LongsColumn.ofTimeOfDay(43_200_000);

    DateEncoding mixed =
        (DateEncoding)
            learn(
                    DATE,
                    asked,
                    new long[] {Instant.parse("2020-06-01T00:00:00Z").toEpochMilli(), noon})
                .get(0);
    DateEncoding times = (DateEncoding) learn(DATE, asked, new long[] {noon, noon}).get(0);

    assertEquals(2020.0, mixed.getParts().get(0).getShift());
    assertEquals(0.0, times.getParts().get(0).getScale());
  }

  @Test
  void neitherTheOrderOfRowsNorTheTreeOfMergesShows() throws Exception {
    List<Column> columns = List.of(NUMBER, TEXT, DATE);
    List<Object> preparations =
        List.of(
            number(ScaleMethod.STANDARD, MissingNumber.MEDIAN),
            category(2, 40),
            new DatePreparation(
                "d", List.of(DatePart.EPOCH_DAYS), "Asia/Tokyo", MissingDate.ZERO, false));
    ColumnLearner learner = new ColumnLearner(columns, preparations);
    List<ColumnBlock> rows = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      rows.add(
          Rows.block(
              columns,
              new float[] {
                i % 7 == 0 ? Float.NaN : (float) (random.nextGaussian() * Math.pow(10, i % 60 - 30))
              },
              new String[] {i % 9 == 0 ? null : "t" + (int) (90 * random.nextDouble())},
              new long[] {i % 11 == 0 ? Long.MIN_VALUE : random.nextInt() * 1000L}));
    }
    List<Object> first = null;
    for (int trial = 0; trial < 3; trial++) {
      Collections.shuffle(rows, random);
      TreeMap<Integer, List<ColumnStatistics>> parts = new TreeMap<>();
      for (ColumnBlock row : rows) {
        learner
            .count(row)
            .forEach((s, part) -> parts.computeIfAbsent(s, k -> new ArrayList<>()).add(part));
      }
      List<ColumnStatistics> merged = new ArrayList<>();
      for (List<ColumnStatistics> shard : parts.values()) {
        while (shard.size() > 1) {
          ColumnStatistics one = shard.remove(random.nextInt(shard.size()));
          ColumnStatistics other = shard.remove(random.nextInt(shard.size()));
          ColumnStatistics both = new ColumnStatistics(3).add(one).add(other);
          SerializableCoder<ColumnStatistics> coder = SerializableCoder.of(ColumnStatistics.class);
          ColumnStatistics copy = CoderUtils.clone(coder, both);
          assertEquals(both, copy);
          shard.add(copy);
        }
        merged.addAll(shard);
      }
      Collections.shuffle(merged, random);
      List<Object> encodings = learner.encodings(merged);
      first = first == null ? encodings : first;
      assertEquals(first, encodings);
    }
  }

  @Test
  void onlyWhatDependsOnRowsIsLearned() {
    assertFalse(
        ColumnLearner.needsRows(List.of(number(ScaleMethod.DIVIDE, MissingNumber.CONSTANT))));
    assertTrue(ColumnLearner.needsRows(List.of(number(ScaleMethod.NONE, MissingNumber.MEDIAN))));
    assertTrue(ColumnLearner.needsRows(List.of(category(1, null))));
    assertFalse(
        ColumnLearner.needsRows(
            List.of(
                new CategoryPreparation(
                    "c",
                    1L,
                    null,
                    8,
                    MissingCategory.REJECT,
                    null,
                    UnknownCategory.OWN,
                    BinaryCategory.OWN),
                new DatePreparation(
                    "d", List.of(DatePart.HOUR), "UTC", MissingDate.REJECT, false))));
  }
}
