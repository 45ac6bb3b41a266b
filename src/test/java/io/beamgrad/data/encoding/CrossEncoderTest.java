package io.beamgrad.data.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.Cross;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.tensor.SparseRows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CrossEncoderTest {
  private static final int ROWS = 30;
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("city", ColumnType.STRINGS, List.of()),
          Columns.feature("age", ColumnType.FLOATS, List.of()),
          Columns.feature("kind", ColumnType.STRINGS, List.of()),
          Columns.feature("plan", ColumnType.STRINGS, List.of()),
          Columns.feature("shop", ColumnType.STRINGS, List.of()),
          Columns.target("y", ColumnType.FLOATS, List.of()));

  /** Two crosses between the features and the place of a key's model. */
  private static Encoding encoding(int slots) {
    ByteBuffer hashes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    hashes.putLong(0, KeyHashes.hash("shop1"));
    return new Encoding(
        COLUMNS,
        List.of(
            new CategoryEncoding(
                "city", List.of("a"), List.of(), false, 0, true, null, true, false),
            new NumberEncoding(
                "age", null, null, false, List.of(0.0), List.of(1.0), null, false, null, null),
            new CategoryEncoding("kind", List.of(), List.of(), false, 7, false, "x", true, false),
            new CategoryEncoding(
                "plan", List.of("p"), List.of(), false, 0, false, null, true, false),
            new KeyEncoding("shop", hashes, ByteBuffer.wrap(new byte[] {1}))),
        List.of(
            new Cross(List.of("city", "kind"), slots),
            new Cross(List.of("plan", "city", "kind"), 5)),
        List.of());
  }

  private static ColumnBlock rows() {
    String[] cities = new String[ROWS];
    String[] kinds = new String[ROWS];
    String[] plans = new String[ROWS];
    String[] shops = new String[ROWS];
    float[] ages = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      cities[row] = row % 7 == 3 ? null : "city" + row % 4;
      kinds[row] = row % 5 == 2 ? null : "x".repeat(row % 3);
      plans[row] = "p" + row % 2;
      shops[row] = "shop" + row % 3;
      ages[row] = row;
    }
    return Rows.block(COLUMNS, cities, ages, kinds, plans, shops, new float[ROWS]);
  }

  private static long hash(String column, String text) {
    return Xxh64.hash(text, Xxh64.hash(column, 0));
  }

  private static long both(long first, long second) {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(first).putLong(second);
    return Xxh64.hash(bytes.array(), 0, 16, 0);
  }

  @Test
  void theSlotIsTheHashOfTheHashesOfAllColumns() {
    RowEncoder encoder = new RowEncoder(encoding(11));
    assertEquals(3 + 1 + 7 + 2 + 11 + 5 + 1, encoder.inputWidth());
    assertEquals(encoder.inputWidth() - 1, encoder.networkWidth());
    ColumnBlock rows = rows();
    for (int row = 0; row < ROWS; row++) {
      float[] inputs = new float[encoder.inputWidth()];
      Arrays.fill(inputs, 9);
      encoder.encodeInputs(rows, row, inputs, 0);
      long city =
          row % 7 == 3 ? Long.rotateLeft(Xxh64.hash("city", 0), 1) : hash("city", "city" + row % 4);
      long kind = hash("kind", row % 5 == 2 ? "x" : "x".repeat(row % 3));
      long plan = hash("plan", "p" + row % 2);
      float[] expected = new float[17];
      expected[(int) Long.remainderUnsigned(both(city, kind), 11)] = 1;
      expected[11 + (int) Long.remainderUnsigned(both(both(plan, city), kind), 5)] = 1;
      expected[16] = row % 3 == 1 ? 1 : 0; // the place of the key's model
      assertArrayEquals(expected, Arrays.copyOfRange(inputs, 13, 30));
    }
  }

  private static float[] crossed(List<String> learned, int hash, String text) {
    List<Column> columns =
        List.of(
            Columns.feature("n", ColumnType.STRINGS, List.of()),
            Columns.feature("kind", ColumnType.STRINGS, List.of()));
    Encoding encoding =
        new Encoding(
            columns,
            List.of(
                new CategoryEncoding("n", learned, List.of(), false, hash, true, null, true, false),
                new CategoryEncoding(
                    "kind", List.of("x"), List.of(), false, 0, false, null, true, false)),
            List.of(new Cross(List.of("n", "kind"), 1009)),
            List.of());
    RowEncoder encoder = new RowEncoder(encoding);
    float[] inputs = new float[encoder.inputWidth()];
    encoder.encodeInputs(
        Rows.block(columns, new String[] {text}, new String[] {"x"}), 0, inputs, 0);
    return Arrays.copyOfRange(inputs, inputs.length - 1009, inputs.length);
  }

  private static float[] slotOf(String text) {
    float[] expected = new float[1009];
    expected[(int) Long.remainderUnsigned(both(hash("n", text), hash("kind", "x")), 1009)] = 1;
    return expected;
  }

  @Test
  void aNumberThatIsWrittenOtherwiseIsTheLearnedOne() {
    assertArrayEquals(slotOf("7"), crossed(List.of("12", "7"), 0, "7"));
    assertArrayEquals(slotOf("7"), crossed(List.of("12", "7"), 0, "7.0"));
    assertArrayEquals(slotOf("7.0"), crossed(List.of("12.0", "7.0"), 0, "7"));
    assertArrayEquals(slotOf("8.0"), crossed(List.of("12", "7"), 0, "8.0")); // was not learned
    assertArrayEquals(slotOf("7.0"), crossed(List.of("7", "a"), 0, "7.0"));
    assertArrayEquals(slotOf("7.0"), crossed(List.of(), 5, "7.0"));
  }

  @Test
  void blocksGiveTheSameRows() {
    for (int slots : new int[] {11, 4000}) {
      BlockEncoder encoder = new BlockEncoder(encoding(slots));
      assertEquals(slots == 4000, encoder.rowEncoder().isSparse());
      ColumnBlock rows = rows();
      EncodedRows encoded = encoder.encode(rows);
      int width = encoder.rowEncoder().inputWidth();
      for (int row = 0; row < ROWS; row++) {
        float[] expected = new float[width];
        encoder.rowEncoder().encodeInputs(rows, row, expected, 0);
        float[] copied = new float[width];
        encoder.copyInputs(encoded, row, copied, 0);
        assertArrayEquals(expected, copied);
        SparseRows sparse = new SparseRows(width);
        encoder.rowEncoder().encodeSparse(rows, row, sparse);
        sparse.endRow();
        encoder.copySparse(encoded, row, sparse);
        sparse.endRow();
        float[] twice = sparse.toDense().data();
        assertArrayEquals(expected, Arrays.copyOf(twice, width));
        assertArrayEquals(expected, Arrays.copyOfRange(twice, width, 2 * width));
      }
    }
  }

  @Test
  void aFeatureIsCrossedWhereACrossIsOfIt() {
    BlockEncoder encoder = new BlockEncoder(encoding(11));
    assertEquals(
        List.of(true, false, true, true, false),
        IntStream.range(0, 5).mapToObj(encoder::isCrossed).toList());
  }

  @Test
  void aColumnThatIsNoCategoryIsRefused() {
    Encoding with = encoding(5);
    List<ColumnEncoder> encoders = new ArrayList<>();
    for (Column feature : Columns.features(COLUMNS)) {
      encoders.add(ColumnEncoder.of(feature, with.encodings().get(encoders.size())));
    }
    assertEquals(
        "a cross of age, which has no categories",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new CrossEncoder(
                        new Cross(List.of("city", "age"), 5), Columns.features(COLUMNS), encoders))
            .getMessage());
  }
}
