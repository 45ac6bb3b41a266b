package io.beamgrad.data.encoding;

import io.beamgrad.data.files.Xxh64;
import java.util.Arrays;

/**
 * The words of one text after another: runs of two or more letters, digits and underscores, as
 * scikit-learn's {@code HashingVectorizer} finds them. They are kept in one array with a blank
 * between them, so that neighbouring words are a range of it. Not thread-safe.
 */
final class Words {
  private static final int ASCII = 128;
  private static final int LEAST_LETTERS = 2;
  private static final byte[] PLAIN = new byte[ASCII]; // itself where it is a letter, else 0
  private static final byte[] LOWERED = new byte[ASCII];

  static {
    for (int c = 0; c < ASCII; c++) {
      PLAIN[c] = (byte) (WordLetters.isLetter(c) ? c : 0);
      LOWERED[c] = (byte) (WordLetters.isLetter(c) ? WordLetters.lower(c) : 0);
    }
  }

  private final boolean lowercase;
  private byte[] letters = new byte[256]; // UTF-8 of the words, each with a blank behind it
  private int[] starts = new int[64]; // (words + 1): where each begins, and one behind the last
  private int count;

  Words(boolean lowercase) {
    this.lowercase = lowercase;
  }

  /** How many words the text has. */
  int count() {
    return count;
  }

  /** XXH64 of some neighbouring words with a blank between them. */
  long hash(int first, int words, long seed) {
    return Xxh64.hash(letters, starts[first], starts[first + words] - 1, seed);
  }

  /** Replaces the words by those of a text, which is well-formed UTF-8. */
  void read(byte[] utf8, int from, int to) {
    byte[] ascii = lowercase ? LOWERED : PLAIN;
    reserve(to - from);
    count = 0;
    int end = 0;
    int size = 0; // letters of the word so far
    int at = from;
    while (at < to) {
      int first = utf8[at];
      if (first >= 0) {
        at++;
        if (ascii[first] != 0) {
          letters[end++] = ascii[first];
          size++;
          continue;
        }
      } else {
        int bytes = first < (byte) 0xE0 ? 2 : first < (byte) 0xF0 ? 3 : 4;
        int codePoint = codePoint(utf8, at, bytes);
        at += bytes;
        if (WordLetters.isLetter(codePoint)) {
          end = put(lowercase ? WordLetters.lower(codePoint) : codePoint, end);
          size++;
          continue;
        }
      }
      if (size > 0) {
        end = endWord(size, end);
        size = 0;
      }
    }
    if (size > 0) {
      endWord(size, end);
    }
  }

  /** A letter's lower case may take a byte more than it, and so does the blank behind a word. */
  private void reserve(int bytes) {
    if (letters.length / 2 <= bytes) {
      letters = new byte[2 * bytes + 2];
    }
  }

  private static int codePoint(byte[] utf8, int at, int bytes) {
    int codePoint = utf8[at] & (0x7F >> bytes);
    for (int i = 1; i < bytes; i++) {
      codePoint = (codePoint << 6) | (utf8[at + i] & 0x3F);
    }
    return codePoint;
  }

  private int put(int codePoint, int at) {
    int next = at;
    if (codePoint < 0x80) {
      letters[next++] = (byte) codePoint;
      return next;
    }
    int bytes = codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    letters[next++] = (byte) ((0xF00 >> bytes) | (codePoint >> (6 * (bytes - 1))));
    for (int i = bytes - 2; i >= 0; i--) {
      letters[next++] = (byte) (0x80 | ((codePoint >> (6 * i)) & 0x3F));
    }
    return next;
  }

  /** Ends a word, or takes it away where it is too short; gives where the next one begins. */
  private int endWord(int size, int end) {
    if (size < LEAST_LETTERS) {
      return starts[count];
    }
    letters[end] = ' ';
    count++;
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
    }
    starts[count] = end + 1;
    return end + 1;
  }
}
