package io.beamgrad.data.shuffle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.encoding.BlockEncoder;
import io.beamgrad.data.encoding.EncodedRows;
import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.files.CanonicalText;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TextEncoding;
import io.beamgrad.schema.TextNorm;
import io.beamgrad.tensor.SparseRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncodedBlocksTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.feature("c", ColumnType.STRINGS, List.of()),
          Columns.feature("t", ColumnType.STRINGS, List.of()),
          Columns.target("y", ColumnType.FLOATS, List.of()),
          Columns.weight("w"));

  @TempDir Path folder;

  private BlockRef block() {
    ChunkRows rows = new ChunkRows(COLUMNS, 1);
    for (int i = 0; i < 40; i++) {
      float x = i % 9 == 0 ? Float.NaN : i;
      Object[] row = {
        new float[] {x},
        "text " + i,
        "so so many words ".repeat(i % 3),
        new float[] {i / 2f},
        new float[] {i}
      };
      rows.add("f", i, Rows.block(COLUMNS, row), 0);
    }
    SortedBucket bucket = SortedBucket.of(List.of(rows.build()), COLUMNS, 1, 40);
    return new BlockStore(folder.toString()).write(Split.TRAIN, 0, COLUMNS, bucket).get(0);
  }

  private static EncodedBlocks blocks(double scale) {
    return new EncodedBlocks(
        new Encoding(
            COLUMNS,
            List.of(
                new NumberEncoding(
                    "x", null, null, false, List.of(0.0), List.of(scale), 3.0, true, null, null),
                new CategoryEncoding(
                    "c", List.of(), List.of(), false, 100, true, null, true, false),
                new TextEncoding("t", 50, 2, true, TextNorm.L2, 0L, ByteBuffer.allocate(0))),
            List.of()));
  }

  private static EncodedRows read(EncodedBlocks blocks, BlockRef ref) {
    EncodedRows rows = new EncodedRows();
    blocks.read(ref, rows);
    return rows;
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(folder.resolve("encoded"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertSame(EncodedRows expected, EncodedRows found) {
    assertEquals(expected.rows(), found.rows());
    assertArrayEquals(expected.numbers(), found.numbers());
    assertArrayEquals(expected.categories(), found.categories());
    assertArrayEquals(expected.targets(), found.targets());
    assertArrayEquals(expected.weights(), found.weights());
    assertArrayEquals(expected.ranges(), found.ranges());
    SparseRows texts = expected.texts();
    int count = texts.starts()[texts.rows()];
    assertArrayEquals(Arrays.copyOf(texts.starts(), 41), Arrays.copyOf(found.texts().starts(), 41));
    assertArrayEquals(
        Arrays.copyOf(texts.columns(), count), Arrays.copyOf(found.texts().columns(), count));
    assertArrayEquals(
        Arrays.copyOf(texts.values(), count), Arrays.copyOf(found.texts().values(), count));
  }

  @Test
  void aBlockThatIsReadOnceNeedsNoFileAndOneThatIsReadAgainIsKeptInOne() throws IOException {
    BlockRef ref = block();
    EncodedBlocks blocks = blocks(10);
    EncodedRows first = read(blocks, ref);
    assertFalse(Files.exists(folder.resolve("encoded")));
    assertSame(first, read(blocks, ref));
    assertEquals(1, files().size());
    Files.delete(Path.of(ref.getPath()));
    assertSame(first, read(blocks, ref));
  }

  @Test
  void aFileThatIsDamagedCutShortOrGoneIsMadeAgain() throws IOException {
    BlockRef ref = block();
    EncodedBlocks blocks = blocks(10);
    EncodedRows first = read(blocks, ref);
    read(blocks, ref);
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    byte[] damaged = whole.clone();
    damaged[whole.length / 2] ^= 1;
    for (byte[] bytes : List.of(damaged, Arrays.copyOf(whole, 100), new byte[whole.length])) {
      Files.write(file, bytes);
      assertSame(first, read(blocks, ref));
      assertArrayEquals(whole, Files.readAllBytes(file));
    }
    Files.delete(file);
    assertSame(first, read(blocks, ref));
    assertArrayEquals(whole, Files.readAllBytes(file));
  }

  @Test
  void textsThatAreReadFillArraysAgain() throws IOException {
    BlockRef ref = block();
    EncodedBlocks blocks = blocks(10);
    EncodedRows first = read(blocks, ref);
    read(blocks, ref);
    Files.delete(Path.of(ref.getPath()));
    EncodedRows again = read(blocks, ref);
    SparseRows texts = again.texts();
    assertEquals(texts.starts()[40], texts.values().length);
    blocks.read(ref, again);
    assertTrue(texts == again.texts());
    assertSame(first, again);
  }

  @Test
  void withoutCrossesNamesOfFilesAreThoseOfBefore() {
    List<Object> encodings =
        List.of(new CategoryEncoding("c", List.of(), List.of(), false, 9, true, null, true, false));
    List<Column> columns = List.of(COLUMNS.get(1), COLUMNS.get(3));
    Encoding without = new Encoding(columns, encodings, List.of("no", "yes"));
    String text = CanonicalText.of(List.of(columns, encodings, List.of("no", "yes")));
    assertEquals(Sha256.hex(text).substring(0, 16), new EncodedBlocks(without).key());
  }

  @Test
  void textsOfSomeRowsAreExpectedToTakeTheirShare() {
    BlockRef ref = block();
    BitSet some = new BitSet();
    some.set(0);
    some.set(39);
    EncodedBlocks blocks = blocks(10);
    long each = blocks.encoder().layout().bytes();
    assertEquals(40 * each + ref.getBytes(), blocks.bytes(ref));
    assertEquals(2 * each + ref.getBytes() / 20, blocks.bytes(RowSelection.of(ref, some)));
  }

  @Test
  void whatIsWrittenCanBeRead() {
    BlockEncoder encoder = blocks(10).encoder();
    assertTrue(EncodedFile.fits(40, encoder, 1 << 27));
    assertFalse(EncodedFile.fits(40, encoder, (1 << 27) + 1));
    assertFalse(EncodedFile.fits(Integer.MAX_VALUE, encoder, 0));
    assertFalse(EncodedFile.fits(40, encoder, -1));
  }

  @Test
  void otherEncodingsHaveFilesOfTheirOwn() {
    BlockRef ref = block();
    for (double scale : new double[] {10, 20}) {
      EncodedBlocks blocks = blocks(scale);
      EncodedRows first = read(blocks, ref);
      read(blocks, ref);
      assertSame(first, read(blocks, ref));
    }
    assertEquals(2, files().size());
  }

  @Test
  void whereNoFileCanBeWrittenBlocksAreEncodedAgain() throws IOException {
    BlockRef ref = block();
    Files.createFile(folder.resolve("encoded")); // where the folder would be
    EncodedBlocks blocks = blocks(10);
    EncodedRows first = read(blocks, ref);
    assertSame(first, read(blocks, ref));
    assertSame(first, read(blocks, ref));
    assertTrue(Files.isRegularFile(folder.resolve("encoded")));
  }
}
