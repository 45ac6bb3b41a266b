package io.beamgrad.data.encoding;

/** Slots that hashes share: the slot of one is its remainder by their number. */
final class HashSlots {
  private final int count;
  private final int mask; // one less than a power of two; else negative

  /**
   * @param count how many; 0 of what is not hashed
   */
  HashSlots(int count) {
    this.count = count;
    this.mask = Integer.bitCount(count) == 1 ? count - 1 : -1;
  }

  int count() {
    return count;
  }

  /** The slot of a hash, which is taken as an unsigned number. */
  int of(long hash) {
    return mask >= 0 ? (int) hash & mask : (int) Long.remainderUnsigned(hash, count);
  }
}
