package io.beamgrad.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.schema.BooleanEncoding;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetScale;
import io.beamgrad.schema.TextEncoding;
import io.beamgrad.schema.TextNorm;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncodingTextTest {
  private static NumberEncoding.Builder number(double shift, double scale) {
    return NumberEncoding.newBuilder()
        .setColumn("n")
        .setLog(false)
        .setIndicator(false)
        .setShift(List.of(shift))
        .setScale(List.of(scale));
  }

  private static void assertShown(String expected, Object encoding) {
    assertEquals(List.of(expected), EncodingText.lines(List.of(encoding)));
  }

  @Test
  void aShiftIsShownAsExactlyAsItsScaleNeeds() {
    assertShown("n: (x - 1767261629950) / 17320.5", number(1_767_261_629_950.0, 17320.5).build());
    assertShown("n: (x - 5630000.998) / 0.577", number(5_630_000.998, 0.577).build());
    assertShown(
        "n: 0, as it is always 1767261600100",
        number(1_767_261_600_100.0, 0).setRest(List.of(0.0)).build());
  }

  @Test
  void numbersAreShownInSixDigits() {
    assertShown("n: as it is", number(0, 1).build());
    assertShown("n: x / 255", number(0, 255).build());
    assertShown("n: (x - 48.5892) / 18.1152", number(48.589178356, 18.1152022).build());
    assertShown("n: (x + 3) / 2E-12", number(-3, 2e-12).build());
    assertShown("n: (x - 20)", number(20, 1).build());
    assertShown("n: 0, as it is always 7", number(7, 0).build());
    assertShown(
        "n: cut to at most 1000000, then ln(1 + x), then x / 2; missing 1.5; one more input is 1"
            + " where missing",
        number(0, 2).setClipHigh(1e6).setLog(true).setFilling(1.5).setIndicator(true).build());
    assertShown(
        "n: (x - 3) / 2, then smoothly clipped to 3", number(3, 2).setSmoothClip(3.0).build());
    assertShown("n: 0, as it is always 7", number(7, 0).setSmoothClip(3.0).build());
    assertShown("n: cut to 0 through 0.1", number(0, 1).setClipLow(0.0).setClipHigh(0.1).build());
  }

  @Test
  void targetsSayWhatOutputsAreTrainedToBe() {
    assertEquals(
        List.of(
            "a: trained as (x - 1000000) / 250.5",
            "b: trained as (ln(1 + x) - 12.5) / 2, predictions cut to 0 through 7",
            "c: as it is, predictions cut to -1 through 1"),
        EncodingText.targetLines(
            List.of(
                new TargetEncoding("a", TargetScale.STANDARD, 1e6, 250.5, null, null),
                new TargetEncoding("b", TargetScale.LOG, 12.5, 2.0, 0.0, 7.0),
                new TargetEncoding("c", TargetScale.NONE, 0.0, 1.0, -1.0, 1.0))));
  }

  @Test
  void aKeySaysHowManyHaveModelsOfTheirOwn() {
    KeyEncoding none = new KeyEncoding("k", ByteBuffer.allocate(0), ByteBuffer.allocate(0));
    KeyEncoding some =
        new KeyEncoding("k", ByteBuffer.allocate(9 * 8), ByteBuffer.wrap(new byte[] {5, 1}));
    KeyEncoding known =
        new KeyEncoding("k", ByteBuffer.allocate(9 * 8), ByteBuffer.wrap(new byte[2]));
    assertShown("k: says whose model a row is for, no input", none);
    assertShown("k: says whose model a row is for, 0 of 9 keys have one, no input", known);
    assertShown(
        "k: says whose model a row is for, 3 of 9 keys have one, others take the pooled one", some);
    assertEquals(
        "[{\"column\":\"k\",\"kind\":\"key\",\"keys\":9,\"own\":3}]",
        EncodingText.tree(List.of(some)).toString());
    assertEquals(2, some.getOwn().remaining());
  }

  @Test
  void textsSayHowTheirWordsAreCounted() {
    TextEncoding counted =
        new TextEncoding("t", 65536, 1, true, TextNorm.L2, 0L, ByteBuffer.allocate(0));
    assertShown("t: words in lower case hashed into 65,536, counted, a row's length 1", counted);
    TextEncoding weighed =
        new TextEncoding("t", 2, 3, false, TextNorm.NONE, 4000L, ByteBuffer.allocate(16));
    assertShown(
        "t: words and runs of up to 3 of them hashed into 2, tf-idf of 4,000 texts", weighed);
    assertEquals(
        "[{\"column\":\"t\",\"kind\":\"text\",\"hashSlots\":2,\"ngrams\":3,\"lowercase\":false,"
            + "\"weights\":\"tfidf\",\"norm\":\"none\",\"documents\":4000}]",
        EncodingText.tree(List.of(weighed)).toString());
  }

  @Test
  void categoriesAndBooleansToo() {
    assertShown(
        "b: true 1, false 0; missing false; one more input is 1 where missing",
        new BooleanEncoding("b", false, true));
    assertShown(
        "c: hashed into 1,000",
        CategoryEncoding.newBuilder()
            .setColumn("c")
            .setCategories(List.of())
            .setPooled(List.of())
            .setHasPool(false)
            .setHashSlots(1000)
            .setHasMissing(false)
            .build());
    assertShown(
        "c: 2 categories (x, y), 1 pooled ones, unseen ones, missing ones",
        CategoryEncoding.newBuilder()
            .setColumn("c")
            .setCategories(List.of("x", "y"))
            .setPooled(List.of("z"))
            .setHasPool(true)
            .setHashSlots(0)
            .setHasMissing(true)
            .build());
    assertShown(
        "c: 2 categories (x, y), unseen ones 0",
        new CategoryEncoding(
            "c", List.of("x", "y"), List.of(), false, 0, false, null, false, false));
    assertShown(
        "c: x -1, y 1, unseen ones 0; missing 'y'",
        new CategoryEncoding("c", List.of("x", "y"), List.of(), false, 0, false, "y", false, true));
    assertShown(
        "c: 2 pooled ones -1, missing ones 1, unseen ones 0",
        new CategoryEncoding("c", List.of(), List.of("x", "y"), true, 0, true, null, false, true));
  }
}
