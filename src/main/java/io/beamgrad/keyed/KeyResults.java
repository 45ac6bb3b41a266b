package io.beamgrad.keyed;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.schema.EachOutcome;
import io.beamgrad.schema.KeyDetails;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.Split;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

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
   * @throws io.beamgrad.failure.BrokenFileException where it is not whole
   */
  public static KeyResults read(String path) {
    KeyTally tally = new KeyTally();
    KeySummary ofTest = new KeySummary(Split.TEST);
    KeySummary ofValidation = new KeySummary(Split.VALIDATION);
    RecordFile.of(KeyResult.class)
        .forEach(
            path,
            key -> {
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
   * @throws io.beamgrad.failure.BrokenFileException where the file is not whole
   */
  public static Optional<KeyResult> find(String path, String key) {
    AtomicReference<KeyResult> found = new AtomicReference<>();
    RecordFile.of(KeyResult.class)
        .forEach(
            path,
            result -> {
              if (result.getKey().equals(key)) {
                found.set(result);
              }
            });
    return Optional.ofNullable(found.get());
  }
}
