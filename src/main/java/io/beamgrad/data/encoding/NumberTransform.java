package io.beamgrad.data.encoding;

import io.beamgrad.data.rows.NumberPrecision;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The transform of a number before it is scaled: it is clipped to a range, then its logarithm is
 * taken. Numbers that floats hold become floats, others doubles.
 *
 * @param low the lower bound; null for none
 * @param high the upper bound; null for none
 * @param log whether to take {@code ln(1 + x)}, or {@code -ln(1 - x)} below 0, which every number
 *     has
 */
public record NumberTransform(@Nullable Double low, @Nullable Double high, boolean log) {
  /** Of the counts 0, 1, ..., which are looked up, as a logarithm takes long. */
  private static final double[] LOGARITHMS = new double[1024];

  static {
    for (int count = 0; count < LOGARITHMS.length; count++) {
      LOGARITHMS[count] = StrictMath.log1p(count); // with the same last bit on every JVM
    }
  }

  /** The bounds are kept as the numbers of a column are. */
  public NumberTransform {
    low = low == null ? null : Double.valueOf(NumberPrecision.kept(low));
    high = high == null ? null : Double.valueOf(NumberPrecision.kept(high));
  }

  /** Whether the transform changes no number. */
  public boolean isIdentity() {
    return low == null && high == null && !log;
  }

  /** The transformed number; finite where the given one is. */
  public double apply(double x) {
    double clipped = x;
    if (low != null) {
      clipped = Math.max(low, clipped);
    }
    if (high != null) {
      clipped = Math.min(high, clipped);
    }
    if (!log) {
      return clipped;
    }
    double size = Math.abs(clipped);
    int count = (int) size;
    boolean isCount = count == size && count < LOGARITHMS.length;
    double ofSize = isCount ? LOGARITHMS[count] : StrictMath.log1p(size);
    double logarithm = Math.copySign(ofSize, clipped);
    return NumberPrecision.isFloat(clipped) ? (float) logarithm : logarithm;
  }
}
