package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.beamgrad.tensor.Generator;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8EncodingTest {

  private static void assertEncoded(String text) {
    byte[] to = new byte[Utf8.MOST_BYTES * text.length()];
    assertArrayEquals(text.getBytes(UTF_8), Arrays.copyOf(to, Utf8.encode(text, to)), text);
  }

  @Test
  void eachCharacterIsEncodedAsJavaDoes() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c += c < 0x11000 ? 1 : 0x101) {
      byte[] to = new byte[2 * Utf8.MOST_BYTES];
      String text = new String(Character.toChars(c));
      assertArrayEquals(text.getBytes(UTF_8), Arrays.copyOf(to, Utf8.encode(text, to)));
    }
  }

  @Test
  void surrogatesInNoPairAreQuestionMarks() {
    Generator random = new Generator(3);
    char[] some = {'a', 'ä', '日', '\uD800', '\uDBFF', '\uDC00', '\uDFFF'};
    for (int i = 0; i < 2000; i++) {
      char[] text = new char[(int) (6 * random.nextFloat())];
      for (int c = 0; c < text.length; c++) {
        text[c] = some[(int) (some.length * random.nextFloat())];
      }
      assertEncoded(new String(text));
    }
  }
}
