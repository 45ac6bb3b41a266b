package io.beamgrad.data.shuffle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.schema.BlockRows;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnValues;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Builds blocks of packed rows, column by column, and hashes their content. Not thread-safe. */
final class BlockBuilder {
  private static final int GATHERED_ROWS = 64;

  private final List<PackedRows> chunks;
  private final ColumnBlock values; // of one block after the other
  private byte[] gathered = {}; // some packed rows in order

  BlockBuilder(List<PackedRows> chunks, List<Column> columns) {
    this.chunks = chunks;
    this.values = new ColumnBlock(columns, 0);
  }

  /**
   * A block of some rows, and the sum modulo 2^64 of their hashes. A row's hash is XXH64 of its
   * file's identity and of its values, each seeded with the hash so far, at first its record
   * number.
   *
   * @param chunkOf {@code (rows)}: the chunk of each row
   * @param rowOf {@code (rows)}: its row in that chunk
   */
  SortedBucket.Block block(int[] chunkOf, int[] rowOf) {
    int rows = rowOf.length;
    long[] hashes = new long[rows];
    BlockRows.Builder block = BlockRows.newBuilder().setRows(rows);
    putOrigins(chunkOf, rowOf, hashes, block);
    values.beginPacked(rows);
    unpack(chunkOf, rowOf);
    values.endPacked(hashes);
    List<ColumnValues> columns = new ArrayList<>();
    for (int c = 0; c < values.columns().size(); c++) {
      columns.add(values.column(c).encode(rows));
    }
    return new SortedBucket.Block(
        block.setColumns(columns).build(), Arrays.stream(hashes).sum(), parts(chunkOf, rowOf));
  }

  private @Nullable ByteBuffer parts(int[] chunkOf, int[] rowOf) {
    if (rowOf.length == 0 || !chunks.get(chunkOf[0]).hasParts()) {
      return null;
    }
    ByteBuffer parts = allocate(Short.BYTES * rowOf.length);
    for (int i = 0; i < rowOf.length; i++) {
      parts.putShort(chunks.get(chunkOf[i]).part(rowOf[i]));
    }
    return parts.flip();
  }

  /** Gathers some rows first, as the memory that they are in is visited at random. */
  private void unpack(int[] chunkOf, int[] rowOf) {
    int[] starts = new int[GATHERED_ROWS];
    for (int from = 0; from < rowOf.length; from += GATHERED_ROWS) {
      int count = Math.min(GATHERED_ROWS, rowOf.length - from);
      int end = 0;
      for (int i = 0; i < count; i++) {
        PackedRows chunk = chunks.get(chunkOf[from + i]);
        int size = chunk.size(rowOf[from + i]);
        reserve(Math.addExact(end, size));
        System.arraycopy(chunk.array(), chunk.values(rowOf[from + i]), gathered, end, size);
        starts[i] = end;
        end += size;
      }
      for (int i = 0; i < count; i++) {
        values.unpack(from + i, gathered, starts[i]);
      }
    }
  }

  private void reserve(int bytes) {
    if (gathered.length < bytes) {
      gathered = Arrays.copyOf(gathered, (int) Math.min(2L * bytes, Integer.MAX_VALUE - 8));
    }
  }

  /** Puts the files and records of rows into a block, and sets the hashes to those of them. */
  private void putOrigins(int[] chunkOf, int[] rowOf, long[] hashes, BlockRows.Builder block) {
    int rows = rowOf.length;
    String[] fileOf = new String[rows];
    TreeMap<String, Integer> indexOf = new TreeMap<>();
    for (int i = 0; i < rows; i++) {
      fileOf[i] = chunks.get(chunkOf[i]).file(rowOf[i]);
      if (i == 0 || !fileOf[i].equals(fileOf[i - 1])) {
        indexOf.put(fileOf[i], 0);
      }
    }
    List<String> files = List.copyOf(indexOf.keySet());
    for (int file = 0; file < files.size(); file++) {
      indexOf.put(files.get(file), file);
    }
    List<byte[]> utf8 = files.stream().map(file -> file.getBytes(UTF_8)).toList();
    ByteBuffer fileOfRow = allocate(rows * Integer.BYTES);
    ByteBuffer recordOfRow = allocate(rows * Long.BYTES);
    int file = 0;
    for (int i = 0; i < rows; i++) {
      if (!fileOf[i].equals(files.get(file))) {
        file = indexOf.get(fileOf[i]);
      }
      long record = chunks.get(chunkOf[i]).record(rowOf[i]);
      fileOfRow.putInt(file);
      recordOfRow.putLong(record);
      hashes[i] = Xxh64.hash(utf8.get(file), 0, utf8.get(file).length, record);
    }
    block.setFiles(files).setFileOfRow(fileOfRow.flip()).setRecordOfRow(recordOfRow.flip());
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
