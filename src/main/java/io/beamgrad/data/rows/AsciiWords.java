package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;

/** Some words of ASCII, which texts are compared with in small and large letters alike. */
final class AsciiWords {
  private final byte[][] words; // in lower case
  private final boolean[] begins = new boolean[1 << Byte.SIZE]; // whether a word does so
  private final int mostBytes; // of a word

  /**
   * @param words in lower case
   */
  AsciiWords(List<String> words) {
    this.words = words.stream().map(word -> word.getBytes(US_ASCII)).toArray(byte[][]::new);
    int most = 0;
    for (byte[] word : this.words) {
      begins[word[0]] = true;
      begins[Character.toUpperCase(word[0])] = true;
      most = Math.max(most, word.length);
    }
    mostBytes = most;
  }

  static AsciiWords of(String... words) {
    return new AsciiWords(List.of(words));
  }

  /** Whether the bytes are one of the words. */
  boolean contains(byte[] text, int fromInclusive, int toExclusive) {
    int length = toExclusive - fromInclusive;
    if (length == 0 || length > mostBytes || !begins[text[fromInclusive] & 0xFF]) {
      return false;
    }
    for (byte[] word : words) {
      if (word.length == length && isAt(word, text, fromInclusive)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAt(byte[] word, byte[] text, int from) {
    for (int i = 0; i < word.length; i++) {
      byte b = text[from + i];
      if ((b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b) != word[i]) {
        return false;
      }
    }
    return true;
  }
}
