package io.beamgrad.data.shuffle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.encoding.EncodedRows;
import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.BlockRows;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.Split;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockStoreTest {
  @TempDir Path folder;

  private List<BlockRef> write(Path to) {
    SortedBucket rows =
        SortedBucket.of(
            List.of(Rows.chunk("f", LongStream.range(0, 100).toArray())), Rows.COLUMNS, 1, 30);
    return new BlockStore(to.toString()).write(Split.TRAIN, 3, Rows.COLUMNS, rows);
  }

  @Test
  void eachReferenceFindsItsRowsInAFileThatAvroReads() throws IOException {
    List<BlockRef> refs = write(folder);
    assertEquals(List.of(30, 30, 30, 10), refs.stream().map(BlockRef::getRows).toList());
    List<BlockRows> blocks = new ArrayList<>();
    File file = new File(refs.get(0).getPath());
    try (DataFileReader<BlockRows> reader =
        new DataFileReader<>(file, new SpecificDatumReader<>(BlockRows.class))) {
      reader.forEach(blocks::add);
    }
    assertEquals(100, Rows.names(blocks).stream().distinct().count());
    ColumnBlock rows = new ColumnBlock(Rows.COLUMNS, 0);
    for (int i = 0; i < refs.size(); i++) {
      BlockStore.read(refs.get(i), rows);
      assertEquals(refs.get(i).getRows(), rows.rows());
      ColumnBlock block = StoredRows.of(blocks.get(i), Rows.COLUMNS).values();
      for (int row = 0; row < rows.rows(); row++) {
        assertEquals(block.column(0).number(2 * row), rows.column(0).number(2 * row));
        assertEquals(block.column(1).number(row), rows.column(1).number(row));
        assertEquals(block.column(2).text(row), rows.column(2).text(row));
      }
    }
  }

  @Test
  void aFileThatIsNotWholeIsNoticedByItsNameToo() throws IOException {
    List<BlockRef> refs = write(folder);
    Path file = Path.of(refs.get(0).getPath());
    BlockFiles.requireWhole(file);
    byte[] whole = Files.readAllBytes(file);
    // The last block begins behind the marker of the one before.
    int lastBlock = Math.toIntExact(refs.get(3).getPosition());
    Files.write(file, Arrays.copyOf(whole, lastBlock));
    assertThrows(IOException.class, () -> BlockFiles.requireWhole(file));
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThrows(IOException.class, () -> BlockFiles.requireWhole(file));
  }

  @Test
  void theSameRowsGiveTheSameFile() throws IOException {
    Path first = Path.of(write(folder.resolve("a")).get(0).getPath());
    Path second = Path.of(write(folder.resolve("b")).get(0).getPath());
    assertEquals(first.getFileName(), second.getFileName());
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
  }

  @Test
  void aDamagedBlockIsAnErrorThatNamesTheFile() throws IOException {
    BlockRef ref = write(folder).get(1);
    Path file = Path.of(ref.getPath());
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) ref.getPosition() + 200] ^= 1;
    Files.write(file, bytes);
    ColumnBlock rows = new ColumnBlock(Rows.COLUMNS, 0);
    String message =
        assertThrows(BrokenFileException.class, () -> BlockStore.read(ref, rows)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
  }

  /** The image stays raw, so that an encoded block is as large as the block and its target. */
  private static EncodedBlocks encoded() {
    return new EncodedBlocks(
        new Encoding(
            Rows.COLUMNS, List.of(numbers("image"), numbers("x")), List.of("even", "odd")));
  }

  private static NumberEncoding numbers(String column) {
    return new NumberEncoding(
        column, null, null, false, List.of(0.0), List.of(1.0), null, false, null, null);
  }

  private static long encodedBytes(BlockRef ref) {
    BlockCache cache = new BlockCache(1 << 20);
    cache.release(cache.acquire(BlockCache.Block.of(ref, encoded())));
    return cache.bytes();
  }

  @Test
  void theCacheStaysWithinItsBoundAndForgetsTheOldest() {
    List<BlockRef> refs = write(folder);
    long two = 2 * encodedBytes(refs.get(0));
    BlockCache cache = new BlockCache(two);
    for (int i : new int[] {0, 1, 0, 2, 0, 1}) {
      cache.release(cache.acquire(BlockCache.Block.of(refs.get(i), encoded())));
      assertTrue(cache.bytes() <= two);
    }
    // 0 was used again before 2 came, so 1 went.
    assertEquals(2, cache.hits());
    assertEquals(4, cache.misses());
  }

  @Test
  void aLeasedBlockStaysAndALaterOneTakesTheArraysOfOneThatWent() {
    List<BlockRef> refs = write(folder);
    BlockCache cache = new BlockCache(encodedBytes(refs.get(0)));
    BlockCache.Lease first = cache.acquire(BlockCache.Block.of(refs.get(0), encoded()));
    double before = first.rows().images().column(1).number(0);
    EncodedRows second = release(cache, cache.acquire(BlockCache.Block.of(refs.get(1), encoded())));
    assertEquals(before, first.rows().images().column(1).number(0));
    ColumnBlock image = first.rows().images();
    cache.release(first);
    EncodedRows third = release(cache, cache.acquire(BlockCache.Block.of(refs.get(2), encoded())));
    assertTrue(third == first.rows() || third == second);
    assertTrue(third.images() == image || third == second);
  }

  private static EncodedRows release(BlockCache cache, BlockCache.Lease lease) {
    cache.release(lease);
    return lease.rows();
  }

  @Test
  void whatIsReadAheadIsAHitAndADamagedBlockIsTheErrorOfWhoNeedsIt() throws IOException {
    List<BlockRef> refs = write(folder);
    BlockCache cache = new BlockCache(1 << 20);
    cache.readAhead(BlockCache.Block.of(refs.get(0), encoded()));
    cache.release(cache.acquire(BlockCache.Block.of(refs.get(0), encoded())));
    assertEquals(1, cache.hits());
    Path file = Path.of(refs.get(1).getPath());
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) refs.get(1).getPosition() + 200] ^= 1;
    Files.write(file, bytes);
    cache.readAhead(BlockCache.Block.of(refs.get(1), encoded()));
    assertThrows(
        BrokenFileException.class,
        () -> cache.acquire(BlockCache.Block.of(refs.get(1), encoded())));
    assertEquals(encodedBytes(refs.get(0)), cache.bytes());
  }

  @Test
  void oneBlockInTwoEncodingsIsInTheCacheTwice() {
    BlockRef ref = write(folder).get(0);
    BlockCache cache = new BlockCache(1 << 20);
    cache.release(cache.acquire(BlockCache.Block.of(ref, encoded())));
    EncodedBlocks others =
        new EncodedBlocks(
            new Encoding(
                Rows.COLUMNS, List.of(numbers("image"), numbers("x")), List.of("odd", "even")));
    BlockCache.Lease lease = cache.acquire(BlockCache.Block.of(ref, others));
    assertEquals(2, cache.misses());
    String label = lease.rows().images().column(2).text(0);
    assertEquals(label.equals("odd") ? 0f : 1f, lease.rows().targets()[0]);
  }
}
