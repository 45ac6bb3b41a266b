package io.beamgrad.data.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Decodes whole numbers of Parquet's hybrid of run lengths and bit packing, as levels and indices
 * in a dictionary are. See https://parquet.apache.org/docs/file-format/data-pages/encodings/.
 */
final class ParquetRuns {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MOST_BITS = 32;
  private static final int VALUES_PER_GROUP = 8;

  private final byte[] bytes;
  private final int end;
  private final int width; // bits of a value
  private final long mask;
  private int at; // the next run's first byte
  private long left; // values of the run
  private boolean isPacked;
  private int repeated; // the value of a run that is not packed
  private long bit; // at which the next packed value begins

  /**
   * @param encoded of an array, with nothing but the runs
   * @param width bits of a value
   */
  ParquetRuns(ByteBuffer encoded, int width) {
    if (width < 0 || width > MOST_BITS) {
      throw new ParquetDecodingException("values of %s bits".formatted(width));
    }
    this.bytes = encoded.array();
    this.at = encoded.arrayOffset() + encoded.position();
    this.end = at + encoded.remaining();
    this.width = width;
    this.mask = (1L << width) - 1;
  }

  int next() {
    while (left == 0) {
      readRun();
    }
    left--;
    if (!isPacked) {
      return repeated;
    }
    int from = (int) (bit >>> 3);
    long word = from + Long.BYTES <= bytes.length ? (long) LONG.get(bytes, from) : word(from, end);
    int value = (int) (word >>> (bit & 7) & mask);
    bit += width;
    return value;
  }

  private void readRun() {
    int header = 0;
    int shift = 0;
    byte b;
    do {
      if (at >= end) {
        throw new ParquetDecodingException("a page has too few values");
      }
      b = bytes[at++];
      header |= (b & 0x7F) << shift;
      shift += 7;
    } while (b < 0 && shift < Integer.SIZE);
    isPacked = (header & 1) != 0;
    left = Integer.toUnsignedLong(header) >> 1;
    if (isPacked) {
      bit = (long) at << 3;
      at = (int) Math.min(end, at + left * width); // a group of eight values has 'width' bytes
      left *= VALUES_PER_GROUP;
    } else {
      int next = at + (width + 7) / 8;
      if (next > end) {
        throw new ParquetDecodingException("a page is cut short");
      }
      repeated = (int) word(at, next);
      at = next;
    }
  }

  /** Up to eight bytes as a number; those at the limit and behind it are 0. */
  private long word(int from, int limit) {
    long word = 0;
    for (int i = Math.min(limit, from + Long.BYTES) - 1; i >= from; i--) {
      word = (word << 8) | (bytes[i] & 0xFF);
    }
    return word;
  }
}
