package io.beamgrad.data.rows;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks at characters in UTF-8. Ranges of bytes are from inclusive, to exclusive. */
final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final int REPLACEMENT = FieldParser.NOT_UTF_8;

  /** A character takes at most so many; the two of a pair take four together. */
  static final int MOST_BYTES = 3;

  private Utf8() {}

  /**
   * Encodes a text as {@link String#getBytes} does, a surrogate that is in no pair as '?'.
   *
   * @param to has room for {@link #MOST_BYTES} a character
   * @return the number of bytes
   */
  static int encode(String text, byte[] to) {
    int at = 0;
    for (int i = 0; i < text.length(); i++) {
      int c = text.charAt(i);
      if (c < 0x80) {
        to[at++] = (byte) c;
        continue;
      }
      if (Character.isSurrogate((char) c)) {
        c = text.codePointAt(i);
        i += Character.charCount(c) - 1;
      }
      at = put(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '?' : c, to, at);
    }
    return at;
  }

  private static int put(int c, byte[] to, int at) {
    if (c < 0x80) {
      to[at] = (byte) c;
      return at + 1;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3; // bytes of six bits
    to[at] = (byte) ((c >> (6 * more)) | (0xFF00 >> (more + 1)));
    for (int i = 1; i <= more; i++) {
      to[at + i] = (byte) (0x80 | ((c >> (6 * (more - i))) & 0x3F));
    }
    return at + 1 + more;
  }

  /** The first position at or after {@code from} at which no blank is. */
  static int skipBlanks(byte[] utf8, int from, int to) {
    int at = from;
    while (at < to) {
      int length = blankAt(utf8, at, to);
      if (length == 0) {
        break;
      }
      at += length;
    }
    return at;
  }

  /** The end of the last character that is no blank; {@code from} where all are. */
  static int withoutLastBlanks(byte[] utf8, int from, int to) {
    int end = to;
    while (end > from) {
      byte last = utf8[end - 1];
      if (last > ' ') {
        break;
      }
      int length = last >= 0 ? 1 : lengthOfWideBlankBefore(utf8, from, end);
      if (length == 0) {
        break;
      }
      end -= length;
    }
    return end;
  }

  private static int lengthOfWideBlankBefore(byte[] utf8, int from, int end) {
    for (int length = 2; length <= 3 && end - length >= from; length++) {
      if (blankAt(utf8, end - length, end) == length) {
        return length;
      }
    }
    return 0;
  }

  /** The number of bytes of the blank at a position; 0 where there is none. */
  static int blankAt(byte[] utf8, int at, int to) {
    byte first = utf8[at];
    if (first >= 0) {
      return first <= ' ' ? 1 : 0;
    }
    int c = 0; // a character that is no blank
    int length = (first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : 4;
    if (length == 2 && at + 1 < to) {
      c = (first & 0x1F) << 6 | continuation(utf8[at + 1]);
    } else if (length == 3 && at + 2 < to) {
      c = (first & 0x0F) << 12 | continuation(utf8[at + 1]) << 6 | continuation(utf8[at + 2]);
    }
    boolean isWellFormed = c >= (length == 2 ? 0x80 : 0x800) && c < 0xFFFF;
    return isWellFormed && NumberStyle.isBlank((char) c) ? length : 0;
  }

  /** The six bits of a byte that continues a character; more where it does not. */
  private static int continuation(byte b) {
    return (b & 0xC0) == 0x80 ? b & 0x3F : 0xFFFF;
  }

  /** Whether all bytes are ASCII. */
  static boolean isAscii(byte[] utf8, int from, int to) {
    return asciiEnd(utf8, from, to) == to;
  }

  /** The position of the first byte that is not ASCII, or {@code to}. */
  private static int asciiEnd(byte[] utf8, int from, int to) {
    int at = from;
    while (at + Long.BYTES <= to && ((long) LONG.get(utf8, at) & HIGH_BITS) == 0) {
      at += Long.BYTES;
    }
    while (at < to && utf8[at] >= 0) {
      at++;
    }
    return at;
  }

  /**
   * Whether bytes are well-formed UTF-8 without U+FFFD, which stands for bytes that were none in
   * another encoding.
   */
  static boolean isText(byte[] utf8, int from, int to) {
    int at = asciiEnd(utf8, from, to);
    while (at < to) {
      int length = utf8[at] >= 0 ? 1 : lengthOfWide(utf8, at, to);
      if (length == 0) {
        return false;
      }
      at += length;
    }
    return true;
  }

  /**
   * The bytes of a well-formed character of two to four; 0 where there is none, or it is U+FFFD.
   */
  private static int lengthOfWide(byte[] utf8, int at, int to) {
    int first = utf8[at] & 0xFF;
    int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || at + length > to) {
      return 0;
    }
    int c = first & (0x7F >> length);
    for (int i = 1; i < length; i++) {
      if ((utf8[at + i] & 0xC0) != 0x80) {
        return 0;
      }
      c = c << 6 | (utf8[at + i] & 0x3F);
    }
    boolean isSurrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    boolean isShort = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
    return isSurrogate || isShort || c > Character.MAX_CODE_POINT || c == REPLACEMENT ? 0 : length;
  }
}
