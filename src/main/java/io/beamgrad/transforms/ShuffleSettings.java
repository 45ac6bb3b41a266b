package io.beamgrad.transforms;

import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.schema.Column;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * How rows are shuffled into blocks. Only {@code seed} shows in the order of the rows; the sizes
 * decide how the work is cut.
 *
 * @param columns the columns of the rows
 * @param seed the seed of the order
 * @param bucketBits the shuffle has {@code 2^bucketBits} buckets, each sorted in memory by one
 *     worker
 * @param blockRows rows in a block
 * @param folder where the block files go; <code>{window}</code> in it gives each window a folder of
 *     its own, which can be deleted by itself (see {@link Windows})
 * @param classes where the target is one byte: labels to train on are from 0 to {@code classes -
 *     1}; at most 0 for any
 * @param rule how the rows of the training files are split
 */
public record ShuffleSettings(
    List<Column> columns,
    long seed,
    int bucketBits,
    int blockRows,
    String folder,
    int classes,
    SplitRule rule)
    implements Serializable {
  private static final int BUCKET_BYTES = 16 << 20;
  private static final int BUCKET_BYTES_OF_KEYS = 256 << 10;
  private static final int BUCKET_BITS_OF_KEYS = 6;
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int MIN_BLOCK_ROWS = 256;
  private static final int MAX_BLOCK_ROWS = 8192;
  private static final int MAX_BUCKET_BITS = 16;

  public ShuffleSettings {
    columns = List.copyOf(columns);
    if (bucketBits < 0 || bucketBits > MAX_BUCKET_BITS) {
      throw new IllegalArgumentException(
          "bucketBits must be in [0, %s], was %s".formatted(MAX_BUCKET_BITS, bucketBits));
    }
    if (blockRows < 1) {
      throw new IllegalArgumentException("blockRows must be at least 1, was " + blockRows);
    }
  }

  /**
   * Sizes for data of about this many bytes: buckets of some 16 MiB, blocks of about 1 MiB. The
   * keys of a bucket are one worker's, so that of rows with keys there are some buckets anyway.
   *
   * @param textBytes of the inputs of a row's texts, about; 0 where there are none
   */
  public static ShuffleSettings forBytes(
      List<Column> columns,
      int textBytes,
      SplitRule rule,
      long seed,
      long totalBytes,
      String folder) {
    int bits = 0;
    int bitsOfKeys = rule.each() == null ? 0 : BUCKET_BITS_OF_KEYS;
    while (bits < MAX_BUCKET_BITS
        && totalBytes >> bits > (bits < bitsOfKeys ? BUCKET_BYTES_OF_KEYS : BUCKET_BYTES)) {
      bits++;
    }
    int rows = BLOCK_BYTES / (ColumnLayout.bytesPerRow(columns) + textBytes);
    return new ShuffleSettings(
        columns,
        seed,
        bits,
        Math.max(MIN_BLOCK_ROWS, Math.min(MAX_BLOCK_ROWS, rows)),
        folder,
        0,
        rule);
  }

  /** The same, but labels in one byte of rows to train on must be below this number, if above 0. */
  public ShuffleSettings withClasses(int number) {
    return new ShuffleSettings(columns, seed, bucketBits, blockRows, folder, number, rule);
  }

  /** The same for the rows of one window. */
  ShuffleSettings in(BoundedWindow window) {
    String path = Windows.path(folder, window);
    return path.equals(folder)
        ? this
        : new ShuffleSettings(columns, seed, bucketBits, blockRows, path, classes, rule);
  }

  /** True where one worker sorts all rows at once. */
  public boolean isOneBucket() {
    return bucketBits == 0;
  }

  /** Where readers tell how far they are; beside the blocks, so that those are by themselves. */
  public String readingFolder() {
    return folder + "-reading";
  }

  /** Where readers put rejects aside. */
  String rejectsFolder() {
    return folder + "-rejects";
  }

  /** The number of buckets. */
  int buckets() {
    return 1 << bucketBits;
  }

  /** The bucket of a row by the top bits of its hash. */
  int bucket(long hash) {
    return bucketBits == 0 ? 0 : (int) (hash >>> (Long.SIZE - bucketBits));
  }
}
