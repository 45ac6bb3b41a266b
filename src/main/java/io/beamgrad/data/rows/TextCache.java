package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Caches the strings of up to 1,024 texts. A text that repeats, as in a column, mostly gives the
 * same object without decoding or allocating.
 */
final class TextCache {
  private static final int SLOTS = 8192;
  private static final int LONGEST = 64;

  private String[] texts; // null until the first text, as many caches stay empty
  private byte[][] encoded;

  /** The string of some characters. */
  String of(char[] chars, int offset, int length) {
    if (length > LONGEST) {
      return new String(chars, offset, length);
    }
    int hash = length;
    for (int i = offset; i < offset + length; i++) {
      hash = hash * 31 + chars[i];
    }
    int slot = slot(hash);
    String known = texts[slot];
    if (known == null || !equals(known, chars, offset, length)) {
      known = new String(chars, offset, length);
      texts[slot] = known;
      encoded[slot] = null;
    }
    return known;
  }

  /** The string of some UTF-8 bytes; bytes that are no UTF-8 become U+FFFD. */
  String of(byte[] bytes, int offset, int length) {
    if (length > LONGEST) {
      return new String(bytes, offset, length, UTF_8);
    }
    int hash = length;
    for (int i = offset; i < offset + length; i++) {
      hash = hash * 31 + bytes[i];
    }
    int slot = slot(hash);
    byte[] known = encoded[slot];
    if (known == null || !Arrays.equals(known, 0, known.length, bytes, offset, offset + length)) {
      encoded[slot] = Arrays.copyOfRange(bytes, offset, offset + length);
      texts[slot] = new String(bytes, offset, length, UTF_8);
    }
    return texts[slot];
  }

  private int slot(int hash) {
    if (texts == null) {
      texts = new String[SLOTS];
      encoded = new byte[SLOTS][];
    }
    int mixed = hash * 0x9E3779B9;
    return mixed >>> 19; // the top thirteen bits
  }

  private static boolean equals(String text, char[] chars, int offset, int length) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) != chars[offset + i]) {
        return false;
      }
    }
    return true;
  }
}
