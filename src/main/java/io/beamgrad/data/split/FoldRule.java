package io.beamgrad.data.split;

import java.io.Serializable;

/**
 * How rows are dealt into the folds of a cross validation. Each fold trains on the rows of the
 * others and tests on its own; of the rows that it does not test on, those that the split validates
 * on do so in each fold too.
 *
 * @param count how many folds, at least 2
 */
public record FoldRule(int count, By by) implements Serializable {

  /** The most folds: each is a training of its own. */
  public static final int MOST = 1000;

  /** What decides. */
  public enum By {
    /** The shuffle. */
    RANDOM,
    /** The shuffle, so that each fold has as many rows of each class, but for one. */
    STRATIFIED
  }

  public FoldRule {
    if (count < 2 || count > MOST) {
      throw new IllegalArgumentException(
          "folds must be in [2, %s], were %s".formatted(MOST, count));
    }
  }
}
