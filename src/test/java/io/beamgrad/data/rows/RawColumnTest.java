package io.beamgrad.data.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ColumnValues;
import io.beamgrad.schema.ValueKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of every type of column. */
class RawColumnTest {
  private static RawColumn column(ColumnType type, Object values) {
    Column column = Columns.feature("c", type, List.of());
    return Rows.block(List.of(column), values).column(0);
  }

  /** Three rows, all of them different. */
  private static RawColumn of(ColumnType type) {
    return switch (type) {
      case BYTES -> column(type, new byte[] {0, (byte) 200, 7});
      case FLOATS -> column(type, new float[] {1.5f, -3, Float.NaN});
      case LONGS -> column(type, new long[] {0, Long.MIN_VALUE, 86_400_001});
      case STRINGS -> column(type, new String[] {"b", null, "ä"});
    };
  }

  private static void assertRow(RawColumn expected, int row, RawColumn found, int foundRow) {
    assertEquals(expected.text(row), found.text(foundRow));
    assertEquals(expected.isMissing(row), found.isMissing(foundRow));
    assertEquals(expected.hash(row, 5), found.hash(foundRow, 5));
  }

  @ParameterizedTest
  @EnumSource
  void rowsAreCopiedAndPackedWhole(ColumnType type) {
    RawColumn column = of(type);
    RawColumn copy = RawColumn.of(column.column());
    copy.reserve(1);
    copy.copy(0, column, 2);
    copy.reserve(2);
    copy.copy(1, column, 1);
    assertRow(column, 2, copy, 0);
    assertRow(column, 1, copy, 1);

    RawColumn packed =
        Rows.repacked(List.of(copy, column), new int[] {1, 0}, new int[] {0, 1}, new long[2]);
    assertRow(column, 0, packed, 0);
    assertRow(column, 1, packed, 1);
  }

  @ParameterizedTest
  @EnumSource
  void aBlockHasTheRowsWhereverTheirBytesLie(ColumnType type) throws IOException {
    RawColumn column = of(type);
    ColumnValues encoded = column.encode(3);
    ByteBuffer amid = ByteBuffer.allocate(encoded.getValues().remaining() + 9).position(4);
    amid.put(encoded.getValues().duplicate()).limit(amid.position()).position(4);

    RawColumn shared = RawColumn.of(column.column());
    shared.share(encoded, 3);
    RawColumn decoded = RawColumn.of(column.column());
    decoded.share(new ColumnValues(amid, encoded.getDictionary()), 3);
    for (int row = 0; row < 3; row++) {
      assertRow(column, row, shared, row);
      assertRow(column, row, decoded, row);
    }
    String message = assertThrows(IOException.class, () -> shared.share(encoded, 2)).getMessage();
    assertTrue(message.startsWith("column 'c' has "), message);
  }

  @Test
  void valuesAreLittleEndianInBlocks() {
    ByteBuffer floats = of(ColumnType.FLOATS).encode(3).getValues().order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(1.5f, floats.getFloat(0));
    assertEquals(-3, floats.getFloat(4));
    ByteBuffer longs = of(ColumnType.LONGS).encode(3).getValues().order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(86_400_001, longs.getLong(16));
    ByteBuffer texts = of(ColumnType.STRINGS).encode(3).getValues().order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(0, texts.getInt(0));
    assertEquals(-1, texts.getInt(4));
    assertEquals(1, texts.getInt(8));
  }

  @Test
  void hashesOfBlocksAreOfTheBytesOfARow() {
    RawColumn floats = of(ColumnType.FLOATS);
    long[] hashes = {11, 12};
    Rows.addToHashes(floats, hashes);
    byte[] bytes = floats.encode(3).getValues().array();
    assertEquals(Xxh64.hash(bytes, 0, 4, 11), hashes[0]);
    assertEquals(Xxh64.hash(bytes, 4, 8, 12), hashes[1]);

    long[] ofTexts = {11, 12};
    Rows.addToHashes(of(ColumnType.STRINGS), ofTexts);
    assertEquals(Xxh64.hash("b", 11), ofTexts[0]);
    assertEquals(Long.rotateLeft(12, 1), ofTexts[1]);
  }

  @Test
  void hashesOfRowsAreThoseOfTheBuildsBefore() {
    assertEquals(Xxh64.hash(5, Float.floatToIntBits(1.5f), 5), of(ColumnType.FLOATS).hash(0, 5));
    assertEquals(Xxh64.hash(5, 86_400_001L, 5), of(ColumnType.LONGS).hash(2, 5));
    assertEquals(Xxh64.hash(new byte[] {7}, 0, 1, 5), of(ColumnType.BYTES).hash(2, 5));
    assertEquals(Xxh64.hash("b", 5), of(ColumnType.STRINGS).hash(0, 5));
  }

  @Test
  void aPersonReadsNumbersDatesBooleansAndTexts() {
    assertEquals("200", of(ColumnType.BYTES).shown(1));
    assertEquals("1.5", of(ColumnType.FLOATS).shown(0));
    assertEquals("-3", of(ColumnType.FLOATS).shown(1));
    assertEquals("", of(ColumnType.FLOATS).shown(2));
    assertEquals("1970-01-01", of(ColumnType.LONGS).shown(0));
    assertEquals("1970-01-02T00:00:00.001", of(ColumnType.LONGS).shown(2));
    assertEquals("ä", of(ColumnType.STRINGS).shown(2));
    Column flag =
        new Column(
            "f", ColumnType.FLOATS, List.of(), ColumnRole.FEATURE, ValueKind.BOOLEAN, null, true);
    ColumnBlock flags = Rows.block(List.of(flag), new float[] {0, 1});
    assertEquals("false", flags.value(0, 0));
    assertEquals("true", flags.value(0, 1));
  }

  @Test
  void bytesAreScaledAsTheNumbersThatTheyAre() {
    RawColumn floats = column(ColumnType.FLOATS, new float[] {0, 200, 7});
    float[] scaled = new float[4];
    float[] expected = new float[4];
    of(ColumnType.BYTES).scale(0, 3, scaled, 1, 3, 7);
    floats.scale(0, 3, expected, 1, 3, 7);
    assertEquals(List.of(0f, -3 / 7f, 197 / 7f, 4 / 7f), boxed(scaled));
    assertEquals(boxed(scaled), boxed(expected));
  }

  private static List<Float> boxed(float[] numbers) {
    return List.of(numbers[0], numbers[1], numbers[2], numbers[3]);
  }
}
