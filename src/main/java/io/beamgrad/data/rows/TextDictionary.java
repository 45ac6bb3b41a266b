package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Xxh64;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Distinct texts as UTF-8 in one array, in the order in which they came. A text is packed as the
 * number of its bytes plus 1, a varint of 7 bits a byte with the lowest first, and then its bytes;
 * a 0 alone is a missing text, which no dictionary has.
 */
final class TextDictionary {
  /** The most bytes that the length of a packed text takes. */
  static final int LENGTH_BYTES = 5;

  /** A missing text, packed. */
  static final int NONE = 0;

  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final int FIRST_SLOTS = 64;

  private byte[] bytes = {}; // packed texts
  private int[] ends = {}; // (texts): where each ends
  private int size;
  private long[] slots = {}; // a hash's upper half, then index + 1; 0 where free, as half are
  private int shift; // leaves as many bits of a hash as number the slots
  private boolean isIndexed = true; // whether the texts are in the slots

  int size() {
    return size;
  }

  /** How many bytes the packed texts take. */
  int packedBytes() {
    return size == 0 ? 0 : ends[size - 1];
  }

  /** The memory that the texts take, without what finds them. */
  long memory() {
    return packedBytes() + (long) Integer.BYTES * size;
  }

  /** Removes all texts; the arrays are used again. */
  void clear() {
    if (isIndexed && size > 0) {
      Arrays.fill(slots, 0);
    }
    size = 0;
    isIndexed = true;
  }

  private int start(int text) {
    return text == 0 ? 0 : ends[text - 1];
  }

  /** Where the UTF-8 of a packed text begins. */
  private static int utf8(byte[] packed, int at) {
    int from = at;
    while (packed[from++] < 0) {}
    return from;
  }

  /** Where a packed text ends, or what stands for a missing one. */
  static int end(byte[] packed, int at) {
    int count = packed[at];
    if (count >= 0) {
      return at + Math.max(1, count);
    }
    count &= 0x7F;
    int from = at + 1;
    for (int shift = 7; ; shift += 7) {
      int part = packed[from++];
      count |= (part & 0x7F) << shift;
      if (part >= 0) {
        return from + count - 1;
      }
    }
  }

  String text(int text) {
    int from = utf8(bytes, start(text));
    return new String(bytes, from, ends[text] - from, UTF_8);
  }

  /** The code that is given to a text. */
  int code(int text, TextCodes given) {
    return given.of(bytes, utf8(bytes, start(text)), ends[text]);
  }

  /** XXH64 of the UTF-8 of a text. */
  long hash(int text, long seed) {
    return Xxh64.hash(bytes, utf8(bytes, start(text)), ends[text], seed);
  }

  /** XXH64 of the UTF-8 of a packed text. */
  static long hash(byte[] packed, int at, int end, long seed) {
    return Xxh64.hash(packed, utf8(packed, at), end, seed);
  }

  /** Packs a text into a row. */
  void pack(int text, RowBytes to) {
    int from = start(text);
    int count = ends[text] - from;
    to.reserve(count);
    to.put(bytes, from, count);
  }

  /** The index of a text of another dictionary, which is added where it is new. */
  int place(TextDictionary other, int text) {
    return place(other.bytes, other.start(text), other.ends[text]);
  }

  /** The index of some UTF-8, which is added where it is new. */
  int place(byte[] utf8) {
    byte[] packed = new byte[LENGTH_BYTES + utf8.length];
    int end = pack(utf8, 0, utf8.length, packed, 0);
    return place(packed, 0, end);
  }

  /** Replaces all texts by one, which is not looked for. */
  void setOnly(byte[] utf8, int offset, int length) {
    if (isIndexed) {
      clear();
      isIndexed = false;
    }
    if (ends.length == 0) {
      ends = new int[1];
    }
    if (bytes.length < LENGTH_BYTES + length) {
      bytes = new byte[2 * (LENGTH_BYTES + length)];
    }
    ends[0] = pack(utf8, offset, length, bytes, 0);
    size = 1;
  }

