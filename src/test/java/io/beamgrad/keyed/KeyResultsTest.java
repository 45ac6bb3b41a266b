package io.beamgrad.keyed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.KeyScore;
import io.beamgrad.schema.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyResultsTest {
  @TempDir Path folder;

  private static KeyResult own(int number, double loss, double pooled) {
    KeyScore score = new KeyScore(4.0, 4.0, loss, pooled, null, null);
    return new KeyResult("k" + number, 10L + number, 4L, 0L, KeyEnd.OWN, 5, 3, score, null);
  }

  private KeyResults read(List<KeyResult> keys) {
    String path = folder.resolve("keys.avro").toString();
    RecordFile.of(KeyResult.class).write(path, keys);
    assertTrue(KeyResults.isIn(path));
    return KeyResults.read(path);
  }

  @Test
  void keysAreCountedAndTheWorstAndTheLargestAreShown() {
    List<KeyResult> keys = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      keys.add(own(i, i, 200));
    }
    keys.add(
        new KeyResult(
            "tried",
            9L,
            4L,
            0L,
            KeyEnd.POOLED_IS_BETTER,
            5,
            5,
            new KeyScore(4.0, 4.0, 7e9, 300.0, null, null),
            null));
    keys.add(new KeyResult("few", 3L, 0L, 0L, KeyEnd.FEW_ROWS, 0, 0, null, null));

    KeyResults found = read(keys);

    assertEquals(102, found.outcome().getKeys());
    assertEquals(100, found.outcome().getOwn());
    assertEquals(1, found.outcome().getFewRows());
    assertEquals(1, found.outcome().getPooledIsBetter());
    assertEquals(100 * 10 + 99 * 50 + 9 + 3, found.trained());
    assertEquals(404, found.validated());
    assertEquals((99 * 50 + 300.0) / 101, found.outcome().getValidation().getLoss(), 1e-12);
    assertEquals((20_000 + 300.0) / 101, found.outcome().getValidation().getPooledLoss(), 1e-12);
    assertEquals(Split.VALIDATION, found.details().getSplit());
    assertEquals(101, found.details().getScored());
    assertEquals(20, found.details().getWorst().size());
    assertEquals("tried", found.details().getWorst().get(0).getKey());
    assertEquals("k99", found.details().getWorst().get(1).getKey());
    assertEquals("k99", found.details().getLargest().get(0).getKey());
    assertEquals(
        "few", KeyResults.find(folder.resolve("keys.avro").toString(), "few").get().getKey());
    assertTrue(KeyResults.find(folder.resolve("keys.avro").toString(), "new").isEmpty());
  }

  @Test
  void aKeyThatBothModelsKnowPerfectlyIsAsGoodWithEither() {
    List<Long> bars =
        read(List.of(own(1, 0, 0), own(2, 0, 1), own(3, 1, 0), own(4, 1.05, 1)))
            .details()
            .getBars();

    assertEquals(1, bars.get(0));
    assertEquals(2, bars.get(10)); // from 1 to 1.1
    assertEquals(1, bars.get(14));
  }

  @Test
  void aKeyWithOneOfTwoAccuraciesIsOneLine() {
    KeyScore both = new KeyScore(4.0, 4.0, 1.0, 2.0, 0.5, 0.25);
    for (KeyScore odd :
        List.of(
            new KeyScore(4.0, 4.0, 1.0, 2.0, 0.5, null),
            new KeyScore(4.0, 4.0, 1.0, 2.0, null, 0.25))) {
      KeyResult ofTest = new KeyResult("a\nb", 9L, 4L, 4L, KeyEnd.OWN, 5, 3, both, odd);
      KeyResult ofValidation = new KeyResult("a\nb", 9L, 4L, 4L, KeyEnd.OWN, 5, 3, odd, both);
      for (KeyResult key : List.of(ofTest, ofValidation)) {
        String path = folder.resolve("keys.avro").toString();
        String message =
            assertThrows(BrokenFileException.class, () -> read(List.of(own(1, 1, 2), key)))
                .getMessage();
        assertEquals(
            "%s: key 'a\\nb': expected accuracy and pooledAccuracy or none of them, found %s and %s"
                .formatted(path, odd.getAccuracy(), odd.getPooledAccuracy()),
            message);
        assertEquals(
            message,
            assertThrows(BrokenFileException.class, () -> KeyResults.find(path, "a\nb"))
                .getMessage());
        assertEquals("k1", KeyResults.find(path, "k1").get().getKey());
      }
    }
  }

  @Test
  void aFileWithoutScoresHasNoBars() {
    KeyResults found =
        read(List.of(new KeyResult("a", 3L, 0L, 0L, KeyEnd.FEW_ROWS, 0, 0, null, null)));

    assertEquals(Split.TRAIN, found.details().getSplit());
    assertEquals(List.of(), found.details().getWorst());
    assertEquals(List.of(), found.details().getQuantiles());
    assertEquals(0, read(List.of()).outcome().getKeys());
  }
}
