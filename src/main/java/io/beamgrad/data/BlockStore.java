package io.beamgrad.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnValues;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Blocks in the work folder: one file for each bucket, one Avro record for each block. The rows
 * decide a file's name and bytes, so that a second attempt at the same bucket writes the same file.
 */
public final class BlockStore {
  private static final RecordFile<Chunk> FILES = RecordFile.of(Chunk.class);
  private static final int FRAME_BYTES = 1024; // what an encoded block has beside its rows

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
    int count = rows.blocks();
    long rowBytes = ColumnLayout.bytesPerRow(columns);
    List<BlockRef.Builder> refs = new ArrayList<>();
    List<ByteBuffer> encoded = new ArrayList<>();
    long hash = count;
    for (int i = 0; i < count; i++) {
      SortedBucket.Block block = rows.block(i);
      Chunk chunk = block.rows();
      long checksum = checksum(chunk);
      hash = Xxh64.hash(checksum, chunk.getRows(), hash);
      long bytes = chunk.getRows() * rowBytes;
      encoded.add(FILES.encode(chunk, Math.toIntExact(bytes + FRAME_BYTES)));
      refs.add(
          BlockRef.newBuilder()
              .setSplit(split)
              .setBucket(bucket)
              .setOrdinal(i)
              .setRows(chunk.getRows())
              .setBytes(bytes)
              .setChecksum(checksum)
              .setContentHash(block.contentHash())
              .setFirstRank(-1));
    }
    String path =
        "%s/%s-%06d-%016x.avro"
            .formatted(folder, split == Split.TEST ? "test" : "train", bucket, hash);
    long[] positions = FILES.writeEncoded(path, encoded);
    List<BlockRef> placed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      placed.add(refs.get(i).setPath(path).setPosition(positions[i]).build());
    }
    return placed;
  }

  /**
   * Reads one block.
   *
   * @throws BrokenFileException where the file is gone or its rows are not those that were written
   */
  static void read(BlockRef ref, BlockRows into) {
    long found = FILES.readAt(ref.getPath(), ref.getPosition(), ref.getBytes(), into::fill);
    if (into.rows() != ref.getRows() || found != ref.getChecksum()) {
      throw new BrokenFileException(
          "%s: damaged block at byte %d: expected CRC-32C %08x of %d rows, found %08x of %d"
              .formatted(
                  ref.getPath(),
                  ref.getPosition(),
                  ref.getChecksum(),
                  ref.getRows(),
                  found,
                  into.rows()));
    }
  }

  /**
   * Where a row of a block comes from.
   *
   * @throws BrokenFileException where the file is gone or holds no such block
   */
  static Place place(BlockRef ref, int row) {
    return FILES.readAt(
        ref.getPath(), ref.getPosition(), ref.getBytes(), encoded -> place(encoded, row));
  }

  private static Place place(ByteBuffer encoded, int row) throws IOException {
    BoundedDecoder in = new BoundedDecoder(encoded);
    in.readInt();
    List<String> files = new ArrayList<>();
    for (long count = in.readArrayStart(); count > 0; count = in.arrayNext()) {
      for (long i = 0; i < count; i++) {
        files.add(in.readString());
      }
    }
    ByteBuffer fileOfRow = in.readSlice().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer recordOfRow = in.readSlice().order(ByteOrder.LITTLE_ENDIAN);
    int file = fileOfRow.getInt(fileOfRow.position() + Integer.BYTES * row);
    return new Place(
        files.get(file), recordOfRow.getLong(recordOfRow.position() + Long.BYTES * row));
  }

  /** True where all of these blocks are there and their rows are those that were written. */
  public static boolean areWhole(List<BlockRef> refs, List<Column> columns) {
    BlockRows rows = new BlockRows(columns);
    try {
      refs.forEach(ref -> read(ref, rows));
      return true;
    } catch (BrokenFileException | UncheckedIOException e) {
      return false;
    }
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
