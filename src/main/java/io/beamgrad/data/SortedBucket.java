package io.beamgrad.data;

import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The rows of one bucket of the shuffle in the order of their hashes, cut into blocks. Ties are
 * broken by the rows' identity, so that the order never depends on how they arrived.
 *
 * @param blocks the rows, in order
 * @param contentHashes for each block the sum modulo 2^64 of a hash of each of its rows, identity
 *     included
 */
public record SortedBucket(List<Chunk> blocks, List<Long> contentHashes) {

  /** A row by its place among the chunks. */
  private record Place(int chunk, int row) {}

  /** Sorts the rows of all chunks of one bucket and cuts them into blocks of {@code blockRows}. */
  public static SortedBucket of(
      Iterable<Chunk> chunks, List<Column> columns, long seed, int blockRows) {
    List<DecodedChunk> decoded = new ArrayList<>();
    chunks.forEach(chunk -> decoded.add(new DecodedChunk(chunk, columns)));
    Place[] places = sort(decoded, seed);

    List<Chunk> blocks = new ArrayList<>();
    List<Long> contentHashes = new ArrayList<>();
    Object[] row = DecodedChunk.emptyRow(columns);
    RowContentHash content = new RowContentHash(columns);
    for (int from = 0; from < places.length; from += blockRows) {
      ChunkBuilder block = new ChunkBuilder(columns);
      long contentHash = 0;
      for (Place place :
          Arrays.asList(places).subList(from, Math.min(from + blockRows, places.length))) {
        DecodedChunk chunk = decoded.get(place.chunk);
        chunk.copyRow(place.row, row);
        String file = chunk.file(place.row);
        long record = chunk.record(place.row);
        block.add(file, record, row);
        contentHash += content.of(file, record, row);
      }
      blocks.add(block.build());
      contentHashes.add(contentHash);
    }
    return new SortedBucket(blocks, contentHashes);
  }

  /** The hash of all blocks together. */
  public long contentHash() {
    return contentHashes.stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Sorts by the hashes' upper half and the row's place in one long, which a primitive sort does
   * fast; runs of equal upper halves, which are rare, are then put in order by the whole key.
   */
  private static Place[] sort(List<DecodedChunk> chunks, long seed) {
    List<Place> places = new ArrayList<>();
    for (int c = 0; c < chunks.size(); c++) {
      for (int row = 0; row < chunks.get(c).rows(); row++) {
        places.add(new Place(c, row));
      }
    }
    long[] hashes = new long[places.size()];
    long[] order = new long[hashes.length];
    String orderedFile = null;
    RowOrder rowOrder = null;
    for (int i = 0; i < hashes.length; i++) {
      DecodedChunk chunk = chunks.get(places.get(i).chunk);
      String file = chunk.file(places.get(i).row);
      if (!file.equals(orderedFile)) {
        orderedFile = file;
        rowOrder = RowOrder.of(seed, file);
      }
      hashes[i] = rowOrder.hash(chunk.record(places.get(i).row));
      // Flipping the top bit makes the signed sort an unsigned one.
      order[i] = ((hashes[i] >>> 32 << 32) ^ Long.MIN_VALUE) | i;
    }
    Arrays.sort(order);

    Comparator<Integer> byWholeKey =
        Comparator.<Integer, Long>comparing(i -> hashes[i], Long::compareUnsigned)
            .thenComparing(i -> chunks.get(places.get(i).chunk).file(places.get(i).row))
            .thenComparing(i -> chunks.get(places.get(i).chunk).record(places.get(i).row));
    Place[] sorted = new Place[hashes.length];
    for (int from = 0, to; from < order.length; from = to) {
      to = from + 1;
      while (to < order.length && order[to] >>> 32 == order[from] >>> 32) {
        to++;
      }
      List<Integer> run = new ArrayList<>();
      for (int i = from; i < to; i++) {
        run.add((int) order[i]);
      }
      run.sort(byWholeKey);
      for (int i = from; i < to; i++) {
        sorted[i] = places.get(run.get(i - from));
      }
    }
    return sorted;
  }
}
