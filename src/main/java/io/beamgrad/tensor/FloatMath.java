package io.beamgrad.tensor;

/**
 * Float32 functions with the same bits on every machine: polynomials in fused multiply-adds, no
 * table and no {@code Math} intrinsic. Errors are at most 2 ulp; a test walks the whole range.
 */
public final class FloatMath {

  static final float LOG2_E = 1.442695f;
  // ln 2 in two parts, after fdlibm: the first has trailing zeros, so that n * LN2_HIGH is exact.
  static final float LN2_HIGH = 0.69314575f;
  static final float LN2_LOW = 1.4286068e-6f;
  // Adding it rounds to the nearest integer (ties to even), which is left in the low bits.
  static final float ROUNDER = 0x1.8p23f;

  static final float EXP_MAX = 89f; // exp overflows above 88.73
  static final float EXP_MIN = -104f; // exp rounds to 0 below -103.98
  static final float E2 = 0.5f;
  static final float E3 = 0.16666666f;
  static final float E4 = 0.041665796f;
  static final float E5 = 0.008333452f;
  static final float E6 = 0.0013981999f;
  static final float E7 = 1.9875691e-4f;

  static final float SQRT_HALF = 0.70710677f;
  // (log(1 + f) - f + f * f / 2) / (f * f * f), after Cephes logf.
  static final float L0 = 0.070376836f;
  static final float L1 = -0.1151461f;
  static final float L2 = 0.116769984f;
  static final float L3 = -0.12420141f;
  static final float L4 = 0.14249323f;
  static final float L5 = -0.16668057f;
  static final float L6 = 0.20000714f;
  static final float L7 = -0.24999994f;
  static final float L8 = 0.3333333f;

  static final float TANH_SMALL = 0.625f;
  // (tanh(x) - x) / (x * x * x) in x * x, after Cephes tanhf.
  static final float T0 = -0.0057049887f;
  static final float T1 = 0.020639088f;
  static final float T2 = -0.053739715f;
  static final float T3 = 0.13331442f;
  static final float T4 = -0.3333328f;

  private FloatMath() {}

  /** e to the power of x; correct limits at infinities and NaN, gradual underflow. */
  public static float exp(float x) {
    float clamped = Math.max(EXP_MIN, Math.min(EXP_MAX, x)); // keeps NaN
    float shifted = Math.fma(clamped, LOG2_E, ROUNDER);
    float n = shifted - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, clamped));
    float p = Math.fma(E7, r, E6);
    p = Math.fma(p, r, E5);
    p = Math.fma(p, r, E4);
    p = Math.fma(p, r, E3);
    p = Math.fma(p, r, E2);
    p = Math.fma(p, r * r, r) + 1f;
    // 2^n in two factors, since n may be outside a normal float's exponents.
    int power = Float.floatToRawIntBits(shifted) - Float.floatToRawIntBits(ROUNDER);
    int half = power >> 1;
    return p
        * Float.intBitsToFloat((half + 127) << 23)
        * Float.intBitsToFloat((power - half + 127) << 23);
  }

  /** The natural logarithm of x; NaN below 0, minus infinity at 0. */
  public static float log(float x) {
    boolean subnormal = x < Float.MIN_NORMAL;
    float normal = subnormal ? x * 0x1p23f : x;
    // The exponent that leaves the fraction in [sqrt(1/2), sqrt(2)).
    int bits = Float.floatToRawIntBits(normal) - Float.floatToRawIntBits(SQRT_HALF);
    int power = bits >> 23;
    float fraction = Float.intBitsToFloat((bits & 0x7fffff) + Float.floatToRawIntBits(SQRT_HALF));
    float n = power - (subnormal ? 23f : 0f);
    float f = fraction - 1f;
    float z = f * f;
    float p = Math.fma(L0, f, L1);
    p = Math.fma(p, f, L2);
    p = Math.fma(p, f, L3);
    p = Math.fma(p, f, L4);
    p = Math.fma(p, f, L5);
    p = Math.fma(p, f, L6);
    p = Math.fma(p, f, L7);
    p = Math.fma(p, f, L8);
    float tail = Math.fma(n, LN2_LOW, p * f * z);
    tail = Math.fma(-0.5f, z, tail);
    float result = Math.fma(n, LN2_HIGH, f + tail);
    result = x == Float.POSITIVE_INFINITY ? x : result;
    result = x == 0f ? Float.NEGATIVE_INFINITY : result;
    return x >= 0f ? result : Float.NaN;
  }

  /** The hyperbolic tangent of x. */
  public static float tanh(float x) {
    float a = Math.abs(x);
    float z = x * x;
    float p = Math.fma(T0, z, T1);
    p = Math.fma(p, z, T2);
    p = Math.fma(p, z, T3);
    p = Math.fma(p, z, T4);
    float small = Math.fma(p * z, a, a);
    float large = 1f - 2f / (exp(a + a) + 1f);
    return Math.copySign(a < TANH_SMALL ? small : large, x);
  }

  /** 1 / (1 + exp(-x)). */
  public static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }

  /**
   * The softmax of a row of elements: exp(x - largest) of each over their sum.
   *
   * @param from the position of the row's first element
   * @param to the position of its first result
   */
  public static void softmax(float[] x, int from, float[] y, int to, int n) {
    Kernels kernels = Kernels.current();
    kernels.exp(x, from, y, to, n, largest(x, from, n));
    float sum = kernels.sum(y, to, n);
    for (int k = 0; k < n; k++) {
      y[to + k] /= sum;
    }
  }

  /** The largest element of a row; NaN where there is one. */
  static float largest(float[] x, int from, int n) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int k = 0; k < n; k++) {
      largest = Math.max(largest, x[from + k]);
    }
    return largest;
  }

  /** log(1 + exp(x)), with all digits of float32 also where it is small. */
  public static double softplus(float x) {
    float exp = exp(-Math.abs(x));
    float sum = 1f + exp;
    // The bits of exp that 1 + exp rounds away are put back.
    return Math.max(x, 0f) + (log(sum) + (double) (exp - (sum - 1f)) / sum);
  }
}
