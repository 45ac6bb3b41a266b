package io.beamgrad.data.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Xxh64;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KeySharesTest {
  private static final BigDecimal ALL_HASHES = new BigDecimal("18446744073709551616");

  private static SplitRule rule(String validation, String test) {
    return new SplitRule(
            SplitRule.By.RANDOM, null, new BigDecimal(validation), new BigDecimal(test))
        .withEach("customer");
  }

  @Test
  void theSharesOfAKeyAreTheFloorsOfWhatIsWantedAndANumberOfTheKey() {
    SplitRule rule = rule("0.15", "0.1");
    KeyShares shares = new KeyShares(rule, 7);
    for (int key = 0; key < 500; key++) {
      long hash = Xxh64.hash("key " + key, 0);
      BigDecimal u =
          new BigDecimal(Long.toUnsignedString(Xxh64.hash(hash, 7, 7)))
              .divide(ALL_HASHES, 100, RoundingMode.UNNECESSARY);
      for (int rows : new int[] {0, 1, 3, 20, 1_000_003}) {
        KeyShares.Rows of = shares.of(hash, rows);
        assertEquals(floor("0.15", rows, u), of.validation());
        assertEquals(floor("0.25", rows, u), of.validation() + of.test());
        assertEquals(rows, of.validation() + of.test() + of.train());
      }
    }
  }

  private static int floor(String share, int rows, BigDecimal u) {
    return new BigDecimal(share)
        .multiply(BigDecimal.valueOf(rows))
        .add(u)
        .setScale(0, RoundingMode.FLOOR)
        .intValueExact();
  }

  @Test
  void ofManySmallKeysTheSharesAreAboutWhatWasAskedFor() {
    KeyShares shares = new KeyShares(rule("0.2", "0.1"), 1);
    int validation = 0;
    int test = 0;
    for (int key = 0; key < 10_000; key++) {
      KeyShares.Rows of = shares.of(Xxh64.hash("key " + key, 0), 2);
      validation += of.validation();
      test += of.test();
    }
    assertEquals(4000, validation, 200);
    assertEquals(2000, test, 200);
  }

  @Test
  void sharesOfAllAndOfNoneAreExact() {
    for (int key = 0; key < 200; key++) {
      long hash = Xxh64.hash("key " + key, 0);
      assertEquals(new KeyShares.Rows(0, 0, 9), new KeyShares(rule("0", "0"), 1).of(hash, 9));
      assertEquals(new KeyShares.Rows(9, 0, 0), new KeyShares(rule("1", "0"), 1).of(hash, 9));
      KeyShares.Rows both = new KeyShares(rule("0.3", "0.7"), 1).of(hash, 9);
      assertEquals(0, both.train());
      assertTrue(both.validation() == 2 || both.validation() == 3);
    }
  }

  @Test
  void aRuleWithKeysSaysWhatItCannotDo() {
    SplitRule stratified =
        new SplitRule(SplitRule.By.STRATIFIED, null, new BigDecimal("0.1"), BigDecimal.ZERO);
    assertEquals(
        "models for each value of column 'customer' go with neither a stratified split, folds nor calibration",
        assertThrows(IllegalArgumentException.class, () -> stratified.withEach("customer"))
            .getMessage());
    assertEquals(
        "the rows have no feature of texts 'customer' to shuffle them by",
        assertThrows(IllegalArgumentException.class, () -> rule("0", "0").eachColumn(List.of()))
            .getMessage());
  }

  @Test
  void theSharesOfKeysAreDealtOutInOrder() {
    KeyShares shares = new KeyShares(rule("0.3", "0.3"), 3);
    TreeMap<String, Long> rows = new TreeMap<>();
    rows.put("a", 10L);
    rows.put("b", 7L);
    SplitShares dealt = SplitShares.ofKeys(shares, rows);
    rows.forEach(
        (key, count) -> {
          KeyShares.Rows of = shares.of(Xxh64.hash(key, 0), count.intValue());
          for (int row = 0; row < count; row++) {
            String expected =
                row < of.validation()
                    ? "VALIDATION"
                    : row < of.validation() + of.test() ? "TEST" : "TRAIN";
            assertEquals(expected, dealt.next(key).name());
          }
        });
  }
}
