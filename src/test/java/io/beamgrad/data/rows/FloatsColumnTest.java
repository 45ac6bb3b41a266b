package io.beamgrad.data.rows;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ColumnValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers of 32, 64 and more bits in one column. */
class FloatsColumnTest {
  private static final Column COLUMN = Columns.feature("x", ColumnType.FLOATS, List.of());
  private static final Column PAIR = Columns.feature("pair", ColumnType.FLOATS, List.of(2));
  private static final Object[] FLOATS = {0.1, -0.0, Double.NaN, 16_777_216L, 3e38, 1e-40};
  private static final long MILLIS = 1_767_261_600_100L;
  private static final long BEYOND_DOUBLES = (1L << 53) + 1;

  private static RawColumn column(Object... values) {
    return Rows.block(List.of(COLUMN), (Object) values).column(0);
  }

  private static byte[] bytes(RawColumn column, int rows) {
    ByteBuffer values = column.encode(rows).getValues();
    byte[] bytes = new byte[values.remaining()];
    values.duplicate().get(bytes);
    return bytes;
  }

  private static Object[] with(Object... more) {
    Object[] all = new Object[FLOATS.length + more.length];
    System.arraycopy(FLOATS, 0, all, 0, FLOATS.length);
    System.arraycopy(more, 0, all, FLOATS.length, more.length);
    return all;
  }

  @Test
  void aColumnIsAsWideAsItsWidestValue() {
    assertEquals(4, column(FLOATS).bytesPerRow());
    assertEquals(8, column(with(MILLIS)).bytesPerRow());
    assertEquals(8, column(with(0.1234567891)).bytesPerRow());
    assertEquals(10, column(with(BEYOND_DOUBLES)).bytesPerRow());
    assertEquals(10, column(with(BEYOND_DOUBLES, MILLIS)).bytesPerRow());
  }

  @Test
  void valuesStayWhatTheyAreWhileAColumnWidens() {
    RawColumn wide = column(with(0.1234567891, BEYOND_DOUBLES, -BEYOND_DOUBLES, Long.MAX_VALUE));
    RawColumn floats = column(FLOATS);
    for (int row = 0; row < FLOATS.length; row++) {
      assertEquals(
          Double.doubleToRawLongBits(floats.number(row)),
          Double.doubleToRawLongBits(wide.number(row)));
      assertEquals(floats.text(row), wide.text(row));
      assertEquals(floats.isMissing(row), wide.isMissing(row));
    }
    assertEquals("0.1234567891", wide.text(6));
    assertEquals("9007199254740993", wide.text(7));
    assertEquals("-9007199254740993", wide.text(8));
    assertEquals("9223372036854775807", wide.text(9));
  }

  @Test
  void aPersonReadsWholeNumbersByTheirDigitsAndOthersShortest() {
    RawColumn column = column(16_777_217L, MILLIS, 0.1, 12.75, 1e-7, 1e30, 1e9, Double.NaN);
    assertEquals("16777217", column.text(0));
    assertEquals("1767261600100", column.text(1));
    assertEquals("0.1", column.text(2));
    assertEquals("12.75", column.text(3));
    assertEquals("1.0E-7", column.text(4));
    assertEquals("1.0E30", column.text(5));
    assertEquals("1000000000", column.text(6));
    assertNull(column.text(7));
  }

  @Test
  void hashesOfRowsDoNotDependOnTheOtherRows() {
    Object[] values = with(MILLIS, 0.1234567891, BEYOND_DOUBLES);
    RawColumn all = column(values);
    long[] together = new long[values.length];
    Rows.addToHashes(all, together);
    for (int row = 0; row < values.length; row++) {
      RawColumn alone = column(values[row]);
      long[] hash = new long[1];
      Rows.addToHashes(alone, hash);
      assertEquals(hash[0], together[row], "" + values[row]);
      assertEquals(alone.hash(0, 5), all.hash(row, 5), "" + values[row]);
    }
  }

  @Test
  void hashesSeeEachBitOfAWideNumber() {
    RawColumn some = column(MILLIS, MILLIS + 1, BEYOND_DOUBLES, BEYOND_DOUBLES - 1);
    long[] hashes = new long[4];
    Rows.addToHashes(some, hashes);
    assertEquals(4, java.util.Arrays.stream(hashes).distinct().count());
    assertEquals(
        4,
        java.util.stream.IntStream.range(0, 4).mapToLong(i -> some.hash(i, 1)).distinct().count());
  }

