package io.beamgrad.data.split;

import java.io.Serializable;
import java.util.List;

/**
 * How rows are dealt into the folds of a cross validation. Rows are in parts, of which each fold
 * tests on one; of the other rows that a fold uses, those that the split validates on do so, and
 * the others train.
 *
 * @param count how many folds, at least 2
 * @param columns the key columns that decide: one for TIME, at least one for GROUP, else none
 */
public record FoldRule(int count, By by, List<String> columns) implements Serializable {

  /** The most folds: each is a training of its own. */
  public static final int MOST = 1000;

  /** What decides. */
  public enum By {
    /** The shuffle. */
    RANDOM,
    /** The shuffle, so that each fold has as many rows of each class, but for one. */
    STRATIFIED,
    /** A hash of the values of columns, so that no value is in two parts: they are about equal. */
    GROUP,
    /** A column's time: a fold tests on a part, and uses the parts before it alone. */
    TIME
  }

  public FoldRule {
    columns = columns.stream().distinct().sorted().toList();
    if (count < 2 || count > MOST) {
      throw new IllegalArgumentException(
          "folds must be in [2, %s], were %s".formatted(MOST, count));
    }
    boolean fits =
        switch (by) {
          case RANDOM, STRATIFIED -> columns.isEmpty();
          case GROUP -> !columns.isEmpty();
          case TIME -> columns.size() == 1;
        };
    if (!fits) {
      throw new IllegalArgumentException("folds by %s with columns %s".formatted(by, columns));
    }
  }

  /** Folds that the shuffle decides. */
  public FoldRule(int count, By by) {
    this(count, by, List.of());
  }

  /** True where a row's key says its part. */
  public boolean isByKey() {
    return !columns.isEmpty();
  }

  /** How many parts the rows are in. */
  public int parts() {
    return by == By.TIME ? count + 1 : count;
  }

  /** True where a fold tests on a part. */
  public boolean isTested(int part, int fold) {
    return part == testedBy(fold);
  }

  /** True where a fold uses a part at all. */
  public boolean isUsed(int part, int fold) {
    return by != By.TIME || part <= testedBy(fold);
  }

  /** The part that a fold tests on. */
  public int testedBy(int fold) {
    return by == By.TIME ? fold + 1 : fold;
  }
}
