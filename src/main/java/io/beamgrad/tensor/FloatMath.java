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

  // The scale of SELU, and it times its alpha (Klambauer et al., arXiv 1706.02515).
  static final float SELU_SCALE = 1.050701f;
  static final float SELU_SCALE_ALPHA = 1.7580993f;
  static final float SELU_MIN = -87f; // 2^n is a normal float down to here

  static final float MISH_MAX = 20f; // tanh(softplus(x)) rounds to 1 from 9.2 on

  static final float NORMAL_DENSITY = 0.3989423f; // 1 / sqrt(2 pi)
  static final float NORMAL_SLOPE = 0.3f;
  // The probability of less than -a over exp(-a * a / 2), over t, in t = 1 / (1 + 0.3 a).
  static final float N0 = 0.11963039f;
  static final float N1 = 0.120737135f;
  static final float N2 = 0.10001873f;
  static final float N3 = 0.12821367f;
  static final float N4 = -0.05302512f;
  static final float N5 = 0.20563747f;
  static final float N6 = -0.15678735f;
  static final float N7 = 0.035574988f;

  // 2 sqrt(2 / pi), and it times 0.044715 (Hendrycks and Gimpel, arXiv 1606.08415).
  static final float GELU_TANH_1 = 1.595769f;
  static final float GELU_TANH_3 = 0.07135481f;
  static final float GELU_TANH_MAX = 11f; // the sigmoid is 0 or 1 from there on

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
   * torch.nn.SELU: {@code scale * x} above 0, {@code scale * alpha * (exp(x) - 1)} else.
   *
   * <p>With {@code exp(c) = 2^n (1 + p)} of {@code c = clamp(x, -87, 0)} as in {@link #exp}, {@code
   * exp(c) - 1} is {@code fma(p, 2^n, 2^n - 1)}, which keeps the digits of a small one.
   */
  public static float selu(float x) {
    float c = Math.max(SELU_MIN, Math.min(0f, x)); // keeps NaN
    float power = powerOfExp(c);
    float negative = SELU_SCALE_ALPHA * Math.fma(fractionOfExp(c), power, power - 1f);
    return x > 0f ? SELU_SCALE * x : negative;
  }

  /**
   * The derivative of {@link #selu}: scale above 0, {@code scale * alpha * fma(p, 2^n, 2^n)} else.
   */
  public static float seluSlope(float x) {
    float c = Math.max(SELU_MIN, Math.min(0f, x));
    float power = powerOfExp(c);
    float negative = SELU_SCALE_ALPHA * Math.fma(fractionOfExp(c), power, power);
    return x > 0f ? SELU_SCALE : negative;
  }

  /** The p of {@code exp(c) = 2^n (1 + p)}, as {@link #exp} computes it. */
  private static float fractionOfExp(float c) {
    float n = Math.fma(c, LOG2_E, ROUNDER) - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, c));
    float p = Math.fma(E7, r, E6);
    p = Math.fma(p, r, E5);
    p = Math.fma(p, r, E4);
    p = Math.fma(p, r, E3);
    p = Math.fma(p, r, E2);
    return Math.fma(p, r * r, r);
  }

  /** The {@code 2^n} of {@code exp(c) = 2^n (1 + p)} for a c in [-87, 87]. */
  private static float powerOfExp(float c) {
    int shifted = Float.floatToRawIntBits(Math.fma(c, LOG2_E, ROUNDER));
    return Float.intBitsToFloat((shifted - Float.floatToRawIntBits(ROUNDER) + 127) << 23);
  }

  /**
   * torch.nn.Mish (Misra, arXiv 1908.08681): {@code x * tanh(log(1 + exp(x)))}.
   *
   * <p>With {@code c = clamp(x, -104, 20)}, {@code e = exp(c)}, {@code n = fma(e, e, e + e)} and
   * {@code r = 1 / (n + 2)} it is {@code x * (n * r)}.
   */
  public static float mish(float x) {
    float e = exp(Math.max(EXP_MIN, Math.min(MISH_MAX, x)));
    float n = Math.fma(e, e, e + e);
    return x * (n * (1f / (n + 2f)));
  }

  /**
   * The derivative of {@link #mish}, with the same c, e, n and r: {@code r * fma(4 c * (e * (e +
   * 1)), r, n)}.
   */
  public static float mishSlope(float x) {
    float c = Math.max(EXP_MIN, Math.min(MISH_MAX, x));
    float e = exp(c);
    float n = Math.fma(e, e, e + e);
    float r = 1f / (n + 2f);
    return r * Math.fma(4f * c * (e * (e + 1f)), r, n);
  }

  /** torch.nn.SiLU: {@code x * sigmoid(x)}. */
  public static float silu(float x) {
    return x * sigmoid(x);
  }

  /**
   * The derivative of {@link #silu}: {@code fma(x * s, r, s)} with {@code e = exp(-x)}, the sigmoid
   * {@code s = 1 / (1 + e)} and {@code r = min(e, largest float) * s}, which is 1 - s to all digits
   * wherever s is not 0.
   */
  public static float siluSlope(float x) {
    float s = sigmoid(x);
    return Math.fma(x * s, restOfSigmoid(x), s);
  }

  /** 1 less the sigmoid, with all digits of a small one; 0 where the sigmoid is 0. */
  private static float restOfSigmoid(float x) {
    return Math.min(exp(-x), Float.MAX_VALUE) * sigmoid(x);
  }

  /**
   * torch.nn.GELU: x times the probability that a standard normal number is less than x.
   *
   * <p>With {@code a = |x|}, {@code q = exp((-0.5 a) a)} and {@code t = 1 / fma(0.3, a, 1)} the
   * probability of less than -a is {@code q * (t * P(t))} for a polynomial P of degree 7, fitted to
   * a relative error of 1.6e-7, and that of less than a is 1 less it.
   */
  public static float gelu(float x) {
    return x * normal(x);
  }

  /** The derivative of {@link #gelu}: {@code fma(x / sqrt(2 pi), q, p)} of the probability p. */
  public static float geluSlope(float x) {
    float a = Math.abs(x);
    return Math.fma(x * NORMAL_DENSITY, exp(-0.5f * a * a), normal(x));
  }

  /** The probability that a standard normal number is less than x. */
  private static float normal(float x) {
    float a = Math.abs(x);
    float t = 1f / Math.fma(NORMAL_SLOPE, a, 1f);
    float p = Math.fma(N7, t, N6);
    p = Math.fma(p, t, N5);
    p = Math.fma(p, t, N4);
    p = Math.fma(p, t, N3);
    p = Math.fma(p, t, N2);
    p = Math.fma(p, t, N1);
    p = Math.fma(p, t, N0);
    float tail = exp(-0.5f * a * a) * (t * p);
    return x >= 0f ? 1f - tail : tail;
  }

  /**
   * torch.nn.GELU(approximate="tanh"): {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715
   * x^3)))}.
   *
   * <p>With {@code c = clamp(x, -11, 11)} it is {@code x * s} for {@code s = sigmoid(c * fma(k3, c
   * * c, k1))}, as (1 + tanh(u)) / 2 = sigmoid(2 u).
   */
  public static float geluTanh(float x) {
    float c = Math.max(-GELU_TANH_MAX, Math.min(GELU_TANH_MAX, x));
    return x * sigmoid(c * Math.fma(GELU_TANH_3, c * c, GELU_TANH_1));
  }

  /**
   * The derivative of {@link #geluTanh}, with the same c and s, and the r of {@link #siluSlope}:
   * {@code fma(c * s * r, fma(3 k3, c * c, k1), s)}.
   */
  public static float geluTanhSlope(float x) {
    float c = Math.max(-GELU_TANH_MAX, Math.min(GELU_TANH_MAX, x));
    float inner = c * Math.fma(GELU_TANH_3, c * c, GELU_TANH_1);
    float s = sigmoid(inner);
    return Math.fma(
        c * s * restOfSigmoid(inner), Math.fma(3f * GELU_TANH_3, c * c, GELU_TANH_1), s);
  }

  /** torch.nn.LeakyReLU: x above 0, else {@code slope * x}. */
  public static float leakyRelu(float x, float slope) {
    return Math.fma(slope, Math.min(x, 0f), Math.max(x, 0f));
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
