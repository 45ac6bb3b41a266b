package io.beamgrad.data.split;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How the rows of the training files are split into training, validation, test and calibration.
 * Every rule depends on the seed of the shuffle, identities, record numbers and values alone.
 *
 * @param columns the key columns that decide, sorted: one for TIME and COLUMN, at least one for
 *     GROUP, none for RANDOM and STRATIFIED
 * @param validation the share to validate on, in [0, 1]
 * @param test the share to test on, in [0, 1]
 * @param holdout the rows that are held out of all of them, for GROUP whole groups; null for none
 * @param folds the folds of the rows that are not for test; null for none
 * @param each the feature of texts whose values have models of their own, so that rows are shuffled
 *     by it, and a random split is dealt out key by key, as {@link KeyShares} does; null for none
 * @param calibration the share to calibrate on, in [0, 1]; for COLUMN 0 where no word names such
 *     rows, and else above it
 */
public record SplitRule(
    By by,
    List<String> columns,
    BigDecimal validation,
    BigDecimal test,
    @Nullable Holdout holdout,
    @Nullable FoldRule folds,
    @Nullable String each,
    BigDecimal calibration)
    implements Serializable {

  /** What decides. */
  public enum By {
    /** The shuffle: the shares of all rows, exactly. */
    RANDOM,
    /** The shuffle: the shares of each class's rows, exactly. */
    STRATIFIED,
    /**
     * A hash of the values of columns, so that no value is in two splits: the shares are
     * approximate.
     */
    GROUP,
    /** A column's time: the last rows test, those before them calibrate, then validate. */
    TIME,
    /** A column's value, which is the name of the split. */
    COLUMN
  }

  public SplitRule {
    columns = columns.stream().distinct().sorted().toList();
    if (by == By.GROUP && holdout != null && holdout.by() == Holdout.By.ROWS) {
      holdout = holdout.byKey(columns);
    }
    requireShare("validation", validation);
    requireShare("test", test);
    requireShare("calibration", calibration);
    if (by != By.COLUMN && validation.add(test).add(calibration).compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException(
          "validation, test and calibration must be at most 1 together, were %s, %s and %s"
              .formatted(validation, test, calibration));
    }
    boolean fits =
        switch (by) {
          case RANDOM, STRATIFIED -> columns.isEmpty();
          case GROUP -> !columns.isEmpty();
          case TIME, COLUMN -> columns.size() == 1;
        };
    if (!fits) {
      throw new IllegalArgumentException("split by %s with columns %s".formatted(by, columns));
    }
    if (each != null && (by == By.STRATIFIED || folds != null || calibration.signum() > 0)) {
      throw new IllegalArgumentException(
          "models for each value of column '%s' go with neither a stratified split, folds nor calibration"
              .formatted(each));
    }
  }

  /** A rule without rows to calibrate on. */
  public SplitRule(
      By by,
      List<String> columns,
      BigDecimal validation,
      BigDecimal test,
      @Nullable Holdout holdout,
      @Nullable FoldRule folds,
      @Nullable String each) {
    this(by, columns, validation, test, holdout, folds, each, BigDecimal.ZERO);
  }

  /** A rule of all rows, without keys of their own. */
  public SplitRule(
      By by,
      List<String> columns,
      BigDecimal validation,
      BigDecimal test,
      @Nullable Holdout holdout,
      @Nullable FoldRule folds) {
    this(by, columns, validation, test, holdout, folds, null);
  }

  /** A rule without a holdout and folds. */
  public SplitRule(By by, @Nullable String column, BigDecimal validation, BigDecimal test) {
    this(by, column == null ? List.of() : List.of(column), validation, test, null, null);
  }

  /** The same rule with a holdout. */
  public SplitRule withHoldout(Holdout rows) {
    return new SplitRule(by, columns, validation, test, rows, folds, each, calibration);
  }

  /** The same rule with folds; null for none. */
  public SplitRule withFolds(@Nullable FoldRule rule) {
    return new SplitRule(by, columns, validation, test, holdout, rule, each, calibration);
  }

  /** The same rule for rows that are shuffled by the values of a feature; null for none. */
  public SplitRule withEach(@Nullable String column) {
    return new SplitRule(by, columns, validation, test, holdout, folds, column, calibration);
  }

  /** The same rule with a share to calibrate on. */
  public SplitRule withCalibration(BigDecimal share) {
    return new SplitRule(by, columns, validation, test, holdout, folds, each, share);
  }

  /** A share of all rows to validate on, at random. */
  public static SplitRule random(BigDecimal validation) {
    return new SplitRule(By.RANDOM, List.of(), validation, BigDecimal.ZERO, null, null);
  }

  /** The key columns in words. */
  public String column() {
    return String.join(", ", columns);
  }

  /** The key columns that rows need: those of the holdout, those that split, and those of folds. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>(holdout == null ? List.of() : holdout.keys());
    keys.addAll(columns);
    if (folds != null) {
      keys.addAll(folds.columns());
    }
    return keys.stream().distinct().toList();
  }

  /** Those of {@link #keys()} that are read as texts: all but a time that rows or folds go by. */
  public List<String> textKeys() {
    List<String> keys = new ArrayList<>(holdout == null ? List.of() : holdout.keys());
    if (by != By.TIME) {
      keys.addAll(columns);
    }
    if (folds != null && folds.by() != FoldRule.By.TIME) {
      keys.addAll(folds.columns());
    }
    return keys.stream().distinct().toList();
  }

  /**
   * The column whose times are counted before rows are read: of the split, or else of the folds.
   */
  public @Nullable String timeColumn() {
    if (by == By.TIME) {
      return columns.get(0);
    }
    return folds != null && folds.by() == FoldRule.By.TIME ? folds.columns().get(0) : null;
  }

  /** True where the rows of each class are counted: to stratify the split, or the folds. */
  public boolean countsClasses() {
    return by == By.STRATIFIED || (folds != null && folds.by() == FoldRule.By.STRATIFIED);
  }

  /** True where a row's split is known only when all rows have been counted. */
  public boolean isByRank() {
    return isDealt() && each == null;
  }

  /** True where a row's split is known only when all rows of its key have been counted. */
  public boolean isByRankInKey() {
    return isDealt() && each != null;
  }

  /** True where reading a row does not tell its split: rows are dealt out once they are sorted. */
  public boolean isDealt() {
    return isAtRandom() && !isByHoldout();
  }

  /**
   * The index of the column by whose values rows are shuffled; -1 where there is none.
   *
   * @throws IllegalArgumentException where the rows do not have it as a feature of texts
   */
  public int eachColumn(List<Column> rows) {
    if (each == null) {
      return -1;
    }
    int column =
        Columns.index(rows, each, c -> Columns.isFeature(c) && c.getType() == ColumnType.STRINGS);
    if (column < 0) {
      throw new IllegalArgumentException(
          "the rows have no feature of texts '%s' to shuffle them by".formatted(each));
    }
    return column;
  }

  /**
   * True where rows are split at random by what names them in the holdout, so that copies of a row
   * are in one split: the shares are approximate.
   */
  public boolean isByHoldout() {
    return isAtRandom() && holdout != null && holdout.by() != Holdout.By.ROWS;
  }

  /** True where no column decides. */
  boolean isAtRandom() {
    return columns.isEmpty();
  }

  /** How many of so many rows are for validation: exactly the floor of the share. */
  public long validationRows(long rows) {
    return floor(validation, rows);
  }

  /** How many of so many rows are for test: exactly the floor of the share. */
  public long testRows(long rows) {
    return floor(test, rows);
  }

  /** How many of so many rows are for calibration: exactly the floor of the share. */
  public long calibrationRows(long rows) {
    return floor(calibration, rows);
  }

  private static long floor(BigDecimal share, long rows) {
    return share.multiply(BigDecimal.valueOf(rows)).toBigInteger().longValueExact();
  }

  /** The share as a part of 2^64. */
  static BigInteger ofAllHashes(BigDecimal share) {
    return share.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(Long.SIZE))).toBigInteger();
  }

  /** Compares a hash as an unsigned number with one of up to 2^64. */
  static boolean isBelow(long hash, BigInteger end) {
    return end.bitLength() > Long.SIZE || Long.compareUnsigned(hash, end.longValue()) < 0;
  }

  static void requireShare(String name, BigDecimal share) {
    if (share.signum() < 0 || share.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException(name + " must be in [0, 1], was " + share);
    }
  }
}
