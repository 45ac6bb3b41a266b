package io.beamgrad.data.encoding;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What is done to a number before it is scaled: clipped into a range, then its logarithm taken.
 *
 * @param low null for no bound
 * @param high null for no bound
 * @param log {@code ln(1 + x)}, or {@code -ln(1 - x)} below 0, so that there is one of every number
 */
public record NumberTransform(@Nullable Double low, @Nullable Double high, boolean log) {

  /** True where every number stays what it is. */
  public boolean isIdentity() {
    return low == null && high == null && !log;
  }

  /** The number, finite as the given one. */
  public float apply(double x) {
    double clipped = x;
    if (low != null) {
      clipped = Math.max(low, clipped);
    }
    if (high != null) {
      clipped = Math.min(high, clipped);
    }
    // Strict: a JVM's own logarithm may differ in its last bit from another's.
    return (float) (log ? Math.copySign(StrictMath.log1p(Math.abs(clipped)), clipped) : clipped);
  }
}
