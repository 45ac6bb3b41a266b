package io.beamgrad.data;

final class Scale {
  static void bytes(byte[] s, int sp, float[] d, int dp, int n, float shift, float scale) {
    for (int i = 0; i < n; i++) d[dp + i] = ((s[sp + i] & 0xff) - shift) / scale;
  }

  static void floats(float[] s, int sp, float[] d, int dp, int n, float shift, float scale) {
    for (int i = 0; i < n; i++) d[dp + i] = (s[sp + i] - shift) / scale;
  }
}
