package io.beamgrad.data.encoding;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.KeyEncoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * The keys that a training had, by hash, and the places of their models. A table of it takes little
 * memory beside the encoding, whose bytes it reads. Safe for several threads.
 */
public final class KeyHashes {
  /** The index of a key that the training did not have. */
  public static final int UNKNOWN = -1;

  /** The place of the pooled model. */
  public static final int POOLED = 0;

  private static final int WORD_KEYS = 64;

  private final LongBuffer hashes; // (keys), ascending as unsigned numbers
  private final long[] own; // a bit for each key, the lowest first
  private final int[] before; // keys with a model of their own before each word's
  private final int ownKeys;

  /**
   * @throws IllegalArgumentException where there is not a bit for each key
   */
  public KeyHashes(KeyEncoding encoding) {
    ByteBuffer bits = encoding.getOwn().duplicate();
    this.hashes = encoding.getHashes().duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    int keys = hashes.remaining();
    if (!hasBits(encoding)) {
      throw new IllegalArgumentException(
          "column %s: %s bytes of hashes and %s of bits"
              .formatted(encoding.getColumn(), encoding.getHashes().remaining(), bits.remaining()));
    }
    this.own = new long[(keys + WORD_KEYS - 1) / WORD_KEYS];
    this.before = new int[own.length];
    for (int i = 0; bits.hasRemaining(); i++) {
      own[i / Long.BYTES] |= (bits.get() & 0xFFL) << (Byte.SIZE * (i % Long.BYTES));
    }
    int sum = 0;
    for (int word = 0; word < own.length; word++) {
      before[word] = sum;
      sum += Long.bitCount(own[word]);
    }
    this.ownKeys = sum;
  }

  /** Whether an encoding has whole hashes and a bit for each. */
  public static boolean hasBits(KeyEncoding encoding) {
    int bytes = encoding.getHashes().remaining();
    int keys = bytes / Long.BYTES;
    int bits = encoding.getOwn().remaining();
    return bytes % Long.BYTES == 0 && bits == (keys + Byte.SIZE - 1) / Byte.SIZE;
  }

  /** The hash of a key. */
  public static long hash(String key) {
    return Xxh64.hash(key, 0);
  }

  /** The hash of a key in UTF-8. */
  public static long hash(byte[] utf8, int fromInclusive, int toExclusive) {
    return Xxh64.hash(utf8, fromInclusive, toExclusive, 0);
  }

  /** How many keys the training had. */
  public int keys() {
    return hashes.limit();
  }

  /** How many of them have a model of their own. */
  public int ownKeys() {
    return ownKeys;
  }

  /** The hash of a key by index. */
  public long hash(int index) {
    return hashes.get(index);
  }

  /** The index of the key of a hash, from 0; or UNKNOWN. */
  public int index(long hash) {
    int low = 0;
    int high = keys() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compareUnsigned(hashes.get(middle), hash);
      if (order == 0) {
        return middle;
      }
      low = order < 0 ? middle + 1 : low;
      high = order < 0 ? high : middle - 1;
    }
    return UNKNOWN;
  }

  /** The place of a key's model, from 1; POOLED where it has none of its own. */
  public int place(int index) {
    long word = index == UNKNOWN ? 0 : own[index / WORD_KEYS];
    long bit = 1L << index; // of the lowest six bits of the index
    if ((word & bit) == 0) {
      return POOLED;
    }
    return before[index / WORD_KEYS] + Long.bitCount(word & (bit - 1)) + 1;
  }
}
