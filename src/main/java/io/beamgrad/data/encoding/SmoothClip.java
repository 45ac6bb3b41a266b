package io.beamgrad.data.encoding;

/**
 * The smooth clip of scaled numbers, {@code x / sqrt(1 + (x / bound)^2)}: nearly x where it is
 * small, and never beyond the bound (Holzmüller and others, "Better by Default: Strong Pre-Tuned
 * MLPs and Boosted Trees on Tabular Data", arXiv 2407.04491).
 *
 * @param bound above 0
 */
public record SmoothClip(double bound) {
  private static final double MANY = 1e9;

  /** The clip of a number; that of an infinite one is the bound. */
  public double apply(double x) {
    double near = Math.max(-far(), Math.min(far(), x));
    double bounds = near / bound;
    return near / Math.sqrt(1 + bounds * bounds);
  }

  /** What is farther from 0 than this counts as this, which is clipped to the bound itself. */
  public double far() {
    return MANY * bound;
  }
}
