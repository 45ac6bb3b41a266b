package io.beamgrad.tensor;

/** Turns raw values into scaled floats, {@code (x - shift) / scale}, by the JVM's kernels. */
public final class Scaling {
  private Scaling() {}

  /** {@code dst[dstPosition + i] = ((src[srcPosition + i] & 0xff) - shift) / scale}. */
  public static void bytesToFloats(
      byte[] src, int srcPosition, float[] dst, int dstPosition, int n, float shift, float scale) {
    KernelChoice.current().bytesToFloats(src, srcPosition, dst, dstPosition, n, shift, scale);
  }

  /** {@code dst[dstPosition + i] = (src[srcPosition + i] - shift) / scale}. */
  public static void scaleFloats(
      float[] src, int srcPosition, float[] dst, int dstPosition, int n, float shift, float scale) {
    KernelChoice.current().scaleFloats(src, srcPosition, dst, dstPosition, n, shift, scale);
  }
}
