package io.beamgrad.data.shuffle;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.schema.Column;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The keys of the packed rows of a bucket, in the order of their hashes as unsigned numbers; of
 * equal hashes by their texts.
 */
final class SortedKeys {
  private final int[] keyOf; // (rows), as they arrived
  private final long[] hashes; // (keys)
  private final int[] starts; // (keys + 1)

  /**
   * @param column the index of the column of the keys
   * @throws IllegalArgumentException where a row has no key
   */
  SortedKeys(List<PackedRows> chunks, List<Column> columns, int column) {
    keyOf = new int[chunks.stream().mapToInt(PackedRows::rows).sum()];
    ColumnBlock layout = new ColumnBlock(columns, 0);
    TextsColumn keys = (TextsColumn) layout.column(column);
    int i = 0;
    for (PackedRows chunk : chunks) {
      for (int row = 0; row < chunk.rows(); row++, i++) {
        int at = layout.packedAt(chunk.array(), chunk.values(row), column);
        keyOf[i] = keys.placePacked(chunk.array(), at);
        if (keyOf[i] < 0) {
          throw new IllegalArgumentException(
              "%s record %s: no value in column '%s'"
                  .formatted(
                      chunk.file(row), chunk.record(row) + 1, columns.get(column).getName()));
        }
      }
    }
    int[] order = sort(keys);
    int[] placeOf = new int[order.length];
    hashes = new long[order.length];
    for (int place = 0; place < order.length; place++) {
      placeOf[order[place]] = place;
      hashes[place] = keys.entryHash(order[place], 0);
    }
    starts = new int[placeOf.length + 1];
    for (int row = 0; row < keyOf.length; row++) {
      keyOf[row] = placeOf[keyOf[row]];
      starts[keyOf[row] + 1]++;
    }
    for (int key = 0; key < placeOf.length; key++) {
      starts[key + 1] += starts[key];
    }
  }

  /** The entries of the dictionary in order. */
  private static int[] sort(TextsColumn keys) {
    long[] hashes = new long[keys.entries()];
    Arrays.setAll(hashes, key -> keys.entryHash(key, 0));
    HashOrder byHash = new HashOrder(hashes, Comparator.comparing(keys::entryText));
    long[] sorted = new long[hashes.length];
    Arrays.setAll(sorted, byHash::key);
    int[] order = new int[hashes.length];
    byHash.sort(sorted, 0, order.length, order);
    return order;
  }

  /** How many there are. */
  int count() {
    return hashes.length;
  }

  /** The key of a row, by its number as they arrived. */
  int ofRow(int row) {
    return keyOf[row];
  }

  /** XXH64 of the key's UTF-8 with seed 0. */
  long hash(int key) {
    return hashes[key];
  }

  /** Where the rows of a key begin in the order; behind the last one where all end. */
  int start(int key) {
    return starts[key];
  }

  /** A copy of where the rows of each key begin, and at last where all end. */
  int[] starts() {
    return starts.clone();
  }
}
