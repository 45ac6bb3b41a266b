package io.beamgrad.data.shuffle;

import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.schema.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gathers rows of several chunks into one chunk, column by column, and hashes their content. Not
 * thread-safe.
 */
final class RowCopier {
  private static final int RECORDS = 1; // the index of the column of record numbers

  private final List<ChunkRows> chunks;
  private final List<RawColumn.Gatherer> columns = new ArrayList<>(); // in the order of ChunkRows

  RowCopier(List<ChunkRows> chunks, List<Column> columns) {
    this.chunks = chunks;
    List<RawColumn> types = new ChunkRows(columns, 0).columns();
    for (int c = 0; c < types.size(); c++) {
      int column = c;
      List<RawColumn> parts = chunks.stream().map(chunk -> chunk.columns().get(column)).toList();
      this.columns.add(types.get(c).gatherer(parts));
    }
  }

  /**
   * A copy of some rows, and the sum modulo 2^64 of their hashes. A row's hash is XXH64 of its
   * file's identity, its record number and its values, each seeded with the hash so far.
   *
   * @param chunkOf {@code (rows)}: the chunk of each row
   * @param rowOf {@code (rows)}: its row in that chunk
   */
  SortedBucket.Block block(int[] chunkOf, int[] rowOf) {
    int rows = rowOf.length;
    long[] hashes = new long[rows];
    for (int i = 0; i < rows; i++) {
      hashes[i] = chunks.get(chunkOf[i]).record(rowOf[i]);
    }
    List<RawColumn> gathered = new ArrayList<>();
    for (int c = 0; c < columns.size(); c++) {
      gathered.add(columns.get(c).rows(chunkOf, rowOf));
      if (c != RECORDS) {
        gathered.get(c).addToHashes(hashes);
      }
    }
    return new SortedBucket.Block(ChunkRows.chunk(rows, gathered), Arrays.stream(hashes).sum());
  }
}
