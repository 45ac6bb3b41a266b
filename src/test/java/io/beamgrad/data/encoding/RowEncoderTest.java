package io.beamgrad.data.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Labels;
import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.schema.BooleanEncoding;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.DatePart;
import io.beamgrad.schema.DatePartEncoding;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.tensor.SparseRows;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowEncoderTest {

  private static Column column(String name, ColumnType type, Integer... shape) {
    return new Column(name, type, List.of(shape), ColumnRole.FEATURE, ValueKind.NUMBER, null, true);
  }

  private static RowEncoder encoder(Column column, Object encoding) {
    return new RowEncoder(new Encoding(List.of(column), List.of(encoding), List.of()));
  }

  private static Column columnOf(Object value) {
    if (value instanceof Object[] numbers) {
      return column("c", ColumnType.FLOATS, numbers.length);
    }
    return value instanceof float[] numbers
        ? column("c", ColumnType.FLOATS, numbers.length)
        : column("c", value instanceof long[] ? ColumnType.LONGS : ColumnType.STRINGS);
  }

  /** The numbers of a row, dense ones checked to be the sparse ones. */
  private static float[] encode(RowEncoder encoder, Object value) {
    ColumnBlock row = Rows.block(List.of(columnOf(value)), value);
    float[] dense = new float[encoder.inputWidth() + 2];
    dense[0] = 7;
    dense[dense.length - 1] = 7;
    for (int i = 1; i < dense.length - 1; i++) {
      dense[i] = 9; // of the last batch
    }
    encoder.encodeInputs(row, 0, dense, 1);
    assertEquals(7, dense[0]);
    assertEquals(7, dense[dense.length - 1]);
    float[] inputs = Arrays.copyOfRange(dense, 1, dense.length - 1);
    SparseRows rows = new SparseRows(inputs.length);
    encoder.encodeSparse(row, 0, rows);
    rows.endRow();
    float[] sparse = new float[inputs.length];
    for (int i = 0; i < rows.starts()[1]; i++) {
      assertTrue(rows.values()[i] != 0, "zeros are left out");
      sparse[rows.columns()[i]] = rows.values()[i];
    }
    for (int i = 0; i < inputs.length; i++) {
      assertEquals(inputs[i] + 0f, sparse[i], "sparse and dense");
    }
    return inputs;
  }

  private static float[] number(NumberEncoding encoding, float x) {
    return encode(encoder(column("x", ColumnType.FLOATS), encoding), new float[] {x});
  }

  @Test
  void numbersAreClippedThenTheirLogarithmTakenThenScaled() {
    NumberEncoding encoding =
        new NumberEncoding("x", 0.0, 9.0, true, List.of(1.0), List.of(0.5), 2.0, true, null, null);

    assertArrayEquals(new float[] {(float) (Math.log(4) - 1) / .5f, 0}, number(encoding, 3), 1e-6f);
    assertArrayEquals(new float[] {-2, 0}, number(encoding, -8));
    assertArrayEquals(
        new float[] {(float) (Math.log(10) - 1) / .5f, 0}, number(encoding, 99), 1e-6f);
    assertArrayEquals(new float[] {2, 1}, number(encoding, Float.NaN));
  }

  /** Around the counts that are looked up. */
  @Test
  void theLogarithmOfACountIsThatOfAnyNumber() {
    NumberEncoding plain =
        new NumberEncoding(
            "x", null, null, true, List.of(0.0), List.of(1.0), null, false, null, null);
    NumberEncoding clipped =
        new NumberEncoding(
            "x", 2.0, 900.0, true, List.of(0.3), List.of(-0.7), 5.0, false, null, null);
    for (float x : new float[] {-1, -0f, 0, 0.5f, 1, 2, 3, 899, 901, 1022.5f, 1023, 1024, 1e9f}) {
      double log = new NumberTransform(null, null, true).apply(x);
      assertEquals(bits((float) log), bits(number(plain, x)[0]), "of " + x);
      double clippedLog = new NumberTransform(2.0, 900.0, true).apply(x);
      assertEquals(
          bits((float) ((clippedLog - 0.3) / -0.7)), bits(number(clipped, x)[0]), "of " + x);
    }
  }

  private static int bits(float x) {
    return Float.floatToRawIntBits(x);
  }

  private static float[] wide(NumberEncoding encoding, Object x) {
    return encode(encoder(column("x", ColumnType.FLOATS), encoding), new Object[] {x});
  }

  @Test
  void aWideNumberIsCentredBeforeItIsRounded() {
    NumberEncoding encoding =
        new NumberEncoding(
            "x",
            null,
            null,
            false,
            List.of(1_767_261_600_000.0),
            List.of(100.0),
            null,
            false,
            List.of(0.0),
            null);
    assertArrayEquals(new float[] {1}, wide(encoding, 1_767_261_600_100L));
    assertArrayEquals(new float[] {-0.005f}, wide(encoding, 1_767_261_599_999.5));
    NumberEncoding ofFloats = NumberEncoding.newBuilder(encoding).setRest(null).build();
    assertArrayEquals(new float[] {1}, wide(ofFloats, 1_767_261_600_100L), "a model of before");
  }

  @Test
  void wholeNumbersBeyondDoublesAreSubtractedExactly() {
    NumberEncoding encoding =
        new NumberEncoding(
            "x",
            null,
            null,
            false,
            List.of(0x1p60),
            List.of(2.0),
            null,
            false,
            List.of(-3.0),
            null);
    assertArrayEquals(new float[] {2}, wide(encoding, (1L << 60) + 1));
    assertArrayEquals(new float[] {1.5f}, wide(encoding, 1L << 60));
    NumberEncoding clipped = NumberEncoding.newBuilder(encoding).setClipHigh(0x1p60).build();
    assertArrayEquals(new float[] {1.5f}, wide(clipped, (1L << 60) + 200));
  }

  @Test
  void aColumnThatWasConstantIsZeroWhateverItIs() {
    NumberEncoding encoding =
        new NumberEncoding(
            "x", null, null, false, List.of(5.0), List.of(0.0), null, false, null, null);
    assertArrayEquals(new float[] {0}, number(encoding, 1e30f));
  }

  @Test
  void aDifferenceThatNoFloatHoldsIsStillScaled() {
    NumberEncoding encoding =
        new NumberEncoding(
            "x", null, null, false, List.of(-3e38), List.of(6e38), null, false, null, null);
    assertArrayEquals(new float[] {1}, number(encoding, 3e38f), 1e-6f);
  }

  @Test
  void theNumbersOfAVectorAreScaledEachByItself() {
    NumberEncoding encoding =
        new NumberEncoding(
            "v", null, null, false, List.of(1.0, 2.0), List.of(2.0, 4.0), null, false, null, null);
    assertArrayEquals(
        new float[] {1, 2},
        encode(encoder(column("v", ColumnType.FLOATS, 2), encoding), new float[] {3, 10}));
  }

  @Test
  void slotsAreCategoriesThenThePoolThenUnseenThenMissing() {
    CategoryEncoding encoding =
        new CategoryEncoding(
            "c", List.of("a", "b"), List.of("z"), true, 0, true, null, true, false);
    RowEncoder encoder = encoder(column("c", ColumnType.STRINGS), encoding);

    assertArrayEquals(new float[] {1, 0, 0, 0, 0}, encode(encoder, "a"));
    assertArrayEquals(new float[] {0, 1, 0, 0, 0}, encode(encoder, "b"));
    assertArrayEquals(new float[] {0, 0, 1, 0, 0}, encode(encoder, "z"));
    assertArrayEquals(new float[] {0, 0, 0, 1, 0}, encode(encoder, "never seen"));
    assertArrayEquals(new float[] {0, 0, 0, 0, 1}, encode(encoder, null));
  }

  @Test
  void aMissingTextMayBeAnother() {
    CategoryEncoding encoding =
        new CategoryEncoding("c", List.of("a", "b"), List.of(), false, 0, false, "b", true, false);
    RowEncoder encoder = encoder(column("c", ColumnType.STRINGS), encoding);
    assertArrayEquals(new float[] {0, 1, 0}, encode(encoder, null));
  }

  @Test
  void aTextThatTrainingRowsDoNotHaveMayBeZerosInAllSlots() {
    CategoryEncoding encoding =
        new CategoryEncoding(
            "c", List.of("a", "b"), List.of("z"), true, 0, true, null, false, false);
    RowEncoder encoder = encoder(column("c", ColumnType.STRINGS), encoding);

    assertArrayEquals(new float[] {0, 1, 0, 0}, encode(encoder, "b"));
    assertArrayEquals(new float[] {0, 0, 1, 0}, encode(encoder, "z"));
    assertArrayEquals(new float[] {0, 0, 0, 0}, encode(encoder, "never seen"));
    assertArrayEquals(new float[] {0, 0, 0, 1}, encode(encoder, null));
  }

  @Test
  void twoSlotsMayBeOneNumber() {
    CategoryEncoding two =
        new CategoryEncoding("c", List.of("a", "b"), List.of(), false, 0, false, null, false, true);
    RowEncoder encoder = encoder(column("c", ColumnType.STRINGS), two);
    assertArrayEquals(new float[] {-1}, encode(encoder, "a"));
    assertArrayEquals(new float[] {1}, encode(encoder, "b"));
    assertArrayEquals(new float[] {0}, encode(encoder, "never seen"));
    assertArrayEquals(new float[] {0}, encode(encoder, null));

    CategoryEncoding orMissing =
        new CategoryEncoding("c", List.of("a"), List.of(), false, 0, true, null, false, true);
    encoder = encoder(column("c", ColumnType.STRINGS), orMissing);
    assertArrayEquals(new float[] {-1}, encode(encoder, "a"));
    assertArrayEquals(new float[] {1}, encode(encoder, null));
    assertArrayEquals(new float[] {0}, encode(encoder, "never seen"));
  }

  @Test
  void scaledNumbersAreClippedSmoothly() {
    NumberEncoding encoding =
        new NumberEncoding(
            "x", null, null, false, List.of(5.0), List.of(2.0), 5.0, true, null, 3.0);
    RowEncoder encoder = encoder(column("x", ColumnType.FLOATS), encoding);
    assertArrayEquals(
        new float[] {(float) (2 / Math.sqrt(1 + 4 / 9.0)), 0}, encode(encoder, new float[] {9}));
    assertArrayEquals(new float[] {0, 1}, encode(encoder, new float[] {Float.NaN}));
    assertArrayEquals(new float[] {-3, 0}, encode(encoder, new float[] {-3e38f}));
    NumberEncoding tiny =
        new NumberEncoding(
            "x", null, null, false, List.of(-3e38), List.of(1e-300), null, false, null, 3.0);
    encoder = encoder(column("x", ColumnType.FLOATS), tiny);
    assertArrayEquals(new float[] {3}, encode(encoder, new float[] {3e38f}));
  }

  @Test
  void hashedTextsShareSlotsByTheColumnsNameAndTheText() {
    CategoryEncoding encoding =
        new CategoryEncoding("c", List.of(), List.of(), false, 5, true, null, true, false);
    RowEncoder encoder = encoder(column("c", ColumnType.STRINGS), encoding);
    float[] expected = new float[6];
    long hash = Xxh64.hash("hello", Xxh64.hash("c", 0));
    expected[(int) Long.remainderUnsigned(hash, 5)] = 1;

    assertArrayEquals(expected, encode(encoder, "hello"));
    assertArrayEquals(new float[] {0, 0, 0, 0, 0, 1}, encode(encoder, null));
  }

  @Test
  void aPowerOfTwoOfSlotsTakesTheSameOnesAsADivision() {
    for (int slots : new int[] {1, 2, 64, 65_536}) {
      CategoryEncoder encoder =
          new CategoryEncoder(
              new CategoryEncoding(
                  "c", List.of(), List.of(), false, slots, true, null, true, false));
      for (String text : List.of("", "hello", "kä", "7.0")) {
        long hash = Xxh64.hash(text, Xxh64.hash("c", 0));
        int expected = (int) Long.remainderUnsigned(hash, slots);
        assertEquals(expected, encoder.slot(text));
        ColumnBlock row = Rows.block(List.of(column("c", ColumnType.STRINGS)), text);
        assertEquals(expected, encoder.slot(row.column(0), 0));
      }
    }
  }

  @Test
  void booleansAreOneAndZero() {
    RowEncoder encoder =
        encoder(column("b", ColumnType.FLOATS), new BooleanEncoding("b", true, true));
    assertArrayEquals(new float[] {1, 0}, encode(encoder, new float[] {1}));
    assertArrayEquals(new float[] {0, 0}, encode(encoder, new float[] {0}));
    assertArrayEquals(new float[] {1, 1}, encode(encoder, new float[] {Float.NaN}));
  }

  @Test
  void partsOfDatesGoRoundInTheirZone() {
    DateEncoding encoding =
        new DateEncoding(
            "d",
            "Europe/Berlin",
            List.of(
                new DatePartEncoding(DatePart.YEAR, 2020.0, 2.0),
                new DatePartEncoding(DatePart.MONTH, 0.0, 1.0),
                new DatePartEncoding(DatePart.WEEKDAY, 0.0, 1.0),
                new DatePartEncoding(DatePart.HOUR, 0.0, 1.0)),
            true);
    RowEncoder encoder = encoder(column("d", ColumnType.LONGS), encoding);
    // Monday, the first of January, 6:00 in Berlin.
    long time = Instant.parse("2024-01-01T05:00:00Z").toEpochMilli();

    assertArrayEquals(
        new float[] {2, 0, 1, 0, 1, 1, 0, 0}, encode(encoder, new long[] {time}), 1e-7f);
    assertArrayEquals(
        new float[] {0, 0, 0, 0, 0, 0, 0, 1}, encode(encoder, new long[] {Long.MIN_VALUE}));
  }

  @Test
  void aTimeOfDayHasHourAndMinuteInEachZoneAndNoOtherPart() {
    List<DatePartEncoding> parts =
        List.of(
            new DatePartEncoding(DatePart.YEAR, 2020.0, 2.0),
            new DatePartEncoding(DatePart.HOUR, 0.0, 1.0),
            new DatePartEncoding(DatePart.MINUTE, 0.0, 1.0),
            new DatePartEncoding(DatePart.MONTH, 0.0, 1.0),
            new DatePartEncoding(DatePart.EPOCH_DAYS, 5.0, 1.0));
    long sixFifteen = LongsColumn.ofTimeOfDay((6 * 60 + 15) * 60_000);
    double hour = 2 * Math.PI * 6.25 / 24;
    for (String zone : List.of("UTC", "Europe/Berlin", "America/Los_Angeles")) {
      RowEncoder encoder =
          encoder(column("d", ColumnType.LONGS), new DateEncoding("d", zone, parts, false));
      assertArrayEquals(
          new float[] {0, (float) Math.sin(hour), (float) Math.cos(hour), 1, 0, 0, 0, 0},
          encode(encoder, new long[] {sixFifteen}),
          1e-6f,
          zone);
    }
  }

  @Test
  void rowsAreSparseWhereTheyAreWideAndFewNumbersAreNotZero() {
    Column text = column("c", ColumnType.STRINGS);
    assertTrue(
        encoder(
                text,
                new CategoryEncoding(
                    "c", List.of(), List.of(), false, 1025, false, null, true, false))
            .isSparse());
    assertFalse(
        encoder(
                text,
                new CategoryEncoding(
                    "c", List.of(), List.of(), false, 1024, false, null, true, false))
            .isSparse());
    NumberEncoding same =
        new NumberEncoding(
            "v", null, null, false, List.of(0.0), List.of(1.0), null, false, null, null);
    assertFalse(encoder(column("v", ColumnType.FLOATS, 2000), same).isSparse());
  }

  @Test
  void theWeightComesAfterTheTargets() {
    List<Column> columns =
        List.of(
            Columns.feature("x", ColumnType.FLOATS, List.of()),
            Columns.target("y", ColumnType.FLOATS, List.of()),
            Columns.weight("w"));
    NumberEncoding same =
        new NumberEncoding(
            "x", null, null, false, List.of(0.0), List.of(1.0), null, false, null, null);
    RowEncoder encoder = new RowEncoder(new Encoding(columns, List.of(same), List.of()));

    ColumnBlock rows =
        Rows.block(columns, new float[] {1, 2}, new float[] {3, 4}, new float[] {5, 6});
    assertTrue(encoder.isWeighted());
    assertEquals(6, encoder.weight(rows, 1));
  }

  @Test
  void labelsAreSortedAsNumbersWhereAllAre() {
    assertEquals(List.of("-1", "2", "10"), Labels.sorted(List.of("10", "2", "-1")));
    assertEquals(List.of("10", "2", "x"), Labels.sorted(List.of("x", "10", "2")));
  }
}
