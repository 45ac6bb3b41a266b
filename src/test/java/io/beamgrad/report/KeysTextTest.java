package io.beamgrad.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.schema.EachOutcome;
import io.beamgrad.schema.KeyScore;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeysTextTest {
  private static EachOutcome keys(long own, long few, long better, long diverged) {
    return new EachOutcome(
        "shop", own + few + better + diverged, own, few, better, diverged, 500L, 100L, null, null);
  }

  @Test
  void keysAreCountedInASentence() {
    assertEquals(
        "1,700 have their own models, 33 take the pooled one (30 have too few rows, 2 are better off with"
            + " it, 1 diverged)",
        KeysText.models(keys(1700, 30, 2, 1)));
    assertEquals(
        "1 has its own model, 1 takes the pooled one (1 is better off with it)",
        KeysText.models(keys(1, 0, 1, 0)));
    assertEquals("5 have their own models", KeysText.models(keys(5, 0, 0, 0)));
    assertEquals(
        "none has its own model, 1 takes the pooled one (1 has too few rows)",
        KeysText.models(keys(0, 1, 0, 0)));
  }

  @Test
  void aTrainingSaysWhatTheModelsBrought() {
    EachOutcome each =
        EachOutcome.newBuilder(keys(3, 1, 0, 0))
            .setValidation(new KeyScore(40.0, 40.0, 0.25, 0.5, 0.9, 0.75))
            .setTest(new KeyScore(40.0, 40.0, 1.5, 2.0, null, null))
            .build();

    assertEquals(
        List.of(
            "4 of shop: 3 have their own models, 1 takes the pooled one (1 has too few" + " rows)",
            "validation loss 0.25 (pooled model: 0.5), accuracy 90.00% (pooled model: 75.00%)",
            "test loss 1.5 (pooled model: 2)"),
        KeysText.lines(each, 500));
    assertEquals(
        "the pooled model was trained on 500 of the 9,000 rows", KeysText.lines(each, 9000).get(1));
  }
}
