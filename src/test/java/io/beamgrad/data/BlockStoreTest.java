package io.beamgrad.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
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
  void eachReferenceFindsItsRows() {
    List<BlockRef> refs = write(folder);
    assertEquals(List.of(30, 30, 30, 10), refs.stream().map(BlockRef::getRows).toList());
    List<String> names =
        refs.stream().flatMap(ref -> Rows.names(List.of(BlockStore.read(ref))).stream()).toList();
    assertEquals(100, names.stream().distinct().count());
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
    String message =
        assertThrows(BrokenFileException.class, () -> BlockStore.read(ref)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
  }

  @Test
  void theCacheStaysWithinItsBoundAndForgetsTheOldest() {
    List<BlockRef> refs = write(folder);
    BlockCache cache = new BlockCache(2 * refs.get(0).getBytes());
    for (int i : new int[] {0, 1, 0, 2, 0, 1}) {
      cache.get(refs.get(i), Rows.COLUMNS);
      assertTrue(cache.bytes() <= 2 * refs.get(0).getBytes());
    }
    // 0 was used again before 2 came, so 1 went.
    assertEquals(2, cache.hits());
    assertEquals(4, cache.misses());
  }
}
