package io.beamgrad.transforms;

import io.beamgrad.schema.Split;
import java.util.List;

/**
 * The key of a bucket: the rows of all splits are shuffled in one pass, and each split has buckets
 * of its own.
 */
final class Bucket {
  /** Not of a bucket: the key of what the readers found. */
  static final int SUMMARIES = Integer.MIN_VALUE;

  private static final List<Split> SPLITS =
      List.of(Split.TRAIN, Split.VALIDATION, Split.TEST, Split.CALIBRATION);

  private Bucket() {}

  static int key(int number, Split split) {
    return number * SPLITS.size() + SPLITS.indexOf(split);
  }

  /** How many keys there are for so many buckets. */
  static int keys(int buckets) {
    return buckets * SPLITS.size();
  }

  static Split split(int key) {
    return SPLITS.get(key % SPLITS.size());
  }

  static int number(int key) {
    return key / SPLITS.size();
  }
}
