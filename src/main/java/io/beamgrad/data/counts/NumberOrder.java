package io.beamgrad.data.counts;

/**
 * Whole numbers that sort as doubles do. That of a float is 2^29 times the whole number that sorts
 * as the float does: its bits, those but the sign inverted where it is set. Smaller numbers than
 * normal floats count as the floats nearest to them; -0 is 0.
 */
public final class NumberOrder {
  /** How many bits of a double's fraction are behind those of a float's. */
  public static final int BITS_BELOW_FLOAT = 29;

  private static final long BIAS = (1023L - 127) << 52; // of the exponents

  private NumberOrder() {}

  public static long of(double value) {
    double size = Math.abs(value);
    long order =
        size < Float.MIN_NORMAL || Double.isNaN(size)
            ? (long) Float.floatToIntBits((float) size) << BITS_BELOW_FLOAT
            : Double.doubleToLongBits(size) - BIAS;
    return value < 0 && order != 0 ? ~order : order;
  }

  /** The number that has this order. */
  public static double value(long order) {
    if (order < 0) {
      return -value(~order);
    }
    return order < (long) Float.floatToIntBits(Float.MIN_NORMAL) << BITS_BELOW_FLOAT
        ? Float.intBitsToFloat((int) (order >> BITS_BELOW_FLOAT))
        : Double.longBitsToDouble(order + BIAS);
  }
}
