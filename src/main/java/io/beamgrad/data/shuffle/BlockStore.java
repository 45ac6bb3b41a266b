package io.beamgrad.data.shuffle;

import io.beamgrad.data.files.BoundedDecoder;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.RowOrigin;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.BlockRows;
import io.beamgrad.schema.ClassRows;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnValues;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes and reads blocks in the work folder: a file for each bucket, an Avro record for each
 * block. Name and bytes of a file depend on its rows alone, so that a second attempt at a bucket
 * writes the same file.
 */
public final class BlockStore {
  /** Is raised whenever blocks are made in another way. */
  public static final int FORMAT = 2;

  private static final RecordFile<BlockRows> FILES = RecordFile.of(BlockRows.class);
  private static final int FRAME_BYTES = 1024; // of an encoded block, beside its rows

  private final String folder;
  private final boolean countsClasses;

  public BlockStore(String folder) {
    this(folder, false);
  }

  private BlockStore(String folder, boolean countsClasses) {
    this.folder = folder;
    this.countsClasses = countsClasses;
  }

  /** A store whose references say, where asked for, how many rows of each class a block has. */
  public BlockStore countingClasses(boolean counts) {
    return new BlockStore(folder, counts);
  }

  /** The folder that a block lies in. */
  static String folder(BlockRef ref) {
    return ref.getPath().substring(0, ref.getPath().lastIndexOf('/'));
  }

  /**
   * Writes the sorted rows of one bucket.
   *
   * @return a reference for each block, without a rank
   */
  public List<BlockRef> write(Split split, int bucket, List<Column> columns, SortedBucket rows) {
    int[] ordinals = IntStream.range(0, rows.blocks()).toArray();
    return write(split, bucket, columns, rows.seed(), ordinals, rows::block);
  }

