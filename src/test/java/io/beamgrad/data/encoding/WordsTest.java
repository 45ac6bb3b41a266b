package io.beamgrad.data.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.beamgrad.data.files.Xxh64;
import org.junit.jupiter.api.Test;

class WordsTest {
  private final Words lowered = new Words(true);
  private final Words plain = new Words(false);

  /** Compares the words with those between bars, by their hashes, alone and all in a row. */
  private static void assertWords(String expected, Words words, String text) {
    byte[] utf8 = ("é" + text + "é").getBytes(UTF_8);
    words.read(utf8, 2, utf8.length - 2);
    String[] all = expected.isEmpty() ? new String[0] : expected.split("\\|");
    assertEquals(all.length, words.count(), text);
    for (int i = 0; i < all.length; i++) {
      assertEquals(Xxh64.hash(all[i], 5), words.hash(i, 1, 5), all[i]);
    }
    if (all.length > 0) {
      assertEquals(Xxh64.hash(String.join(" ", all), 5), words.hash(0, all.length, 5), text);
    }
  }

  /** Those of scikit-learn's {@code (?u)\b\w\w+\b}, but for the last two. */
  @Test
  void wordsAreTwoOrMoreLettersDigitsAndUnderscoresInARow() {
    assertWords("the|cat|sat", lowered, "The cat, a CAT".replace("a CAT", "sat!"));
    assertWords("The|CAT", plain, "The CAT");
    assertWords("", lowered, "");
    assertWords("", lowered, "a b. c! é x");
    assertWords("don|ve_|12|3rd", lowered, "don't I've_ 12 3rd 4");
    assertWords("ärger|straße|ёж|日本語|ελλάς", lowered, "ÄRGER–straße,Ёж。日本語 ΕΛΛΆς");
    assertWords("क|ह".replace("क|ह", ""), lowered, "कि हि"); // marks are no letters
    assertWords("\uD801\uDC28\uD801\uDC29", lowered, "\uD801\uDC00\uD801\uDC01"); // Deseret
    assertWords("x²|½¾|ⅷⅸ", lowered, "x² ½¾ ⅧⅨ");
    assertWords("ⱥⱥ", lowered, "ȺȺ"); // takes more bytes than before
    assertWords("istanbul", lowered, "İstanbul"); // Python's lower() adds a dot of its own
    assertWords("σσ", lowered, "ΣΣ"); // Python's has the form of a word's end
  }

  @Test
  void aTextOfAnyLengthIsRead() {
    assertWords("ab|" + "ⱥ".repeat(3000) + "|cd", lowered, "ab " + "Ⱥ".repeat(3000) + " cd");
    lowered.read("ab ".repeat(1000).getBytes(UTF_8), 0, 3000);
    assertEquals(1000, lowered.count());
    assertEquals(Xxh64.hash("ab ab", 1), lowered.hash(998, 2, 1));
  }

  /** Java 17 has Unicode 13.0; newer ones have more letters, and the table stays. */
  @Test
  void theTableIsThatOfUnicode13() {
    assertEquals(false, WordLetters.isLetter(0x1DF00), "a letter of Unicode 14.0");
    assumeTrue(Runtime.version().feature() == 17);
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      boolean isNumber =
          switch (Character.getType(c)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
                true;
            default -> false;
          };
      boolean isLetter = Character.isLetter(c) || isNumber || c == '_';
      assertEquals(isLetter, WordLetters.isLetter(c), Integer.toHexString(c));
      if (isLetter) {
        assertEquals(Character.toLowerCase(c), WordLetters.lower(c), Integer.toHexString(c));
      }
    }
  }
}
