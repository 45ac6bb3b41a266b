package io.beamgrad.keyed;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.EachOutcome;
import io.beamgrad.schema.KeyDetails;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.KeyScore;
import io.beamgrad.schema.Split;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a {@code keys.avro} says, of however many keys.
 *
 * @param outcome the counts and the scores of all rows; its {@code pooledRows} is 0, as the file
 *     does not have them
 * @param details how good the models are, key by key
 */
public record KeyResults(
    EachOutcome outcome, KeyDetails details, long trained, long validated, long tested) {

  /** Whether the file is a {@code keys.avro}. */
  public static boolean isIn(String path) {
    return RecordFile.of(KeyResult.class).isOf(path);
  }

  /**
   * Reads a file; one key at a time is in memory, and four numbers of each.
   *
   * @throws BrokenFileException where it is not whole, or a key has one of two accuracies
   */
  public static KeyResults read(String path) {
    KeyTally tally = new KeyTally();
    KeySummary ofTest = new KeySummary(Split.TEST);
    KeySummary ofValidation = new KeySummary(Split.VALIDATION);
    RecordFile.of(KeyResult.class)
        .forEach(
            path,
            key -> {
              requireScores(path, key);
              tally.add(key);
              ofTest.add(key);
              ofValidation.add(key);
            });
    EachOutcome outcome = tally.counts();
    KeySummary summary = outcome.getTest() == null ? ofValidation : ofTest;
    return new KeyResults(
        outcome, summary.details(""), tally.trained(), tally.validated(), tally.tested());
  }

  /**
   * The record of a key.
   *
   * @throws BrokenFileException where the file is not whole, or the key has one of two accuracies
   */
  public static Optional<KeyResult> find(String path, String key) {
    AtomicReference<KeyResult> found = new AtomicReference<>();
    RecordFile.of(KeyResult.class)
        .forEach(
            path,
            result -> {
              if (result.getKey().equals(key)) {
                requireScores(path, result);
                found.set(result);
              }
            });
    return Optional.ofNullable(found.get());
  }

  private static void requireScores(String path, KeyResult key) {
    requireBoth(path, key, key.getValidation());
    requireBoth(path, key, key.getTest());
  }

  private static void requireBoth(String path, KeyResult key, @Nullable KeyScore score) {
    if (score != null && (score.getAccuracy() == null) != (score.getPooledAccuracy() == null)) {
      throw new BrokenFileException(
          "%s: key '%s': expected accuracy and pooledAccuracy or none of them, found %s and %s"
              .formatted(
                  path,
                  RejectText.onOneLine(RejectText.cut(key.getKey())),
                  score.getAccuracy(),
                  score.getPooledAccuracy()));
    }
  }
}