  private static int pack(byte[] utf8, int offset, int length, byte[] to, int at) {
    int next = at;
    int left = length + 1;
    while (left > 0x7F) {
      to[next++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    to[next++] = (byte) left;
    System.arraycopy(utf8, offset, to, next, length);
    return next + length;
  }

  /** The index of a packed text, which is added where it is new. */
  int place(byte[] packed, int from, int end) {
    if (2 * (size + 1) > slots.length || !isIndexed) {
      index();
    }
    long hash = hash(packed, from, end);
    int mask = slots.length - 1;
    int slot = (int) (hash >>> shift);
    while (slots[slot] != 0) {
      if ((slots[slot] ^ hash) >>> 32 == 0) {
        int text = (int) slots[slot] - 1;
        if (isEqual(text, packed, from, end)) {
          return text;
        }
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = (hash >>> 32 << 32) | (size + 1);
    return append(packed, from, end);
  }

  private boolean isEqual(int text, byte[] packed, int from, int end) {
    int start = start(text);
    int length = end - from;
    if (ends[text] - start != length) {
      return false;
    }
    if (length < Long.BYTES) {
      for (int i = 0; i < length; i++) {
        if (bytes[start + i] != packed[from + i]) {
          return false;
        }
      }
      return true;
    }
    for (int i = 0; i < length - Long.BYTES; i += Long.BYTES) {
      if ((long) RowBytes.LONG.get(bytes, start + i)
          != (long) RowBytes.LONG.get(packed, from + i)) {
        return false;
      }
    }
    return (long) RowBytes.LONG.get(bytes, ends[text] - Long.BYTES)
        == (long) RowBytes.LONG.get(packed, end - Long.BYTES);
  }

  private int append(byte[] packed, int from, int end) {
    int at = packedBytes();
    int needed = Math.addExact(at, end - from);
    if (needed > bytes.length) {
      bytes =
          Arrays.copyOf(bytes, (int) Math.min(Math.max(256, 2L * needed), Integer.MAX_VALUE - 8));
    }
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, Math.max(16, 2 * size));
    }
    System.arraycopy(packed, from, bytes, at, end - from);
    ends[size] = needed;
    return size++;
  }

  /** Puts all texts into slots, of which more than half are free. */
  private void index() {
    int count = FIRST_SLOTS;
    while (count < 2 * (size + 2)) {
      count *= 2;
    }
    long[] old = slots;
    slots = new long[count];
    shift = Long.SIZE - Integer.numberOfTrailingZeros(count);
    if (isIndexed) {
      for (long entry : old) {
        if (entry != 0) {
          put(entry);
        }
      }
    } else {
      for (int text = 0; text < size; text++) {
        put((hash(bytes, start(text), ends[text]) >>> 32 << 32) | (text + 1));
      }
      isIndexed = true;
    }
  }

  private void put(long entry) {
    int mask = slots.length - 1;
    int slot = (int) (entry >>> shift);
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = entry;
  }

  /** A fast hash, whose upper half counts. */
  private static long hash(byte[] packed, int from, int end) {
    int at = from;
    long hash = (long) end - from;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      hash = mix(hash, (long) RowBytes.LONG.get(packed, at));
    }
    if (at < end && end - from >= Long.BYTES) {
      return mix(hash, (long) RowBytes.LONG.get(packed, end - Long.BYTES));
    }
    long rest = 0;
    for (; at < end; at++) {
      rest = rest << 8 | (packed[at] & 0xFF);
    }
    return mix(hash, rest);
  }

  private static long mix(long hash, long input) {
    long product = (hash ^ input) * MULTIPLIER;
    return product ^ (product >>> 32);
  }

  /** The packed texts, in an array of their own. */
  ByteBuffer encode() {
    return ByteBuffer.wrap(Arrays.copyOf(bytes, packedBytes()));
  }

  /**
   * Replaces all texts by packed ones.
   *
   * @throws IOException where they are not whole
   */
  void decode(ByteBuffer packed) throws IOException {
    int length = packed.remaining();
    if (bytes.length < length) {
      bytes = new byte[length];
    }
    packed.duplicate().get(bytes, 0, length);
    clear();
    isIndexed = false;
    for (int at = 0; at < length; ) {
      int end = end(bytes, at, length);
      if (size == ends.length) {
        ends = Arrays.copyOf(ends, Math.max(16, 2 * size));
      }
      ends[size++] = end;
      at = end;
    }
  }

  /** Where a packed text ends, which must be before a limit. */
  private static int end(byte[] packed, int at, int limit) throws IOException {
    long count = 0;
    int next = at;
    for (int shift = 0; next < limit && shift < 7 * LENGTH_BYTES; shift += 7) {
      byte part = packed[next++];
      count |= (part & 0x7FL) << shift;
      if (part >= 0) {
        if (count == 0 || count - 1 > limit - next) {
          break;
        }
        return next + (int) count - 1;
      }
    }
    throw new IOException("no whole text at byte %s of %s".formatted(at, limit));
  }
}
