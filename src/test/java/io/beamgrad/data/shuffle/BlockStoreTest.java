package io.beamgrad.data.shuffle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.BlockRows;
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

  @Test
  void theCacheStaysWithinItsBoundAndForgetsTheOldest() {
    List<BlockRef> refs = write(folder);
    BlockCache cache = new BlockCache(2 * refs.get(0).getBytes());
    for (int i : new int[] {0, 1, 0, 2, 0, 1}) {
      cache.release(cache.acquire(refs.get(i), Rows.COLUMNS));
      assertTrue(cache.bytes() <= 2 * refs.get(0).getBytes());
    }
    // 0 was used again before 2 came, so 1 went.
    assertEquals(2, cache.hits());
    assertEquals(4, cache.misses());
  }

  @Test
  void aLeasedBlockStaysAndALaterOneTakesTheArraysOfOneThatWent() {
    List<BlockRef> refs = write(folder);
    BlockCache cache = new BlockCache(refs.get(0).getBytes());
    BlockCache.Lease first = cache.acquire(refs.get(0), Rows.COLUMNS);
    double before = first.rows().column(1).number(0);
    ColumnBlock second = release(cache, cache.acquire(refs.get(1), Rows.COLUMNS));
    assertEquals(before, first.rows().column(1).number(0));
    cache.release(first);
    ColumnBlock third = release(cache, cache.acquire(refs.get(2), Rows.COLUMNS));
    assertTrue(third == first.rows() || third == second);
  }

  private static ColumnBlock release(BlockCache cache, BlockCache.Lease lease) {
    cache.release(lease);
    return lease.rows();
  }

  @Test
  void whatIsReadAheadIsAHitAndADamagedBlockIsTheErrorOfWhoNeedsIt() throws IOException {
    List<BlockRef> refs = write(folder);
    BlockCache cache = new BlockCache(1 << 20);
    cache.readAhead(refs.get(0), Rows.COLUMNS);
    cache.release(cache.acquire(refs.get(0), Rows.COLUMNS));
    assertEquals(1, cache.hits());
    Path file = Path.of(refs.get(1).getPath());
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) refs.get(1).getPosition() + 200] ^= 1;
    Files.write(file, bytes);
    cache.readAhead(refs.get(1), Rows.COLUMNS);
    assertThrows(BrokenFileException.class, () -> cache.acquire(refs.get(1), Rows.COLUMNS));
    assertEquals(refs.get(0).getBytes(), cache.bytes());
  }
}
