package io.beamgrad.data.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Xxh64;
import java.util.Arrays;
import java.util.Map;

/** Codes by text in UTF-8, in a table of open addressing that is filled once. */
final class Utf8Codes {
  private final byte[][] texts; // (slots), at least half of them free; a power of two
  private final int[] codes; // (slots)

  Utf8Codes(Map<String, Integer> codeOf) {
    int slots = 2 * Integer.highestOneBit(2 * codeOf.size() + 1);
    texts = new byte[slots][];
    codes = new int[slots];
    codeOf.forEach((text, code) -> put(text.getBytes(UTF_8), code));
  }

  private void put(byte[] utf8, int code) {
    int slot = slot(utf8, 0, utf8.length);
    texts[slot] = utf8;
    codes[slot] = code;
  }

  /** The code of a text; another one where it has none. */
  int getOrDefault(byte[] utf8, int from, int to, int other) {
    int slot = slot(utf8, from, to);
    return texts[slot] == null ? other : codes[slot];
  }

  /** The slot of a text, or the free one where it would be put. */
  private int slot(byte[] utf8, int from, int to) {
    int mask = texts.length - 1;
    int slot = (int) Xxh64.hash(utf8, from, to, 0) & mask;
    while (texts[slot] != null
        && !Arrays.equals(texts[slot], 0, texts[slot].length, utf8, from, to)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
