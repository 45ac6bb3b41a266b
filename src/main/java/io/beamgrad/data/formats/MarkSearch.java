package io.beamgrad.data.formats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds the bytes at which a field of CSV may end: two of its own, and all below 16, among which
 * the line ends are. Eight bytes are compared at once (Mycroft's test for a zero byte in a word, in
 * its exact form), and up to seven behind the last byte are looked at.
 */
final class MarkSearch {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;
  private static final long OVER_FIFTEEN = 0x7070707070707070L;
  private static final long EACH_BYTE = 0x0101010101010101L;

  private final long eachMark;
  private final long eachOther;
  private int block; // the index of its first byte
  private long found; // the high bits of the block's marks that are not given yet

  /**
   * @param other begins with another mark; null for none
   */
  MarkSearch(byte mark, byte @Nullable [] other) {
    eachMark = (mark & 0xFF) * EACH_BYTE;
    eachOther = other == null ? eachMark : (other[0] & 0xFF) * EACH_BYTE;
  }

  /** The next search gives the first mark at or behind a position. */
  void startAt(byte[] text, int at) {
    block = at;
    found = marksOf((long) LONG.get(text, at));
  }

  /** The position of the next mark, which the text must have. */
  int next(byte[] text) {
    while (found == 0) {
      block += Long.BYTES;
      found = marksOf((long) LONG.get(text, block));
    }
    int at = block + (Long.numberOfTrailingZeros(found) >>> 3);
    found &= found - 1;
    return at;
  }

  private long marksOf(long bytes) {
    long isOver = ((bytes & OVER_FIFTEEN) + LOW_BITS) | bytes;
    return ~(isOver & unequal(bytes, eachMark) & unequal(bytes, eachOther)) & ~LOW_BITS;
  }

  /** The high bits of the bytes that differ. */
  private static long unequal(long bytes, long others) {
    long difference = bytes ^ others;
    return ((difference & LOW_BITS) + LOW_BITS) | difference;
  }
}
