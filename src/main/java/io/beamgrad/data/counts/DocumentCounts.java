package io.beamgrad.data.counts;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Counts documents, and in how many of them each slot of a range of {@value #SHARD_SLOTS} occurs:
 * the slots of a column are counted in shards, so that no worker sends all in one piece.
 */
public final class DocumentCounts implements Serializable {
  /** The slots of a shard. */
  public static final int SHARD_SLOTS = 1 << 16;

  /** The most slots that can be counted. */
  public static final int MOST_SLOTS = 64 * SHARD_SLOTS;

  private static final long serialVersionUID = 1L;

  private final int first; // slot of the range
  private long documents;
  private transient long[] frequencies; // (slots of the range)

  /**
   * No documents.
   *
   * @param shard from 0
   * @param slots of the column
   */
  public DocumentCounts(int shard, int slots) {
    this.first = shard * SHARD_SLOTS;
    this.frequencies = new long[Math.min(SHARD_SLOTS, slots - first)];
  }

  /** The counts of no documents, of the same range as others. */
  public DocumentCounts(DocumentCounts other) {
    this.first = other.first;
    this.frequencies = new long[other.frequencies.length];
  }

  /** How many shards a column has. */
  public static int shards(int slots) {
    return (slots + SHARD_SLOTS - 1) / SHARD_SLOTS;
  }

  /** Adds documents, and of all slots of the column in how many of them each occurs. */
  public void add(long moreDocuments, long[] all) {
    documents += moreDocuments;
    for (int slot = 0; slot < frequencies.length; slot++) {
      frequencies[slot] += all[first + slot];
    }
  }

  /** Adds all that another one of the same range counted. */
  public void add(DocumentCounts other) {
    documents += other.documents;
    for (int slot = 0; slot < frequencies.length; slot++) {
      frequencies[slot] += other.frequencies[slot];
    }
  }

  public long documents() {
    return documents;
  }

  /** Copies in how many documents each slot of the range occurs to its place among all slots. */
  public void copyTo(long[] all) {
    System.arraycopy(frequencies, 0, all, first, frequencies.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DocumentCounts counts
        && first == counts.first
        && documents == counts.documents
        && Arrays.equals(frequencies, counts.frequencies);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(frequencies);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeInt(frequencies.length);
    int zeros = 0; // before the next slot that occurs
    for (long frequency : frequencies) {
      if (frequency == 0) {
        zeros++;
        continue;
      }
      out.writeInt(zeros);
      out.writeLong(frequency);
      zeros = 0;
    }
    out.writeInt(zeros);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    frequencies = new long[in.readInt()];
    int slot = in.readInt();
    while (slot < frequencies.length) {
      frequencies[slot++] = in.readLong();
      slot += in.readInt();
    }
  }
}
