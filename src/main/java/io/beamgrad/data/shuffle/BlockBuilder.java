package io.beamgrad.data.shuffle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.schema.BlockRows;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ColumnValues;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Builds blocks of packed rows, column by column, and hashes their content. Not thread-safe. */
final class BlockBuilder {
  private final List<PackedRows> chunks;
  private final ColumnBlock values; // of one block after the other
  private final boolean hasTexts;
  private byte[] inOrder = {}; // the packed rows of a block

  BlockBuilder(List<PackedRows> chunks, List<Column> columns) {
    this.chunks = chunks;
    this.values = new ColumnBlock(columns, 0);
    this.hasTexts = columns.stream().anyMatch(column -> column.getType() == ColumnType.STRINGS);
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
    if (hasTexts) {
      unpackInOrder(chunkOf, rowOf);
    } else {
      for (int row = 0; row < rows; row++) {
        PackedRows chunk = chunks.get(chunkOf[row]);
        values.unpack(row, chunk.array(), chunk.values(rowOf[row]));
      }
    }
    values.endPacked(inOrder, hashes);
    List<ColumnValues> columns = new ArrayList<>();
    for (int c = 0; c < values.columns().size(); c++) {
      columns.add(values.column(c).encode(rows));
    }
    return new SortedBucket.Block(block.setColumns(columns).build(), Arrays.stream(hashes).sum());
  }

  /** Gathers the rows first, as the memory that they are in is visited at random. */
  private void unpackInOrder(int[] chunkOf, int[] rowOf) {
    int[] starts = new int[rowOf.length];
    int end = 0;
    for (int row = 0; row < starts.length; row++) {
      starts[row] = end;
      end = Math.addExact(end, chunks.get(chunkOf[row]).size(rowOf[row]));
    }
    if (inOrder.length < end) {
      inOrder = new byte[end];
    }
    for (int row = 0; row < starts.length; row++) {
      PackedRows chunk = chunks.get(chunkOf[row]);
      int size = chunk.size(rowOf[row]);
      System.arraycopy(chunk.array(), chunk.values(rowOf[row]), inOrder, starts[row], size);
    }
    for (int row = 0; row < starts.length; row++) {
      values.unpack(row, inOrder, starts[row]);
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
