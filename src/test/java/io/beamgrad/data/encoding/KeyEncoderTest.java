package io.beamgrad.data.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
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

class KeyEncoderTest {
  private static final Column NUMBER = Columns.feature("x", ColumnType.FLOATS, List.of());
  private static final Column TEXT = Columns.feature("t", ColumnType.STRINGS, List.of());
  private static final Column KEY = Columns.feature("k", ColumnType.STRINGS, List.of());
  private static final Column TARGET = Columns.target("y", ColumnType.FLOATS, List.of());
  private static final List<Column> COLUMNS = List.of(NUMBER, TEXT, KEY, TARGET);
  private static final String[] ROW_KEYS = {"key 3", "new", "key 1", "key 3", "key 0", ""};

  /** Keys of which those of odd number have a model of their own. */
  private static KeyEncoding encoding(int keys, boolean hasOwn) {
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, keys).boxed().toList());
    numbers.sort((a, b) -> Long.compareUnsigned(hash(a), hash(b)));
    ByteBuffer hashes = ByteBuffer.allocate(8 * keys).order(ByteOrder.LITTLE_ENDIAN);
    byte[] own = new byte[(keys + 7) / 8];
    for (int i = 0; i < keys; i++) {
      hashes.putLong(hash(numbers.get(i)));
      if (hasOwn && numbers.get(i) % 2 == 1) {
        own[i / 8] |= (byte) (1 << i % 8);
      }
    }
    return new KeyEncoding("k", hashes.flip(), ByteBuffer.wrap(own));
  }

  private static long hash(int number) {
    return KeyHashes.hash("key " + number);
  }

  private static Encoding of(KeyEncoding key, int slots) {
    return new Encoding(
        COLUMNS,
        List.of(
            new NumberEncoding(
                "x", null, null, false, List.of(0.0), List.of(1.0), null, false, null, null),
            new CategoryEncoding("t", List.of(), List.of(), false, slots, false, null, true, false),
            key),
        List.of());
  }

  private static ColumnBlock rows() {
    return Rows.block(
        COLUMNS,
        new float[] {1, 2, 3, 4, 5, 6},
        new String[] {"a", "b", "c", "d", "e", "f"},
        ROW_KEYS,
        new float[6]);
  }

  @Test
  void placesCountTheKeysWithAModelInTheOrderOfTheHashes() {
    for (int keys : new int[] {1, 2, 7, 8, 63, 64, 65, 1000, 4097}) {
      KeyHashes hashes = new KeyHashes(encoding(keys, true));
      assertEquals(keys, hashes.keys());
      assertEquals(keys / 2, hashes.ownKeys());
      int next = 1;
      for (int i = 0; i < keys; i++) {
        assertEquals(i, hashes.index(hashes.hash(i)));
        assertEquals(KeyHashes.UNKNOWN, hashes.index(hashes.hash(i) + 1));
        next += hashes.place(i) == KeyHashes.POOLED ? 0 : 1;
        assertEquals(hashes.place(i) == KeyHashes.POOLED ? 0 : next - 1, hashes.place(i));
      }
      for (int number = 0; number < keys; number++) {
        boolean isOwn = hashes.place(hashes.index(hash(number))) != KeyHashes.POOLED;
        assertEquals(number % 2 == 1, isOwn);
      }
      assertEquals(KeyHashes.POOLED, hashes.place(KeyHashes.UNKNOWN));
    }
  }

  @Test
  void aKeyBecomesItsPlaceAndANewOneNought() {
    KeyHashes hashes = new KeyHashes(encoding(4, true));
    RowEncoder encoder = new RowEncoder(of(encoding(4, true), 3));
    assertEquals(5, encoder.inputWidth());
    assertEquals(4, encoder.networkWidth());
    assertArrayEquals(new int[] {5}, encoder.inputShape());
    assertArrayEquals(new int[] {4}, encoder.networkShape());
    for (int row = 0; row < ROW_KEYS.length; row++) {
      float[] inputs = new float[5];
      Arrays.fill(inputs, 9);
      encoder.encodeInputs(rows(), row, inputs, 0);
      assertEquals(hashes.place(hashes.index(KeyHashes.hash(ROW_KEYS[row]))), inputs[4]);
    }
  }

  @Test
  void whereNoKeyHasAModelItGivesNoNumber() {
    for (KeyEncoding none : List.of(encoding(0, false), encoding(4, false))) {
      RowEncoder encoder = new RowEncoder(of(none, 3));
      assertEquals(4, encoder.inputWidth());
      assertEquals(4, encoder.networkWidth());
      assertSameByBlock(of(none, 3));
      assertSameByBlock(of(none, 5000));
    }
  }

  @Test
  void blocksAreEncodedAsRowsDenseAndSparse() {
    assertSameByBlock(of(encoding(4, true), 3));
    assertSameByBlock(of(encoding(4, true), 5000));
    assertEquals(true, new RowEncoder(of(encoding(4, true), 5000)).isSparse());
  }

  /** Whether rows are sparse is for the pooled model as for all models together. */
  @Test
  void thePlaceDoesNotDecideWhetherRowsAreSparse() {
    for (int slots = 1015; slots < 1030; slots++) {
      assertEquals(
          new RowEncoder(of(encoding(4, false), slots)).isSparse(),
          new RowEncoder(of(encoding(4, true), slots)).isSparse());
    }
  }

  private static void assertSameByBlock(Encoding encoding) {
    BlockEncoder encoder = new BlockEncoder(encoding);
    RowEncoder single = encoder.rowEncoder();
    EncodedRows encoded = encoder.encode(rows());
    EncodedRows moved = encoder.encode(rows());
    encoder.copyFeature(2, encoded, new long[] {5, 4, 3, 2, 1, 0}, moved);
    SparseRows sparse = new SparseRows(single.inputWidth());
    for (int row = 0; row < ROW_KEYS.length; row++) {
      float[] expected = new float[single.inputWidth()];
      single.encodeInputs(rows(), row, expected, 0);
      float[] found = new float[single.inputWidth()];
      encoder.copyInputs(encoded, row, found, 0);
      assertArrayEquals(expected, found);
      sparse.clear();
      encoder.copySparse(encoded, row, sparse);
      sparse.endRow();
      assertArrayEquals(expected, sparse.toDense().data());
      sparse.clear();
      single.encodeSparse(rows(), row, sparse);
      sparse.endRow();
      assertArrayEquals(expected, sparse.toDense().data());
      if (single.inputWidth() > single.networkWidth()) {
        float[] other = new float[single.inputWidth()];
        single.encodeInputs(rows(), ROW_KEYS.length - 1 - row, other, 0);
        expected[expected.length - 1] = other[other.length - 1];
      }
      encoder.copyInputs(moved, row, found, 0);
      assertArrayEquals(expected, found);
    }
  }

  @Test
  void newKeysAreOutsideOfWhatTheTrainingSaw() {
    InputObserver observer = new RowEncoder(of(encoding(4, true), 3)).observer(List.of(), false);
    assertEquals(List.of("k"), observer.columns());
    InputCounts counts = new InputCounts(observer.columns());
    for (int row = 0; row < ROW_KEYS.length; row++) {
      counts.add(observer.observe(rows(), row));
    }
    assertEquals(6, counts.records().get(0).getValues());
    assertEquals(2, counts.records().get(0).getOutside());
    assertEquals(
        List.of(), new RowEncoder(of(encoding(0, false), 3)).observer(List.of(), false).columns());
  }

  @Test
  void anEncodingThatNobodyKnowsIsRefused() {
    record FakeEncoding() {}
    assertEquals(
        "ColumnEncoder has no code for the encoding FakeEncoding",
        assertThrows(IllegalStateException.class, () -> ColumnEncoder.of(KEY, new FakeEncoding()))
            .getMessage());
    assertEquals(
        "column k: 9 bytes of hashes and 0 of bits",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new KeyHashes(
                        new KeyEncoding("k", ByteBuffer.allocate(9), ByteBuffer.allocate(0))))
            .getMessage());
  }
}
