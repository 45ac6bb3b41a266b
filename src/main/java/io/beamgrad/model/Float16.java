package io.beamgrad.model;

/** Half precision, binary16 of IEEE 754. */
final class Float16 {
  private static final int FRACTION_BITS = 10;
  private static final int FRACTION = (1 << FRACTION_BITS) - 1;
  private static final int EXPONENT = 0x1F;
  private static final int BIAS = 15;

  private Float16() {}

  /** The same number in single precision, which holds every one exactly; a NaN is a NaN. */
  static float toFloat(short half) {
    int fraction = half & FRACTION;
    int exponent = half >> FRACTION_BITS & EXPONENT;
    float magnitude;
    if (exponent == EXPONENT) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = Math.scalb((float) fraction, 1 - BIAS - FRACTION_BITS);
    } else {
      magnitude =
          Math.scalb((float) (fraction | 1 << FRACTION_BITS), exponent - BIAS - FRACTION_BITS);
    }
    return half < 0 ? -magnitude : magnitude;
  }
}
