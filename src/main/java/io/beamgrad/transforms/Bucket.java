package io.beamgrad.transforms;

/**
 * The key of a bucket: training and test files are shuffled in one pass, and each has buckets of
 * its own. A test bucket's key is the complement of its number.
 */
final class Bucket {
  /** Not of a bucket: the key of what the readers found. */
  static final int SUMMARIES = Integer.MIN_VALUE;

  private Bucket() {}

  static int key(int number, boolean test) {
    return test ? ~number : number;
  }

  static boolean isTest(int key) {
    return key < 0;
  }

  static int number(int key) {
    return key < 0 ? ~key : key;
  }
}