  /**
   * Writes blocks of one bucket.
   *
   * @param seed the rows are in order by it; null where that is not known
   * @param ordinals the number of each block in the bucket, ascending
   * @param blocks gives a block by its position in {@code ordinals}
   */
  List<BlockRef> write(
      Split split,
      int bucket,
      List<Column> columns,
      @Nullable Long seed,
      int[] ordinals,
      IntFunction<SortedBucket.Block> blocks) {
    int count = ordinals.length;
    int classColumn = countsClasses ? Columns.classColumn(columns) : -1;
    List<BlockRef.Builder> refs = new ArrayList<>();
    List<ByteBuffer> encoded = new ArrayList<>();
    long hash = count;
    for (int i = 0; i < count; i++) {
      SortedBucket.Block block = blocks.apply(i);
      BlockRows rows = block.rows();
      long checksum = checksum(rows);
      hash = Xxh64.hash(checksum, rows.getRows(), hash);
      long bytes = bytes(rows);
      encoded.add(FILES.encode(rows, Math.toIntExact(bytes + FRAME_BYTES)));
      refs.add(
          BlockRef.newBuilder()
              .setSplit(split)
              .setBucket(bucket)
              .setOrdinal(ordinals[i])
              .setRows(rows.getRows())
              .setBytes(bytes)
              .setChecksum(checksum)
              .setContentHash(block.contentHash())
              .setSeed(seed)
              .setFirstRank(-1)
              .setParts(block.parts())
              .setClassRows(classColumn < 0 ? List.of() : classRows(rows, columns, classColumn)));
    }
    String path =
        String.format(
            Locale.ROOT,
            "%s/%s-%06d-%016x.avro",
            folder,
            split.name().toLowerCase(Locale.ROOT),
            bucket,
            hash);
    long[] positions = FILES.writeEncoded(path, encoded, hash);
    List<BlockRef> placed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      placed.add(refs.get(i).setPath(path).setPosition(positions[i]).build());
    }
    return placed;
  }

  /** How many rows each class has, in the order of the labels. */
  private static List<ClassRows> classRows(BlockRows block, List<Column> columns, int classColumn) {
    RawColumn classes = StoredRows.of(block, columns).values().column(classColumn);
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (int row = 0; row < block.getRows(); row++) {
      counts.merge(classes.text(row), 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .map(entry -> new ClassRows(entry.getKey(), entry.getValue()))
        .toList();
  }

  /**
   * Reads the columns of one block.
   *
   * @throws BrokenFileException where the file is gone or its rows are not those that were written
   */
  public static void read(BlockRef ref, ColumnBlock into) {
    long found =
        FILES.readAt(
            ref.getPath(),
            ref.getPosition(),
            ref.getBytes(),
            encoded -> BlockDecoder.decode(encoded, into));
    if (ref.getSelected() == null) {
      requireWhole(ref, into.rows(), found);
    } else {
      requireWhole(ref, ref.getRows(), found);
      into.keep(RowSelection.rows(ref));
    }
  }

  /**
   * Reads one block with the identities of its rows; all of its rows, whatever is selected.
   *
   * @throws BrokenFileException where the file is gone or its rows are not those that were written
   */
  public static BlockRows read(BlockRef ref) {
    BlockRows rows = FILES.readAt(ref.getPath(), ref.getPosition(), ref.getBytes(), FILES::decode);
    requireWhole(ref, ref.getSelected() == null ? rows.getRows() : ref.getRows(), checksum(rows));
    return rows;
  }

  private static void requireWhole(BlockRef ref, int rows, long checksum) {
    if (rows != ref.getRows() || checksum != ref.getChecksum()) {
      throw new BrokenFileException(
          String.format(
              Locale.ROOT,
              "%s: damaged block at byte %d: expected CRC-32C %08x of %d rows, found %08x of %d",
              ref.getPath(),
              ref.getPosition(),
              ref.getChecksum(),
              ref.getRows(),
              checksum,
              rows));
    }
  }

  /**
   * The origin of a row of a block.
   *
   * @throws BrokenFileException where the file is gone or holds no such block
   */
  public static RowOrigin place(BlockRef ref, int row) {
    return FILES.readAt(
        ref.getPath(),
        ref.getPosition(),
        ref.getBytes(),
        encoded -> origin(encoded, RowSelection.row(ref, row)));
  }

  /**
   * The origins of all rows of a block, in their order.
   *
   * @throws BrokenFileException where the file is gone or its rows are not those that were written
   */
  public static List<RowOrigin> places(BlockRef ref, List<Column> columns) {
    StoredRows stored = StoredRows.of(read(ref), columns);
    IntStream rows =
        ref.getSelected() == null
            ? IntStream.range(0, ref.getRows())
            : IntStream.of(RowSelection.rows(ref));
    return rows.mapToObj(stored::origin).toList();
  }

  private static RowOrigin origin(ByteBuffer encoded, int row) throws IOException {
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
    return new RowOrigin(
        files.get(file), recordOfRow.getLong(recordOfRow.position() + Long.BYTES * row));
  }

  /**
   * Reads all of these blocks, to check them.
   *
   * @throws BrokenFileException where a block's rows are not those that were written
   * @throws UncheckedIOException where a file cannot be read
   */
  static void requireWhole(List<BlockRef> refs, List<Column> columns) {
    ColumnBlock rows = new ColumnBlock(columns, 0);
    refs.forEach(ref -> read(ref, rows));
  }

  private static long bytes(BlockRows block) {
    long bytes = (long) block.getFileOfRow().remaining() + block.getRecordOfRow().remaining();
    for (ColumnValues column : block.getColumns()) {
      bytes += (long) column.getValues().remaining() + column.getDictionary().remaining();
    }
    return bytes;
  }

  static long checksum(BlockRows block) {
    CRC32C crc = new CRC32C();
    crc.update(block.getFileOfRow().duplicate());
    crc.update(block.getRecordOfRow().duplicate());
    for (ColumnValues column : block.getColumns()) {
      crc.update(column.getValues().duplicate());
      crc.update(column.getDictionary().duplicate());
    }
    return crc.getValue();
  }
}
