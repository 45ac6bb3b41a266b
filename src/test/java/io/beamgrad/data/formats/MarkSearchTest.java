package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MarkSearchTest {
  @Test
  void theMarksAreThoseThatAPlainLoopFinds() {
    Random random = new Random(3);
    byte[] text = new byte[10_000];
    for (byte mark : new byte[] {',', ' ', '\t', (byte) 0xC2, 0x7F}) {
      for (byte[] other : new byte[][] {null, {'\\'}, {(byte) 0xFF, 1}}) {
        random.nextBytes(text);
        for (int i = 0; i < text.length; i += 1 + random.nextInt(9)) {
          text[i] = new byte[] {mark, (byte) (mark ^ 1), '\n', 16, (byte) 0x80}[random.nextInt(5)];
        }
        MarkSearch search = new MarkSearch(mark, other);
        int start = random.nextInt(9);
        search.startAt(text, start);
        for (int i = start; i < text.length - 300; i++) {
          boolean isOther = other != null && text[i] == other[0];
          if (text[i] == mark || isOther || (text[i] >= 0 && text[i] < 16)) {
            assertEquals(i, search.next(text));
          }
        }
      }
    }
  }
}
