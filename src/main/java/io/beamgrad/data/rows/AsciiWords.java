package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;

/** Some words of ASCII, which texts are compared with in small and large letters alike. */
final class AsciiWords {
  private final byte[][] words; // in lower case
  private final long lengths; // bit n is set where a word has n letters, the last for 63 and more

  /**
   * @param words in lower case
   */
  AsciiWords(List<String> words) {
    this.words = words.stream().map(word -> word.getBytes(US_ASCII)).toArray(byte[][]::new);
    long some = 0;
    for (byte[] word : this.words) {
      some |= 1L << Math.min(word.length, 63);
    }
    this.lengths = some;
  }

  static AsciiWords of(String... words) {
    return new AsciiWords(List.of(words));
  }

  /** Whether the bytes are one of the words. */
  boolean contains(byte[] text, int fromInclusive, int toExclusive) {
    int length = toExclusive - fromInclusive;
    if ((lengths >>> Math.min(length, 63) & 1) == 0) {
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
