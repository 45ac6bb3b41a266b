package io.beamgrad.data.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LearnedTextsTest {

  private static LearnedTexts learned(String constant, String... texts) {
    Map<String, Integer> codes = new LinkedHashMap<>();
    for (String text : texts) {
      codes.put(text, codes.size());
    }
    return new LearnedTexts(codes, constant);
  }

  private static final int UNKNOWN = LearnedTexts.UNKNOWN;

  /** Texts of which some are the same numbers, some begin alike, and one is empty. */
  @Test
  void aTextInUtf8HasTheCodeOfTheString() {
    String[] texts = {
      "",
      "7",
      "7.0",
      "-12",
      "-12.0",
      ".0",
      "0",
      "1.0E10",
      "10000000000",
      "k",
      "kä",
      "k\0",
      "köln",
      "日本",
      "\uD83D\uDE00",
      "a".repeat(40),
      "a".repeat(41)
    };
    for (LearnedTexts learned :
        List.of(
            learned(null, "7", "-12"),
            learned(null, "7.0", "1.0E10"),
            learned(null, "k", "", "köln", "日本", "\uD83D\uDE00", "a".repeat(41), "7"),
            learned(null),
            learned("k", "k", "7"))) {
      for (String text : texts) {
        byte[] line = ("x" + text + ",").getBytes(UTF_8);
        assertEquals(learned.code(text), learned.of(line, 1, line.length - 1), text);
        assertEquals(
            learned.isOtherwise(text), learned.isOtherwise(line, 1, line.length - 1), text);
      }
    }
  }

  @Test
  void manyTextsHaveTheirOwnCodes() {
    Map<String, Integer> codes = new LinkedHashMap<>();
    for (int i = 0; i < 3000; i++) {
      codes.put("k" + 7 * i, i);
    }
    Utf8Codes table = new Utf8Codes(codes);
    for (int i = 0; i < 21_000; i++) {
      byte[] utf8 = ("k" + i).getBytes(UTF_8);
      assertEquals(i % 7 == 0 ? i / 7 : -1, table.getOrDefault(utf8, 0, utf8.length, -1), "k" + i);
    }
  }

  @Test
  void wholeNumbersAreFoundWithAPointAndAZero() {
    LearnedTexts texts = learned(null, "0", "7", "-12");
    assertEquals(1, texts.code("7"));
    assertEquals(1, texts.code("7.0"));
    assertEquals(2, texts.code("-12.0"));
    assertTrue(texts.isOtherwise("7.0"));
    assertFalse(texts.isOtherwise("7"));
    assertFalse(texts.isOtherwise("8.0"));
    for (String other : new String[] {"8.0", "7.00", "7.", "07.0", "7.5", "-0.0", ".0", "7e0"}) {
      assertEquals(UNKNOWN, texts.code(other), other);
    }
    assertEquals("7.0", texts.alternative("7"));
  }

  @Test
  void codesWithALeadingZeroOrOfLettersAreFoundAsTheyAreAlone() {
    assertEquals(UNKNOWN, learned(null, "7", "00037").code("7.0"));
    assertEquals(UNKNOWN, learned(null, "7", "x").code("7.0"));
    assertEquals(UNKNOWN, learned(null, "7", "1.10").code("7.0"));
    assertEquals(UNKNOWN, learned(null, "7", "").code("7.0"));
    assertEquals(UNKNOWN, learned(null, "7", "-0").code("7.0"));
    assertEquals(UNKNOWN, learned(null).code("7.0"));
  }

  @Test
  void aTextThatWasLearnedIsItself() {
    LearnedTexts texts = learned(null, "7", "7.0");
    assertEquals(0, texts.code("7"));
    assertEquals(1, texts.code("7.0"));
    assertFalse(texts.isOtherwise("7.0"));
  }

  /** In models of before doubles were as Java writes them. */
  @Test
  void doublesAsJavaWritesThemAreFoundByTheirCanonicalText() {
    LearnedTexts texts = learned(null, "0.0", "7.0", "0.5", "1.0E10", "1.0E-4");
    assertEquals(1, texts.code("7"));
    assertEquals(2, texts.code("0.5"));
    assertEquals(3, texts.code("10000000000"));
    assertEquals(4, texts.code("0.0001"));
    assertTrue(texts.isOtherwise("7"));
    assertFalse(texts.isOtherwise("0.5"));
    for (String other : new String[] {"07", "7.00", "8", "7e0", "-0"}) {
      assertEquals(UNKNOWN, texts.code(other), other);
    }
    assertEquals("7", texts.alternative("7.0"));
    assertNull(texts.alternative("0.5"));
  }

  @Test
  void versionsThatJavaWouldNotWriteAreNoDoubles() {
    assertEquals(UNKNOWN, learned(null, "1.0", "1.10").code("1"));
  }

  @Test
  void whatStandsForMissingValuesIsNotLookedAt() {
    LearnedTexts texts = learned("none", "0", "7", "none");
    assertEquals(1, texts.code("7.0"));
    assertEquals(2, texts.code("none"));
    assertEquals(UNKNOWN, texts.code("none.0"));
    assertNull(texts.alternative("none"));
  }
}
