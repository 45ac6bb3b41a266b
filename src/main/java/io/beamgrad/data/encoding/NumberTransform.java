package io.beamgrad.data.encoding;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The transform of a number before it is scaled: it is clipped to a range, then its logarithm is
 * taken.
 *
 * @param low the lower bound; null for none
 * @param high the upper bound; null for none
 * @param log whether to take {@code ln(1 + x)}, or {@code -ln(1 - x)} below 0, which every number
 *     has
 */
public record NumberTransform(@Nullable Double low, @Nullable Double high, boolean log) {

  /** Whether the transform changes no number. */
  public boolean isIdentity() {
    return low == null && high == null && !log;
  }

  /** The transformed number; finite where the given one is. */
  public float apply(double x) {
    double clipped = x;
    if (low != null) {
      clipped = Math.max(low, clipped);
    }
    if (high != null) {
      clipped = Math.min(high, clipped);
    }
    // StrictMath has the same last bit on every JVM.
    return (float) (log ? Math.copySign(StrictMath.log1p(Math.abs(clipped)), clipped) : clipped);
  }
}
