package io.beamgrad.data.shuffle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.encoding.BlockEncoder;
import io.beamgrad.data.encoding.EncodedRows;
import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TextEncoding;
import io.beamgrad.schema.TextNorm;
import io.beamgrad.tensor.SparseRows;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyReaderTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.feature("key", ColumnType.STRINGS, List.of()),
          Columns.target("y", ColumnType.FLOATS, List.of()),
          Columns.weight("w"));
  private static final int KEY = 1;
  private static final long ANY_BYTES = 1 << 20;
  private static final int SLOTS = 5;
  private static final int MANY_SLOTS = 3000; // so that rows are sparse
  private static final List<Split> SPLITS = List.of(Split.TRAIN, Split.VALIDATION, Split.TEST);

  @TempDir Path folder;
  private int written;

  private static Encoding encoding(int slots) {
    return new Encoding(
        COLUMNS,
        List.of(
            new NumberEncoding(
                "x", null, null, false, List.of(0.0), List.of(2.0), null, false, null, null),
            new CategoryEncoding(
                "key", List.of(), List.of(), false, slots, true, null, true, false)),
        List.of());
  }

  /** Blocks of rows whose keys are given, split at random. */
  private List<BlockRef> blocks(List<String> keys, int blockRows) {
    SplitRule rule =
        new SplitRule(SplitRule.By.RANDOM, null, new BigDecimal("0.3"), new BigDecimal("0.2"))
            .withEach("key");
    List<BlockRef> blocks = new ArrayList<>();
    bucket(keys, blockRows).deal(rule).forEach((split, rows) -> blocks.addAll(write(split, rows)));
    return blocks;
  }

  private List<BlockRef> write(Split split, SortedBucket rows) {
    return new BlockStore(folder.resolve("blocks" + written++).toString())
        .write(split, 0, COLUMNS, rows);
  }

  private static SortedBucket bucket(List<String> keys, int blockRows) {
    ChunkRows rows = new ChunkRows(COLUMNS, 1);
    for (int i = 0; i < keys.size(); i++) {
      Object[] row = {new float[] {i}, keys.get(i), new float[] {i / 2f}, new float[] {i / 4f}};
      rows.add("f", i, Rows.block(COLUMNS, row), 0);
    }
    return SortedBucket.byKey(List.of(rows.build()), COLUMNS, KEY, 1, blockRows);
  }

  private static List<String> keys(int rows, int keys) {
    Random random = new Random(rows);
    List<String> some = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      some.add("k" + random.nextInt(1 + random.nextInt(keys)));
    }
    return some;
  }

  /** What the rows of a key are in a split: as many as its inputs are. */
  private record Found(List<Float> inputs, List<Float> targets, List<Float> weights) {}

  /** The same by reading all blocks at once. */
  private static Map<String, Map<Split, Found>> expected(List<BlockRef> blocks, Encoding encoding) {
    Map<String, Map<Split, Found>> all = new TreeMap<>();
    BlockEncoder encoder = new BlockEncoder(encoding);
    for (Split split : SPLITS) {
      for (BlockRef ref : Ranking.inOrder(blocks, split)) {
        ColumnBlock rows = new ColumnBlock(COLUMNS, 0);
        BlockStore.read(ref, rows);
        EncodedRows encoded = encoder.encode(rows);
        int width = encoder.rowEncoder().inputWidth();
        for (int row = 0; row < rows.rows(); row++) {
          Found found =
              all.computeIfAbsent(rows.column(KEY).text(row), key -> new EnumMap<>(Split.class))
                  .computeIfAbsent(
                      split,
                      of -> new Found(new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
          float[] inputs = new float[width];
          encoder.copyInputs(encoded, row, inputs, 0);
          addAll(found.inputs, inputs, width);
          found.targets.add(encoded.targets()[row]);
          found.weights.add(encoded.weights()[row]);
        }
      }
    }
    return all;
  }

  private static void addAll(List<Float> to, float[] from, int count) {
    for (int i = 0; i < count; i++) {
      to.add(from[i]);
    }
  }

  private static Found found(KeyRows rows, int width) {
    List<Float> inputs = new ArrayList<>();
    SparseRows sparse = rows.sparse();
    if (sparse == null) {
      addAll(inputs, rows.inputs(), rows.rows() * width);
    } else {
      assertEquals(rows.rows(), sparse.rows());
      for (int row = 0; row < sparse.rows(); row++) {
        float[] dense = new float[width];
        for (int i = sparse.starts()[row]; i < sparse.starts()[row + 1]; i++) {
          dense[sparse.columns()[i]] = sparse.values()[i];
        }
        addAll(inputs, dense, width);
      }
    }
    List<Float> targets = new ArrayList<>();
    List<Float> weights = new ArrayList<>();
    addAll(targets, rows.targets(), rows.rows());
    addAll(weights, rows.weights(), rows.rows());
    return new Found(inputs, targets, weights);
  }

  private static void assertReadsAll(List<BlockRef> blocks, Encoding encoding) {
    Map<String, Map<Split, Found>> expected = expected(blocks, encoding);
    int width = new BlockEncoder(encoding).rowEncoder().inputWidth();
    List<BlockRef> inAnyOrder = new ArrayList<>(blocks);
    Collections.shuffle(inAnyOrder, new Random(1));
    KeyReader reader = new KeyReader(inAnyOrder, encoding, KEY, ANY_BYTES);
    List<String> keys = new ArrayList<>();
    while (reader.next()) {
      keys.add(reader.key());
      assertEquals(Xxh64.hash(reader.key(), 0), reader.hash());
      assertFalse(reader.isTooLarge());
      for (Split split : SPLITS) {
        Found of = expected.get(reader.key()).get(split);
        KeyRows rows = reader.rows(split);
        assertEquals(of == null ? 0 : of.targets.size(), rows.rows());
        if (of != null) {
          assertEquals(of, found(rows, width));
        }
      }
    }
    List<String> inOrder = new ArrayList<>(expected.keySet());
    inOrder.sort((a, b) -> KeyReader.compare(Xxh64.hash(a, 0), a, Xxh64.hash(b, 0), b));
    assertEquals(inOrder, keys);
    assertFalse(reader.next());
  }

  @Test
  void eachKeyHasItsRowsOfAllBlocksOfEachSplit() {
    for (int blockRows : new int[] {1, 3, 16, 1000}) {
      assertReadsAll(blocks(keys(400, 60), blockRows), encoding(SLOTS));
    }
  }

  @Test
  void sparseRowsAreThoseOfDenseOnes() {
    Encoding sparse = encoding(MANY_SLOTS);
    assertTrue(new BlockEncoder(sparse).rowEncoder().isSparse());
    assertReadsAll(blocks(keys(300, 40), 16), sparse);
  }

  @Test
  void aKeyMayHaveRowsInOneSplitAlone() {
    List<BlockRef> blocks = new ArrayList<>();
    blocks.addAll(write(Split.TRAIN, bucket(List.of("a", "b", "b"), 2)));
    blocks.addAll(write(Split.VALIDATION, bucket(List.of("c", "b"), 2)));
    blocks.addAll(write(Split.TEST, bucket(List.of("d", "d", "a"), 2)));
    assertReadsAll(blocks, encoding(SLOTS));
    assertReadsAll(Ranking.inOrder(blocks, Split.TEST), encoding(SLOTS));
    assertReadsAll(List.of(), encoding(SLOTS));
  }

  @Test
  void aLargeKeyIsGivenAsReferencesToItsRows() {
    List<String> keys = keys(100, 10);
    for (int i = 0; i < 300; i++) {
      keys.add(7 * i % 100, "large");
    }
    List<BlockRef> blocks = blocks(keys, 16);
    Encoding encoding = encoding(SLOTS);
    int width = new BlockEncoder(encoding).rowEncoder().inputWidth();
    long rowBytes = (long) Float.BYTES * (width + 2);
    Map<String, Map<Split, Found>> expected = expected(blocks, encoding);
    KeyReader reader = new KeyReader(blocks, encoding, KEY, 299 * rowBytes);
    int large = 0;
    while (reader.next()) {
      boolean isLarge = reader.key().equals("large");
      assertEquals(isLarge, reader.isTooLarge());
      large += isLarge ? 1 : 0;
      for (Split split : SPLITS) {
        Found of = expected.get(reader.key()).get(split);
        List<BlockRef> refs = reader.rows(split).blocks();
        assertEquals(of == null ? 0 : of.targets.size(), Ranking.rows(refs));
        assertEquals(reader.rows(split).rows(), Ranking.rows(refs));
        long rank = 0;
        for (BlockRef ref : refs) {
          assertEquals(rank, ref.getFirstRank());
          rank += ref.getRows();
        }
        if (of != null) {
          assertEquals(of, expected(refs, encoding).get(reader.key()).get(split));
        }
      }
    }
    assertEquals(1, large);

    KeyReader enough = new KeyReader(blocks, encoding, KEY, 300 * rowBytes);
    while (enough.next()) {
      assertFalse(enough.isTooLarge());
    }
  }

  @Test
  void textsOfSparseRowsCountByTheInputsThatTheyHave() {
    Encoding encoding =
        new Encoding(
            COLUMNS,
            List.of(
                encoding(SLOTS).encodings().get(0),
                new TextEncoding(
                    "key", 1 << 20, 1, true, TextNorm.NONE, 0L, ByteBuffer.allocate(0))),
            List.of());
    List<String> keys = new ArrayList<>(List.of("few", "few"));
    keys.addAll(Collections.nCopies(50, "one two three four five six"));
    List<BlockRef> blocks = blocks(keys, 16);
    assertReadsAll(blocks, encoding);
    long rowBytes = 8 * (1 + 6) + 4 + 4; // x and six words, target and weight
    for (long mostBytes : new long[] {50 * rowBytes - 1, 50 * rowBytes}) {
      KeyReader reader = new KeyReader(blocks, encoding, KEY, mostBytes);
      int large = 0;
      while (reader.next()) {
        large += reader.isTooLarge() ? 1 : 0;
      }
      assertEquals(mostBytes < 50 * rowBytes ? 1 : 0, large);
    }
  }

  @Test
  void whatASplitDoesNotHaveIsEmptyAndArraysAreUsedAgain() {
    KeyReader reader =
        new KeyReader(
            write(Split.TRAIN, bucket(List.of("a", "b"), 9)), encoding(SLOTS), KEY, ANY_BYTES);
    assertTrue(reader.next());
    float[] first = reader.rows(Split.TRAIN).inputs();
    assertTrue(reader.next());
    assertEquals(0, reader.rows(Split.TEST).rows());
    assertEquals(List.of(), reader.rows(Split.TEST).blocks());
    assertNull(reader.rows(Split.TRAIN).sparse());
    assertSame(first, reader.rows(Split.TRAIN).inputs());
  }

  @Test
  void blocksThatAreNotInTheOrderOfKeysAreRefused() {
    List<BlockRef> blocks = new ArrayList<>();
    for (String key : new String[] {"a", "b", "a"}) {
      BlockRef block = write(Split.TRAIN, bucket(List.of(key), 9)).get(0);
      blocks.add(BlockRef.newBuilder(block).setOrdinal(blocks.size()).build());
    }
    KeyReader reader = new KeyReader(blocks, encoding(SLOTS), KEY, ANY_BYTES);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> {
                  while (reader.next()) {}
                })
            .getMessage();
    assertTrue(
        message.endsWith(": rows are not in the order of the keys in column 'key'"), message);
  }

  @Test
  void theOrderOfKeysIsOfTheirUnsignedHashes() {
    List<String> keys = keys(200, 50);
    SortedBucket bucket = bucket(keys, 7);
    List<Long> hashes = new ArrayList<>();
    for (int block = 0; block < bucket.blocks(); block++) {
      StoredRows rows = StoredRows.of(bucket.block(block).rows(), COLUMNS);
      for (int row = 0; row < rows.values().rows(); row++) {
        hashes.add(Xxh64.hash(rows.values().column(KEY).text(row), 0));
      }
    }
    Long[] sorted = hashes.toArray(Long[]::new);
    Arrays.sort(sorted, Long::compareUnsigned);
    assertArrayEquals(sorted, hashes.toArray());
  }
}
