package io.beamgrad.data.profile;

import java.util.Arrays;

/**
 * How many rows each content has, by the hashes of contents. It does not change.
 *
 * @param rows how many there are, those of contents that were dropped too
 * @param hashes {@code (contents)}, sorted
 * @param counts {@code (contents)}: the rows of each
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares or changes the arrays
record ContentTally(long rows, long[] hashes, long[] counts) {

  /** The tally of the rows of these hashes, which are not changed. */
  static ContentTally of(long[] rows) {
    long[] sorted = rows.clone();
    Arrays.sort(sorted);
    long[] counts = new long[sorted.length];
    int size = 0;
    for (long hash : sorted) {
      if (size == 0 || sorted[size - 1] != hash) {
        sorted[size++] = hash;
      }
      counts[size - 1]++;
    }
    return cut(rows.length, sorted, counts, size);
  }

  private static ContentTally cut(long rows, long[] hashes, long[] counts, int size) {
    return new ContentTally(rows, Arrays.copyOf(hashes, size), Arrays.copyOf(counts, size));
  }

  int contents() {
    return hashes.length;
  }

  /** How many rows are copies of another one, which itself does not count. */
  long copies() {
    return Arrays.stream(counts).sum() - hashes.length;
  }

  /** The rows of the content that has most; 0 without contents. */
  long largest() {
    return Arrays.stream(counts).max().orElse(0);
  }

  /** The tally of all rows of both. */
  ContentTally plus(ContentTally other) {
    long[] merged = new long[hashes.length + other.hashes.length];
    long[] sums = new long[merged.length];
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < hashes.length || j < other.hashes.length) {
      boolean isBehind = j == other.hashes.length;
      long next =
          isBehind || (i < hashes.length && hashes[i] <= other.hashes[j])
              ? hashes[i]
              : other.hashes[j];
      merged[size] = next;
      if (i < hashes.length && hashes[i] == next) {
        sums[size] += counts[i++];
      }
      if (j < other.hashes.length && other.hashes[j] == next) {
        sums[size] += other.counts[j++];
      }
      size++;
    }
    return cut(rows + other.rows, merged, sums, size);
  }

  /** The contents whose hash begins with so many zero bits; it still counts all rows. */
  ContentTally keep(int zeros) {
    if (zeros == 0) {
      return this;
    }
    long[] kept = new long[hashes.length];
    long[] rowsOfKept = new long[hashes.length];
    int size = 0;
    for (int i = 0; i < hashes.length; i++) {
      if (hashes[i] >>> (Long.SIZE - zeros) == 0) {
        kept[size] = hashes[i];
        rowsOfKept[size++] = counts[i];
      }
    }
    return cut(rows, kept, rowsOfKept, size);
  }
}
