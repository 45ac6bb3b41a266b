package io.beamgrad.registry.gate;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The limits beyond which data cause a warning, or stop a retraining.
 *
 * @param schema what follows where the columns differ from those of the version in service
 * @param rows the number of rows
 * @param rowsOfLast the number of rows as a multiple of those of the version in service
 * @param rejects the share of records that could not be used
 * @param classes the population stability index of the classes
 * @param psi the population stability index of each column that is no class
 * @param ks the Kolmogorov-Smirnov distance of each of these that has one
 * @param decay the share of its score that the version in service has lost since it was published
 * @param duplicates the share of rows that are copies of another row of the same day or file
 */
public record CheckLimits(
    Finding.Action schema,
    Bounds rows,
    Bounds rowsOfLast,
    Limit rejects,
    Limit classes,
    ColumnLimits psi,
    ColumnLimits ks,
    Limit decay,
    Limit duplicates) {

  /** The largest value that is no warning, and the largest that does not stop; null for any. */
  public record Limit(@Nullable Double warn, @Nullable Double stop) {
    @Nullable Double of(Finding.Action action) {
      return action == Finding.Action.STOP ? stop : warn;
    }
  }

  /** The same of each column; null where no column has one. */
  public record ColumnLimits(@Nullable ColumnLimit warn, @Nullable ColumnLimit stop) {
    Limit of(String column) {
      return new Limit(
          warn == null ? null : warn.of(column), stop == null ? null : stop.of(column));
    }
  }

  /**
   * The largest value of each column.
   *
   * @param others of the columns that are not named; null for any
   * @param named by the names of columns; null for any
   */
  public record ColumnLimit(@Nullable Double others, Map<String, @Nullable Double> named) {

    /** Stands for every column that has no limit of its own. */
    public static final String OTHERS = "*";

    public ColumnLimit {
      named = Collections.unmodifiableMap(new TreeMap<>(named));
    }

    @Nullable Double of(String column) {
      return named.containsKey(column) ? named.get(column) : others;
    }
  }

  /** The range that is no warning, and the one that does not stop; null for any. */
  public record Bounds(@Nullable Range warn, @Nullable Range stop) {}

  /**
   * Both ends are in it.
   *
   * @param least null for no bound
   * @param most null for no bound
   */
  public record Range(@Nullable Double least, @Nullable Double most) {
    public Range {
      if (least != null && most != null && least > most) {
        throw new IllegalArgumentException("%s is above %s".formatted(least, most));
      }
    }

    boolean contains(double value) {
      return (least == null || value >= least) && (most == null || value <= most);
    }
  }
}
