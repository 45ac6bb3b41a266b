package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
  private static final int[] STARTS = {
    0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xE2, 0xE3, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF
  };
  private static final String[] PIECES = {"a", "bcdefghi", "\u00E9", "\u20AC", "\uD83D\uDE00"};
  private static final String BLANKS =
      " \t\n\u0000\u00A0\u2000\u200A\u200B\u202F\u205F\u3000\uFEFF";

  @Test
  void whatJavaDecodesWithoutAReplacementIsAText() {
    Random random = new Random(1);
    int texts = 0;
    for (int i = 0; i < 100_000; i++) {
      ByteArrayOutputStream pieces = new ByteArrayOutputStream();
      for (int count = random.nextInt(10); count > 0; count--) {
        if (random.nextInt(8) == 0) {
          pieces.write(any(random));
        } else {
          pieces.writeBytes(PIECES[random.nextInt(PIECES.length)].getBytes(UTF_8));
        }
      }
      byte[] bytes = pieces.toByteArray();
      boolean isText = new String(bytes, UTF_8).indexOf('\uFFFD') < 0;
      assertEquals(isText, Utf8.isText(bytes, 0, bytes.length), Arrays.toString(bytes));
      texts += isText && !Utf8.isAscii(bytes, 0, bytes.length) ? 1 : 0;
    }
    assertTrue(texts > 500, "so few texts: " + texts);
  }

  private static byte any(Random random) {
    return (byte)
        switch (random.nextInt(4)) {
          case 0 -> STARTS[random.nextInt(STARTS.length)];
          case 1, 2 -> 0x80 + random.nextInt(64);
          default -> random.nextInt(128);
        };
  }

  @Test
  void eachCharacterIsATextButTheReplacement() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        byte[] utf8 = Character.toString(c).getBytes(UTF_8);
        assertEquals(c != 0xFFFD, Utf8.isText(utf8, 0, utf8.length), Integer.toHexString(c));
      }
    }
  }

  @Test
  void blanksOfEachWidthAreSkippedAtBothEnds() {
    Random random = new Random(2);
    for (int i = 0; i < 20_000; i++) {
      String text = blanks(random) + "\u20AC ".repeat(random.nextInt(2)) + "x" + blanks(random);
      byte[] utf8 = text.getBytes(UTF_8);
      int from = Utf8.skipBlanks(utf8, 0, utf8.length);
      int end = Utf8.withoutLastBlanks(utf8, from, utf8.length);
      assertEquals(NumberStyle.strip(text), new String(utf8, from, end - from, UTF_8));
    }
  }

  private static String blanks(Random random) {
    StringBuilder blanks = new StringBuilder();
    for (int count = random.nextInt(4); count > 0; count--) {
      blanks.append(BLANKS.charAt(random.nextInt(BLANKS.length())));
    }
    return blanks.toString();
  }

  @Test
  void aBlankWrittenInTooManyBytesIsNone() {
    byte[][] none = {
      {(byte) 0xC0, (byte) 0xA0},
      {(byte) 0xE0, (byte) 0x80, (byte) 0xA0},
      {(byte) 0xE2, (byte) 0x80}
    };
    for (byte[] bytes : none) {
      assertEquals(0, Utf8.skipBlanks(bytes, 0, bytes.length));
      assertEquals(bytes.length, Utf8.withoutLastBlanks(bytes, 0, bytes.length));
    }
  }
}
