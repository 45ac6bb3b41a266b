package io.beamgrad.data.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.schema.BooleanEncoding;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.DatePart;
import io.beamgrad.schema.DatePartEncoding;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.TextNorm;
import io.beamgrad.tensor.SparseRows;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BlockEncoderTest {
  private static final int ROWS = 50;

  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("hole", ColumnType.FLOATS, List.of()),
          Columns.feature("vector", ColumnType.FLOATS, List.of(3)),
          Columns.feature("hashed", ColumnType.STRINGS, List.of()),
          Columns.feature("known", ColumnType.STRINGS, List.of()),
          Columns.feature("zeros", ColumnType.STRINGS, List.of()),
          Columns.feature("sign", ColumnType.STRINGS, List.of()),
          Columns.feature("image", ColumnType.BYTES, List.of(2, 2)),
          Columns.feature("flag", ColumnType.FLOATS, List.of()),
          Columns.feature("day", ColumnType.LONGS, List.of()),
          Columns.feature("title", ColumnType.STRINGS, List.of()),
          Columns.feature("review", ColumnType.STRINGS, List.of()),
          Columns.target("class", ColumnType.STRINGS, List.of()),
          Columns.weight("w"));

  /** Every kind of feature; in few slots rows are dense, in many sparse. */
  private static Encoding encoding(int slots) {
    List<DatePartEncoding> parts =
        List.of(
            new DatePartEncoding(DatePart.YEAR, 2020.0, 2.0),
            new DatePartEncoding(DatePart.MONTH, 0.0, 1.0));
    return new Encoding(
        COLUMNS,
        List.of(
            new NumberEncoding(
                "hole", 0.0, 9.0, true, List.of(1.0), List.of(0.5), 1.0, true, null, null),
            new NumberEncoding(
                "vector", null, null, false, List.of(1.0), List.of(2.0), null, false, null, null),
            new CategoryEncoding(
                "hashed", List.of(), List.of(), false, slots, true, null, true, false),
            new CategoryEncoding(
                "known", List.of("a", "b"), List.of("z"), true, 0, true, null, true, false),
            new CategoryEncoding(
                "zeros", List.of("a", "b"), List.of(), false, 0, false, null, false, false),
            new CategoryEncoding(
                "sign", List.of("a"), List.of("z", "b"), true, 0, false, null, false, true),
            new NumberEncoding(
                "image", null, null, false, List.of(0.0), List.of(127.5), null, false, null, 3.0),
            new BooleanEncoding("flag", false, true),
            new DateEncoding("day", "UTC", parts, true),
            TextEncoderTest.encoding("title", 7, 1, TextNorm.NONE, 0),
            TextEncoderTest.encoding(
                "review",
                slots,
                2,
                TextNorm.L2,
                5,
                LongStream.range(0, slots).map(s -> s % 5).toArray())),
        List.of("no", "yes"));
  }

  private static ColumnBlock rows() {
    float[] holes = new float[ROWS];
    float[] vectors = new float[3 * ROWS];
    String[] hashed = new String[ROWS];
    String[] known = new String[ROWS];
    byte[] images = new byte[4 * ROWS];
    float[] flags = new float[ROWS];
    long[] days = new long[ROWS];
    String[] titles = new String[ROWS];
    String[] reviews = new String[ROWS];
    String[] classes = new String[ROWS];
    float[] weights = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      holes[row] = row % 7 == 0 ? Float.NaN : row - 3;
      hashed[row] = row % 5 == 0 ? null : "text " + row % 11;
      known[row] = row % 6 == 5 ? null : List.of("a", "b", "z", "new", "a").get(row % 5);
      titles[row] = row % 8 == 0 ? null : "so".repeat(1 + row % 3) + " so so";
      reviews[row] = row % 7 == 0 ? null : "It was number " + row + " of them, number " + row % 3;
      flags[row] = row % 4 == 0 ? Float.NaN : row % 2;
      days[row] = row % 9 == 0 ? Long.MIN_VALUE : 86_400_000L * 20_000 * row / ROWS;
      classes[row] = List.of("yes", "no", "other").get(row % 3);
      weights[row] = row / 2f;
      for (int i = 0; i < 4; i++) {
        images[4 * row + i] = (byte) (row * 31 + i * 67 & (i < 2 ? 0xff : 0));
      }
      for (int i = 0; i < 3; i++) {
        vectors[3 * row + i] = (row + i) % 4 == 0 ? 1 : row * 0.37f - i;
      }
    }
    return Rows.block(
        COLUMNS, holes, vectors, hashed, known, known, known, images, flags, days, titles, reviews,
        classes, weights);
  }

  /** Such a category has no slot, in blocks as in rows. */
  @Test
  void aColumnOfNoCategoriesGivesNothing() {
    List<Column> columns =
        List.of(
            Columns.feature("none", ColumnType.STRINGS, List.of()),
            Columns.feature("ab", ColumnType.STRINGS, List.of()),
            Columns.target("y", ColumnType.FLOATS, List.of()));
    Encoding encoding =
        new Encoding(
            columns,
            List.of(
                new CategoryEncoding(
                    "none", List.of(), List.of(), false, 0, false, null, false, false),
                new CategoryEncoding(
                    "ab", List.of("a", "b"), List.of(), false, 0, false, null, false, false)),
            List.of());
    String[] texts = {"a", "b", "c"};
    BlockEncoder encoder = new BlockEncoder(encoding);
    EncodedRows rows = encoder.encode(Rows.block(columns, texts, texts, new float[3]));

    assertArrayEquals(new float[] {1, 0}, inputs(encoder, rows, 0));
    assertArrayEquals(new float[] {0, 1}, inputs(encoder, rows, 1));
    assertArrayEquals(new float[] {0, 0}, inputs(encoder, rows, 2));
  }

  private static float[] inputs(BlockEncoder encoder, EncodedRows rows, int row) {
    float[] inputs = new float[encoder.rowEncoder().inputWidth() + 2];
    Arrays.fill(inputs, 7); // of the last batch
    encoder.copyInputs(rows, row, inputs, 1);
    assertEquals(7, inputs[0]);
    assertEquals(7, inputs[inputs.length - 1]);
    return Arrays.copyOfRange(inputs, 1, inputs.length - 1);
  }

  @Test
  void rowsOfEveryKindOfColumnAreThoseThatTheRowEncoderGives() {
    for (int slots : new int[] {8, 1000, 5000}) {
      BlockEncoder encoder = new BlockEncoder(encoding(slots));
      RowEncoder single = encoder.rowEncoder();
      assertEquals(slots == 5000, single.isSparse());
      ColumnBlock raw = rows();
      EncodedRows encoded = new EncodedRows();
      encoder.encode(Rows.block(COLUMNS, oneRow()), encoded); // whose arrays are filled again
      encoder.encode(raw, encoded);
      assertEquals(ROWS, encoded.rows());
      for (int row = 0; row < ROWS; row++) {
        float[] expected = new float[single.inputWidth()];
        single.encodeInputs(raw, row, expected, 0);
        assertArrayEquals(expected, inputs(encoder, encoded, row), "row " + row);
        float[] target = new float[1];
        single.encodeTargets(raw, row, target, 0);
        assertEquals(target[0], encoded.targets()[row]);
        assertEquals(single.weight(raw, row), encoded.weights()[row]);
      }
    }
  }

  private static Object[] oneRow() {
    return new Object[] {
      new float[1],
      new float[3],
      "x",
      "a",
      "a",
      "a",
      new byte[4],
      new float[1],
      new long[1],
      "so",
      "so so",
      "yes",
      new float[1]
    };
  }

  @Test
  void sparseRowsAreThoseThatTheRowEncoderGives() {
    BlockEncoder encoder = new BlockEncoder(encoding(5000));
    ColumnBlock raw = rows();
    EncodedRows encoded = encoder.encode(raw);
    SparseRows expected = new SparseRows(encoder.rowEncoder().inputWidth());
    SparseRows copied = new SparseRows(expected.width());
    for (int row = 0; row < ROWS; row++) {
      encoder.rowEncoder().encodeSparse(raw, row, expected);
      expected.endRow();
      encoder.copySparse(encoded, row, copied);
      copied.endRow();
    }
    int values = expected.starts()[ROWS];
    assertArrayEquals(
        Arrays.copyOf(expected.starts(), ROWS + 1), Arrays.copyOf(copied.starts(), ROWS + 1));
    assertArrayEquals(
        Arrays.copyOf(expected.columns(), values), Arrays.copyOf(copied.columns(), values));
    assertArrayEquals(
        Arrays.copyOf(expected.values(), values), Arrays.copyOf(copied.values(), values));
  }

  @Test
  void oneFeatureIsExchangedBetweenRowsAndAllOthersStay() {
    BlockEncoder encoder = new BlockEncoder(encoding(8));
    ColumnBlock raw = rows();
    EncodedRows encoded = encoder.encode(raw);
    int[] from = IntStream.range(0, ROWS).map(row -> (row * 7 + 3) % ROWS).toArray();
    for (int feature = 0; feature < encoder.features(); feature++) {
      EncodedRows moved = encoder.encode(raw);
      encoder.copyFeature(feature, encoded, Arrays.stream(from).asLongStream().toArray(), moved);
      ColumnBlock expected = raw.withMoved(feature, from);
      for (int row = 0; row < ROWS; row++) {
        float[] inputs = new float[encoder.rowEncoder().inputWidth()];
        encoder.rowEncoder().encodeInputs(expected, row, inputs, 0);
        assertArrayEquals(inputs, inputs(encoder, moved, row), "feature " + feature);
      }
      encoder.copyFeature(feature, encoded, LongStream.range(0, ROWS).toArray(), moved);
      assertArrayEquals(inputs(encoder, encoded, 5), inputs(encoder, moved, 5));
    }
  }

  @Test
  void rangesAreOfTheRawNumbersThatAreThere() {
    NumberRange[] ranges = new BlockEncoder(encoding(8)).encode(rows()).ranges();
    assertEquals(new NumberRange(-2, 45), ranges[0]); // the last row has none
    assertEquals(true, ranges[2].isEmpty()); // of texts
    assertEquals(true, ranges[6].isEmpty()); // of an image
    assertEquals(new NumberRange(-2, 100), ranges[0].and(new NumberRange(100, 100)));
    assertEquals("0.0", String.valueOf(new NumberRange(-0.0, 1).least()));
  }
}