  @Test
  void rowsThatWerePackedHaveTheBytesOfAColumnOfTheirOwn() {
    RawColumn wide = column(with(BEYOND_DOUBLES, MILLIS));
    RawColumn narrow = column(FLOATS);
    int[] ofWide = new int[FLOATS.length];
    int[] rows = {0, 1, 2, 3, 4, 5};
    List<RawColumn> parts = List.of(wide, narrow);
    assertArrayEquals(bytes(narrow, 6), bytes(Rows.repacked(parts, ofWide, rows, new long[6]), 6));
    assertArrayEquals(
        bytes(column(MILLIS, 0.1), 2),
        bytes(Rows.repacked(parts, new int[] {0, 1}, new int[] {7, 0}, new long[2]), 2));
    assertArrayEquals(
        bytes(column(0.1, BEYOND_DOUBLES), 2),
        bytes(Rows.repacked(parts, new int[] {1, 0}, new int[] {0, 6}, new long[2]), 2));
  }

  @Test
  void aRowThatIsFilledAgainDoesNotKeepTheWidthOfItsLastValue() {
    RawColumn row = column(BEYOND_DOUBLES);
    RawColumn to = column(1.0);
    row.setNumber(0, 2.5);
    to.copy(0, row, 0);
    assertEquals(4, to.bytesPerRow());
    assertEquals(2.5, to.number(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 10})
  void aBlockSaysHowWideItsColumnsAre(int width) throws IOException {
    Object widest = width == 4 ? (Object) 7.0 : width == 8 ? MILLIS : (Object) BEYOND_DOUBLES;
    RawColumn column = column(with(widest));
    ColumnValues encoded = column.encode(7);
    assertEquals(7 * width, encoded.getValues().remaining());
    RawColumn shared = RawColumn.of(COLUMN);
    shared.share(encoded, 7);
    RawColumn decoded = column(BEYOND_DOUBLES, 1.0);
    decoded.decode(encoded.getValues(), encoded.getDictionary(), 7);
    for (int row = 0; row < 7; row++) {
      assertEquals(column.text(row), shared.text(row));
      assertEquals(column.text(row), decoded.text(row));
      assertEquals(column.hash(row, 3), decoded.hash(row, 3));
    }
  }

  @Test
  void theElementsOfAVectorAreAsWideAsTheWidest() {
    ColumnBlock block = Rows.block(List.of(PAIR), (Object) new Object[] {0.5, MILLIS, 1.0, 2.0});
    assertEquals(16, block.column(0).bytesPerRow());
    assertEquals(MILLIS, block.column(0).number(1));
    long[] hashes = new long[2];
    Rows.addToHashes(block.column(0), hashes);
    long[] alone = new long[1];
    Rows.addToHashes(Rows.block(List.of(PAIR), (Object) new float[] {1, 2}).column(0), alone);
    assertEquals(alone[0], hashes[1]);
  }

  /** As each source may have it. */
  @ParameterizedTest
  @ValueSource(
      strings = {"1767261600100", "16777217", "0.1234567891", "5630000.001", "0.1", "-0.5", "7"})
  void aNumberIsTheSameAsTextAndDoubleAndDecimal(String text) {
    RowBuilder row = new RowBuilder(List.of(COLUMN, PAIR));
    Object whole = text.contains(".") ? Double.valueOf(text) : (Object) Long.valueOf(text);
    RawColumn expected = column(whole);
    for (Object same :
        List.of(text, Double.valueOf(text), new java.math.BigDecimal(text), whole, " " + text)) {
      row.begin();
      row.take("x", same);
      row.take("pair", List.of(same, 1));
      row.end();
      assertEquals(expected.hash(0, 1), row.row().column(0).hash(0, 1), same.getClass().getName());
      assertEquals(text, row.row().column(1).text(0));
    }
    row.begin();
    row.take("x", text);
    row.take("pair", "[" + text + ", 1]");
    row.end();
    assertEquals(text, row.row().column(1).text(0));
  }

  @Test
  void arraysOfJavaAreVectors() {
    RowBuilder row = new RowBuilder(List.of(PAIR));
    for (Object pair : List.of(new double[] {MILLIS, 1}, new long[] {MILLIS, 1})) {
      row.begin();
      row.take("pair", pair);
      row.end();
      assertEquals("1767261600100", row.row().column(0).text(0));
    }
  }
}
