package io.beamgrad.registry.gate;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The limits beyond which data cause a warning, or stop a retraining.
 *
 * @param schema what follows where the columns differ from those of the version in service
 * @param rows the number of rows
 * @param rowsOfLast the number of rows as a multiple of those of the version in service
 * @param rejects the share of records that could not be used
 * @param classes the population stability index of the classes
 * @param psi the population stability index of each feature
 * @param ks the Kolmogorov-Smirnov distance of each feature
 * @param decay the share of its score that the version in service has lost since it was published
 */
public record CheckLimits(
    Finding.Action schema,
    Bounds rows,
    Bounds rowsOfLast,
    Limit rejects,
    Limit classes,
    Limit psi,
    Limit ks,
    Limit decay) {

  /** The largest value that is no warning, and the largest that does not stop; null for any. */
  public record Limit(@Nullable Double warn, @Nullable Double stop) {}

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
