package io.beamgrad.registry.gate;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Which data is worth a warning, and which is not to be trained on.
 *
 * @param schema what another set of columns than that of the version in service is
 * @param rows how many rows there are
 * @param rowsOfLast the same as a multiple of those of the version in service
 * @param rejects the share of records that could not be used
 * @param classes the population stability index of the classes
 * @param psi the same of each feature
 * @param ks the Kolmogorov-Smirnov distance of each feature
 */
public record CheckLimits(
    Finding.Action schema,
    Bounds rows,
    Bounds rowsOfLast,
    Limit rejects,
    Limit classes,
    Limit psi,
    Limit ks) {

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
