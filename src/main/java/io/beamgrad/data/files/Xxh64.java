package io.beamgrad.data.files;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * XXH64, the 64-bit xxHash of Yann Collet (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md).
 * It is not cryptographic. All 64 bits are well mixed, so the top bits alone make good buckets.
 */
public final class Xxh64 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;

  private Xxh64() {}

  /**
   * The hash of a range of bytes.
   *
   * @throws IndexOutOfBoundsException where the range is not within the array
   */
  public static long hash(byte[] bytes, int fromInclusive, int toExclusive, long seed) {
    Objects.checkFromToIndex(fromInclusive, toExclusive, bytes.length);
    int length = toExclusive - fromInclusive;
    int at = fromInclusive;
    long hash;
    if (length >= 32) {
      long lane1 = seed + PRIME_1 + PRIME_2;
      long lane2 = seed + PRIME_2;
      long lane3 = seed;
      long lane4 = seed - PRIME_1;
      for (; at <= toExclusive - 32; at += 32) {
        lane1 = round(lane1, (long) LONG.get(bytes, at));
        lane2 = round(lane2, (long) LONG.get(bytes, at + 8));
        lane3 = round(lane3, (long) LONG.get(bytes, at + 16));
        lane4 = round(lane4, (long) LONG.get(bytes, at + 24));
      }
      hash =
          Long.rotateLeft(lane1, 1)
              + Long.rotateLeft(lane2, 7)
              + Long.rotateLeft(lane3, 12)
              + Long.rotateLeft(lane4, 18);
      hash = mergeLane(hash, lane1);
      hash = mergeLane(hash, lane2);
      hash = mergeLane(hash, lane3);
      hash = mergeLane(hash, lane4);
    } else {
      hash = seed + PRIME_5;
    }
    hash += length;
    for (; at <= toExclusive - 8; at += 8) {
      hash = mixLong(hash, (long) LONG.get(bytes, at));
    }
    if (at <= toExclusive - 4) {
      hash ^= Integer.toUnsignedLong((int) INT.get(bytes, at)) * PRIME_1;
      hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
      at += 4;
    }
    for (; at < toExclusive; at++) {
      hash ^= (bytes[at] & 0xFF) * PRIME_5;
      hash = Long.rotateLeft(hash, 11) * PRIME_1;
    }
    return avalanche(hash);
  }

  /** The hash of the text's UTF-8 bytes. */
  public static long hash(String text, long seed) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return hash(bytes, 0, bytes.length, seed);
  }

  /** The hash of the 16 bytes of two numbers, little-endian, without touching memory. */
  public static long hash(long first, long second, long seed) {
    long hash = seed + PRIME_5 + 16;
    hash = mixLong(hash, first);
    hash = mixLong(hash, second);
    return avalanche(hash);
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
  }

  private static long mergeLane(long hash, long lane) {
    return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
  }

  private static long mixLong(long hash, long input) {
    return Long.rotateLeft(hash ^ round(0, input), 27) * PRIME_1 + PRIME_4;
  }

  private static long avalanche(long hash) {
    hash = (hash ^ (hash >>> 33)) * PRIME_2;
    hash = (hash ^ (hash >>> 29)) * PRIME_3;
    return hash ^ (hash >>> 32);
  }
}
