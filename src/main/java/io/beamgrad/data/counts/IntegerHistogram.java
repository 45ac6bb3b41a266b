package io.beamgrad.data.counts;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Counts whole numbers. The counts are exact up to a number of distinct values; where there are
 * more, neighbours share a bin, whose width is the smallest power of two that leaves few enough
 * bins. So the order in which numbers are counted and parts are merged does not matter.
 */
public final class IntegerHistogram implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int FIRST_SLOTS = 64;
  private static final long MIX = 0x9e3779b97f4a7c15L; // 2^64 over the golden ratio

  private final int maxBins;
  private int shift; // the low bits that bins leave out
  private transient long[] keys = new long[FIRST_SLOTS]; // by open addressing
  private transient long[] counts = new long[FIRST_SLOTS]; // 0 where a slot is free
  private transient int used;

  /**
   * @param maxBins the most distinct values, or bins, that are counted
   */
  public IntegerHistogram(int maxBins) {
    this.maxBins = maxBins;
  }

  /** Counts a number once. */
  public void add(long number) {
    add(number, 1);
  }

  /** Counts a number so many times. */
  public void add(long number, long times) {
    if (times > 0) {
      count(number >> shift, times);
      while (used > maxBins) {
        coarsen(shift + 1);
      }
    }
  }

  /** Adds all that another one counted. */
  public void add(IntegerHistogram other) {
    coarsen(other.shift);
    for (int slot = 0; slot < other.keys.length; slot++) {
      add(other.keys[slot] << other.shift, other.counts[slot]);
    }
  }

  private void count(long key, long times) {
    int slot = slot(key);
    if (counts[slot] == 0) {
      keys[slot] = key;
      used++;
    }
    counts[slot] += times;
    if (2 * used > keys.length) {
      move(2 * keys.length, 0);
    }
  }

  /** Widens the bins to {@code 2^toShift}, where they are narrower. */
  public void coarsen(int toShift) {
    if (toShift > shift) {
      int by = toShift - shift;
      shift = toShift;
      move(keys.length, by);
    }
  }

  private void move(int slots, int by) {
    long[] oldKeys = keys;
    long[] oldCounts = counts;
    keys = new long[slots];
    counts = new long[slots];
    used = 0;
    for (int slot = 0; slot < oldKeys.length; slot++) {
      if (oldCounts[slot] != 0) {
        count(oldKeys[slot] >> by, oldCounts[slot]);
      }
    }
  }

  /** How many low bits the bins leave out. */
  public int shift() {
    return shift;
  }

  /** How many bins there are. */
  int size() {
    return used;
  }

  /** The bins, sorted: the numbers without their low bits. */
  public long[] sorted() {
    long[] sorted = new long[used];
    int next = 0;
    for (int slot = 0; slot < keys.length; slot++) {
      if (counts[slot] != 0) {
        sorted[next++] = keys[slot];
      }
    }
    Arrays.sort(sorted);
    return sorted;
  }

  /** The count of a bin of {@link #sorted}; 0 for others. */
  public long count(long key) {
    return counts[slot(key)];
  }

  /** The slot that a key has or gets. */
  int slot(long key) {
    int mask = keys.length - 1; // a power of two, and half of the slots are free
    // The first bits of the product depend on all of the key's, the last on its last alone.
    int slot = (int) ((key * MIX) >>> Long.numberOfLeadingZeros(mask));
    while (counts[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Writes the bins sorted, each as its distance from the one before. */
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeInt(used);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    long last = 0;
    for (long key : sorted()) {
      encoder.writeLong(key - last);
      encoder.writeLong(count(key));
      last = key;
    }
    encoder.flush();
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    keys = new long[FIRST_SLOTS];
    counts = new long[FIRST_SLOTS];
    used = 0;
    int size = in.readInt();
    BinaryDecoder decoder = DecoderFactory.get().directBinaryDecoder(in, null);
    long last = 0;
    for (int i = 0; i < size; i++) {
      last += decoder.readLong();
      count(last, decoder.readLong());
    }
  }
}
