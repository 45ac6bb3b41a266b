package io.beamgrad.keyed;

import io.beamgrad.schema.EachOutcome;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.KeyScore;
import io.beamgrad.schema.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Counts what came of keys, and sums up their scores in the order in which they are added. It tells
 * what rows add up to, so that none is lost between the shuffle and the models.
 */
final class KeyTally {
  private final Map<KeyEnd, Long> ended = new EnumMap<>(KeyEnd.class);
  private final Mean validation = new Mean();
  private final Mean test = new Mean();
  private long trained;
  private long validated;
  private long tested;

  /** The mean of the scores of keys, each by the weight of its rows. */
  private static final class Mean {
    private double weight;
    private double loss;
    private double pooledLoss;
    private double rowWeight;
    private double hits;
    private double pooledHits;
    private boolean isOfClasses;

    /**
     * @param hasOwn whether the key has the model of its own
     */
    void add(@Nullable KeyScore score, boolean hasOwn) {
      if (score == null) {
        return;
      }
      double own = score.getWeight();
      weight += own;
      rowWeight += score.getRowWeight();
      loss += own * (hasOwn ? score.getLoss() : score.getPooledLoss());
      pooledLoss += own * score.getPooledLoss();
      if (score.getAccuracy() != null) {
        isOfClasses = true;
        double rows = score.getRowWeight();
        hits += rows * (hasOwn ? score.getAccuracy() : score.getPooledAccuracy());
        pooledHits += rows * score.getPooledAccuracy();
      }
    }

    @Nullable KeyScore score() {
      return weight == 0
          ? null
          : new KeyScore(
              weight,
              rowWeight,
              loss / weight,
              pooledLoss / weight,
              isOfClasses ? hits / rowWeight : null,
              isOfClasses ? pooledHits / rowWeight : null);
    }
  }

  void add(KeyResult key) {
    boolean hasOwn = key.getEnded() == KeyEnd.OWN;
    ended.merge(key.getEnded(), 1L, Long::sum);
    trained += key.getTrained();
    validated += key.getValidated();
    tested += key.getTested();
    validation.add(key.getValidation(), hasOwn);
    test.add(key.getTest(), hasOwn);
  }

  /**
   * What the rows of the keys lack to those of the splits.
   *
   * @return one line; empty where they add up
   */
  Optional<String> gap(long trainRows, long validationRows, long testRows) {
    return trained == trainRows && validated == validationRows && tested == testRows
        ? Optional.empty()
        : Optional.of(
            "rows of keys do not add up: expected %s, %s and %s to train, validate and test on, found %s, %s and %s"
                .formatted(trainRows, validationRows, testRows, trained, validated, tested));
  }

  long trained() {
    return trained;
  }

  long validated() {
    return validated;
  }

  long tested() {
    return tested;
  }

  long count(KeyEnd how) {
    return ended.getOrDefault(how, 0L);
  }

  /**
   * @param column whose values are the keys
   * @param pooled how the training of the pooled model ended
   */
  EachOutcome outcome(String column, Outcome pooled) {
    return EachOutcome.newBuilder(counts())
        .setColumn(column)
        .setPooledRows(pooled.getTrained())
        .setPooledValidationRows(pooled.getValidated())
        .build();
  }

  /** The same without what the keys do not say: of no column, after no rows of the pooled model. */
  EachOutcome counts() {
    return EachOutcome.newBuilder()
        .setColumn("")
        .setKeys(ended.values().stream().mapToLong(Long::longValue).sum())
        .setOwn(count(KeyEnd.OWN))
        .setFewRows(count(KeyEnd.FEW_ROWS))
        .setPooledIsBetter(count(KeyEnd.POOLED_IS_BETTER))
        .setDiverged(count(KeyEnd.DIVERGED))
        .setPooledRows(0)
        .setPooledValidationRows(0)
        .setValidation(validation.score())
        .setTest(test.score())
        .build();
  }
}
