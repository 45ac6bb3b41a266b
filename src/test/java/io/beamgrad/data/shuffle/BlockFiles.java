package io.beamgrad.data.shuffle;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.BlockRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.specific.SpecificDatumReader;

/** Reads files of blocks as any Avro library does. */
public final class BlockFiles {
  private BlockFiles() {}

  /**
   * Reads every block of a file.
   *
   * @throws IOException where one is not whole, or they are not those that the file's name tells of
   */
  public static void requireWhole(Path file) throws IOException {
    List<BlockRows> blocks = new ArrayList<>();
    try (DataFileReader<BlockRows> reader =
        new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(BlockRows.class))) {
      reader.forEach(blocks::add);
    } catch (RuntimeException e) {
      throw new IOException(e.getMessage(), e);
    }
    long hash = blocks.size();
    for (BlockRows block : blocks) {
      hash = Xxh64.hash(BlockStore.checksum(block), block.getRows(), hash);
    }
    if (!file.toString().endsWith(String.format(Locale.ROOT, "-%016x.avro", hash))) {
      throw new IOException(
          String.format(Locale.ROOT, "its %d blocks have the hash %016x", blocks.size(), hash));
    }
  }
}
