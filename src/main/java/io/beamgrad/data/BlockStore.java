package io.beamgrad.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnValues;
import io.beamgrad.schema.Split;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Blocks in the work folder: one file for each bucket, one Avro record for each block. The rows
 * decide a file's name and bytes, so that a second attempt at the same bucket writes the same file.
 */
public final class BlockStore {
  private static final RecordFile<Chunk> FILES = RecordFile.of(Chunk.class);

  private final String folder;

  public BlockStore(String folder) {
    this.folder = folder;
  }

  /**
   * Writes the sorted rows of one bucket.
   *
   * @return one reference for each block, not yet ranked
   */
  public List<BlockRef> write(Split split, int bucket, List<Column> columns, SortedBucket rows) {
    String path =
        "%s/%s-%06d-%016x.avro"
            .formatted(folder, split == Split.TEST ? "test" : "train", bucket, hash(rows.blocks()));
    long[] positions = FILES.write(path, rows.blocks());
    long rowBytes = ColumnLayout.bytesPerRow(columns);
    List<BlockRef> refs = new ArrayList<>();
    for (int i = 0; i < positions.length; i++) {
      Chunk block = rows.blocks().get(i);
      refs.add(
          BlockRef.newBuilder()
              .setSplit(split)
              .setBucket(bucket)
              .setOrdinal(i)
              .setPath(path)
              .setPosition(positions[i])
              .setRows(block.getRows())
              .setBytes(block.getRows() * rowBytes)
              .setChecksum(checksum(block))
              .setContentHash(rows.contentHashes().get(i))
              .setFirstRank(-1)
              .build());
    }
    return refs;
  }

  /**
   * Reads one block.
   *
   * @throws BrokenFileException where the file is gone or its rows are not those that were written
   */
  static Chunk read(BlockRef ref) {
    Chunk block = FILES.readAt(ref.getPath(), ref.getPosition());
    long found = checksum(block);
    if (block.getRows() != ref.getRows() || found != ref.getChecksum()) {
      throw new BrokenFileException(
          "%s: damaged block at byte %d: expected CRC-32C %08x of %d rows, found %08x of %d"
              .formatted(
                  ref.getPath(),
                  ref.getPosition(),
                  ref.getChecksum(),
                  ref.getRows(),
                  found,
                  block.getRows()));
    }
    return block;
  }

  /** True where the block is there and its rows are those that were written. */
  public static boolean isWhole(BlockRef ref) {
    try {
      read(ref);
      return true;
    } catch (BrokenFileException | UncheckedIOException e) {
      return false;
    }
  }

  private static long hash(List<Chunk> blocks) {
    long hash = blocks.size();
    for (Chunk block : blocks) {
      hash = Xxh64.hash(checksum(block), block.getRows(), hash);
    }
    return hash;
  }

  private static long checksum(Chunk block) {
    CRC32C crc = new CRC32C();
    crc.update(block.getFileOfRow().duplicate());
    crc.update(block.getRecordOfRow().duplicate());
    for (ColumnValues column : block.getColumns()) {
      crc.update(column.getValues().duplicate());
      for (String value : column.getDictionary()) {
        crc.update(ByteBuffer.wrap(value.getBytes(UTF_8)));
      }
    }
    return crc.getValue();
  }
}
