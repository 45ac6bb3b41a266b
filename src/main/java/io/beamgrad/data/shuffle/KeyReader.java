package io.beamgrad.data.shuffle;

import io.beamgrad.data.encoding.BlockEncoder;
import io.beamgrad.data.encoding.EncodedRows;
import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.RowLayout;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Split;
import io.beamgrad.tensor.SparseRows;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the rows of one bucket of the shuffle, which are in the order of their keys, key by key.
 * Blocks are read once, and one of each split is in memory at a time, with the rows of one key. Not
 * thread-safe.
 */
public final class KeyReader {
  private static final int VALUE_BYTES = Float.BYTES + Integer.BYTES; // of sparse rows

  private final Encoding encoding;
  private final BlockEncoder encoder;
  private final int keyColumn;
  private final long mostBytes;
  private final long rowBytes;
  private final Map<Split, Cursor> cursors = new EnumMap<>(Split.class);
  private String key = "";
  private long hash;
  private boolean isTooLarge;

  /**
   * @param blocks those of one bucket, of all splits, in any order
   * @param keyColumn the index of the key's column, of texts, in the columns of the encoding
   * @param mostBytes a key whose encoded rows may take more is given as references to its rows
   */
  public KeyReader(List<BlockRef> blocks, Encoding encoding, int keyColumn, long mostBytes) {
    this.encoding = encoding;
    this.encoder = new BlockEncoder(encoding);
    this.keyColumn = keyColumn;
    this.mostBytes = Math.min(mostBytes, Integer.MAX_VALUE); // so that arrays can hold them
    this.rowBytes = rowBytes(encoder);
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION, Split.TEST)) {
      cursors.put(split, new Cursor(Ranking.inOrder(blocks, split)));
    }
  }

  /** The memory that an encoded row takes, at the most; a sparse one without its texts. */
  private static long rowBytes(BlockEncoder encoder) {
    RowLayout layout = encoder.layout();
    long inputs =
        encoder.rowEncoder().isSparse()
            ? (long) VALUE_BYTES * (layout.numbers() + layout.categories())
            : (long) Float.BYTES * encoder.rowEncoder().inputWidth();
    return inputs + (long) Float.BYTES * (layout.targets() + layout.weights());
  }

  /**
   * Goes on to the next key, in the order of their hashes as unsigned numbers.
   *
   * @return whether there is one
   * @throws BrokenFileException where a block is gone or its rows are not those that were written
   * @throws IllegalArgumentException where the blocks are not in the order of keys
   */
  public boolean next() {
    Cursor first = null;
    for (Cursor cursor : cursors.values()) {
      if (!cursor.isAtEnd() && (first == null || cursor.isBefore(first))) {
        first = cursor;
      }
    }
    cursors.values().forEach(cursor -> cursor.rows.clear());
    isTooLarge = false;
    if (first == null) {
      return false;
    }
    key = first.nextKey;
    hash = first.nextHash;
    long bytesLeft = mostBytes;
    for (Cursor cursor : cursors.values()) {
      bytesLeft = cursor.take(bytesLeft);
    }
    isTooLarge = bytesLeft < 0;
    return true;
  }

  /** The key. */
  public String key() {
    return key;
  }

  /** XXH64 of the key's UTF-8, with seed 0. */
  public long hash() {
    return hash;
  }

  /**
   * Whether the rows of the key are too many to be in memory: their numbers and {@link
   * KeyRows#blocks()} alone are known then.
   */
  public boolean isTooLarge() {
    return isTooLarge;
  }

  /** The rows of the key in one split, until the next key is read. */
  public KeyRows rows(Split split) {
    return cursors.get(split).rows;
  }

  /** The next row of a split. */
  private final class Cursor {
    private final List<BlockRef> blocks; // in order
    private final ColumnBlock values = new ColumnBlock(encoding.columns(), 0);
    private final TextsColumn keys = (TextsColumn) values.column(keyColumn);
    private final EncodedRows encoded = new EncodedRows();
    private final KeyRows rows = new KeyRows(encoder);
    private int block = -1;
    private int row;
    private boolean isEncoded;
    private String nextKey = "";
    private long nextHash;

    Cursor(List<BlockRef> blocks) {
      this.blocks = blocks;
      settle();
    }

    boolean isAtEnd() {
      return block == blocks.size();
    }

    boolean isBefore(Cursor other) {
      return compare(nextHash, nextKey, other.nextHash, other.nextKey) < 0;
    }

    /**
     * Takes all rows of the key, if the next one is of it.
     *
     * @return how many of the bytes are left; negative where they do not suffice, and rows are
     *     counted only
     */
    long take(long bytesLeft) {
      long left = bytesLeft;
      while (!isAtEnd() && nextHash == hash && nextKey.equals(key)) {
        int from = row;
        int entry = keys.entry(from);
        while (row < values.rows() && keys.entry(row) == entry) {
          row++;
        }
        rows.addRun(blocks.get(block), from, row);
        left = left < 0 ? left : left - (row - from) * rowBytes;
        left = left < 0 ? left : left - textBytes(encoded(), from, row);
        if (left >= 0) {
          rows.copyLastRun(encoded());
        }
        settle();
      }
      return left;
    }

    /** The memory that the texts of a range of sparse rows take. */
    private long textBytes(EncodedRows of, int fromInclusive, int toExclusive) {
      SparseRows texts = of.texts();
      if (texts == null || !encoder.rowEncoder().isSparse()) {
        return 0;
      }
      long inputs = 0;
      for (int first = 0; first < texts.rows(); first += of.rows()) {
        inputs += texts.starts()[first + toExclusive] - texts.starts()[first + fromInclusive];
      }
      return VALUE_BYTES * inputs;
    }

    private EncodedRows encoded() {
      if (!isEncoded) {
        encoder.encode(values, encoded);
        isEncoded = true;
      }
      return encoded;
    }

    /** Reads the next block where this one has no more rows, and what key the next row has. */
    private void settle() {
      while (block < 0 || (block < blocks.size() && row == values.rows())) {
        block++;
        row = 0;
        isEncoded = false;
        if (block < blocks.size()) {
          BlockStore.read(blocks.get(block), values);
        }
      }
      if (isAtEnd()) {
        return;
      }
      int entry = keys.entry(row);
      if (entry < 0) {
        throw new IllegalArgumentException(
            "%s: row %s has no key".formatted(blocks.get(block).getPath(), row));
      }
      String before = nextKey;
      long hashBefore = nextHash;
      nextKey = keys.entryText(entry);
      nextHash = keys.entryHash(entry, 0);
      boolean isFirst = block == 0 && row == 0;
      if (!isFirst && compare(hashBefore, before, nextHash, nextKey) > 0) {
        throw new IllegalArgumentException(
            "%s: rows are not in the order of the keys in column '%s'"
                .formatted(blocks.get(block).getPath(), keys.column().getName()));
      }
    }
  }

  /** Compares keys as the shuffle orders them. */
  static int compare(long hash, String key, long otherHash, String otherKey) {
    int byHash = Long.compareUnsigned(hash, otherHash);
    return byHash != 0 ? byHash : key.compareTo(otherKey);
  }
}
