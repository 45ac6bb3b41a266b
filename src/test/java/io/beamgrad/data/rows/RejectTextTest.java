package io.beamgrad.data.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.schema.Reject;
import org.junit.jupiter.api.Test;

class RejectTextTest {

  @Test
  void aRejectIsDescribedByFileRecordAndReason() {
    Reject reject =
        new Reject("train.csv", 1041L, 1042L, null, null, "expected 785 fields, found 12");
    assertEquals(
        "train.csv record 1041: expected 785 fields, found 12", RejectText.describe(reject));
  }

  @Test
  void theColumnIsNamedWhereThereIsOne() {
    Reject reject =
        new Reject("a.csv", 7L, 8L, "rainfall", "wet", "expected a number, found 'wet'");
    assertEquals(
        "a.csv record 7 column rainfall: expected a number, found 'wet'",
        RejectText.describe(reject));
  }

  @Test
  void itStaysOnOneLine() {
    Reject reject = new Reject("a.csv", 1L, null, "a\nb", null, "found '\r\n\t\u0085\u2028'");
    assertEquals(
        "a.csv record 1 column a\\nb: found '\\r\\n\\t\\u0085\\u2028'",
        RejectText.describe(reject));
  }

  @Test
  void aCutNeverSplitsACharacterOfTwoHalves() {
    String smile = "\uD83D\uDE00";
    assertEquals("x".repeat(99), RejectText.cut("x".repeat(99) + smile));
    assertEquals("x".repeat(98) + smile, RejectText.cut("x".repeat(98) + smile + "y"));
    assertEquals("x".repeat(100), RejectText.cut("x".repeat(100)));
  }
}
