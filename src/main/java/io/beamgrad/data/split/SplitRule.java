package io.beamgrad.data.split;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How the rows of the training files are split into training, validation and test. Every rule
 * depends on the seed of the shuffle, identities, record numbers and values alone.
 *
 * @param column the key column that decides; null for RANDOM and STRATIFIED
 * @param validation the share to validate on, in [0, 1]
 * @param test the share to test on, in [0, 1]
 * @param holdout the rows that are held out of all three; null for none
 */
public record SplitRule(
    By by,
    @Nullable String column,
    BigDecimal validation,
    BigDecimal test,
    @Nullable Holdout holdout)
    implements Serializable {

  /** What decides. */
  public enum By {
    /** The shuffle: the shares of all rows, exactly. */
    RANDOM,
    /** The shuffle: the shares of each class's rows, exactly. */
    STRATIFIED,
    /**
     * A hash of a column's value, so that no value is in two splits: the shares are approximate.
     */
    GROUP,
    /** A column's time: the last rows test, those before them validate. */
    TIME,
    /** A column's value, which is the name of the split. */
    COLUMN
  }

  public SplitRule {
    requireShare("validation", validation);
    requireShare("test", test);
    if (validation.add(test).compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException(
          "validation and test must be at most 1 together, were %s and %s"
              .formatted(validation, test));
    }
    if ((column != null) != (by == By.GROUP || by == By.TIME || by == By.COLUMN)) {
      throw new IllegalArgumentException("split by %s with column %s".formatted(by, column));
    }
  }

  /** A rule without a holdout. */
  public SplitRule(By by, @Nullable String column, BigDecimal validation, BigDecimal test) {
    this(by, column, validation, test, null);
  }

  /** The same rule with a holdout. */
  public SplitRule withHoldout(Holdout rows) {
    return new SplitRule(by, column, validation, test, rows);
  }

  /** A share of all rows to validate on, at random. */
  public static SplitRule random(BigDecimal validation) {
    return new SplitRule(By.RANDOM, null, validation, BigDecimal.ZERO);
  }

  /** True where a row's split is known only when all rows have been counted. */
  public boolean isByRank() {
    return by == By.RANDOM || by == By.STRATIFIED;
  }

  /** How many of so many rows are for validation: exactly the floor of the share. */
  public long validationRows(long rows) {
    return floor(validation, rows);
  }

  /** How many of so many rows are for test: exactly the floor of the share. */
  long testRows(long rows) {
    return floor(test, rows);
  }

  private static long floor(BigDecimal share, long rows) {
    return share.multiply(BigDecimal.valueOf(rows)).toBigInteger().longValueExact();
  }

  /** The share as a part of 2^64. */
  static BigInteger ofAllHashes(BigDecimal share) {
    return share.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(Long.SIZE))).toBigInteger();
  }

  static void requireShare(String name, BigDecimal share) {
    if (share.signum() < 0 || share.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException(name + " must be in [0, 1], was " + share);
    }
  }
}
