package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fast kernels against the plain loops, bit for bit. */
class KernelsTest {

  private static final int MARGIN = 3; // what lies behind a result must stay as it was

  private final Kernels plain = KernelChoice.plain();
  private final Kernels fast = Kernels.current();
  private final Generator random = new Generator(7);

  static Stream<int[]> sizes() {
    return Stream.of(
        new int[] {1, 1, 1},
        new int[] {2, 3, 5},
        new int[] {4, 7, 16},
        new int[] {5, 784, 10},
        new int[] {9, 31, 33},
        new int[] {12, 1, 64},
        new int[] {17, 65, 47},
        new int[] {100, 20, 129},
        new int[] {3, 0, 4},
        new int[] {0, 4, 3},
        new int[] {8, 130, 8});
  }

  private interface Product {
    void run(
        Kernels kernels, float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void productsHaveTheBitsOfThePlainLoops(int[] size) {
    compare(size, Kernels::matmul);
    compare(size, Kernels::matmulTransposedA);
    compare(size, Kernels::matmulTransposedB);
  }

  private void compare(int[] size, Product product) {
    int m = size[0];
    int k = size[1];
    int n = size[2];
    float[] a = random(m * k);
    float[] b = random(k * n);
    for (boolean accumulate : new boolean[] {false, true}) {
      float[] expected = random(m * n + MARGIN);
      float[] actual = expected.clone();
      product.run(plain, a, b, expected, m, k, n, accumulate);
      product.run(fast, a, b, actual, m, k, n, accumulate);
      assertSameBits(expected, actual);
    }
  }

  @Test
  void productsInLanesHaveTheBitsOfThePlainLoops() {
    int all = 11;
    for (int in = 1; in <= 9; in++) {
      for (int count = 1; count <= 9; count++) {
        float[] x = random(all * in * Kernels.LANES);
        float[] w = random(in * Kernels.LANES);
        float[] bias = random(Kernels.LANES);
        int[] rows = new int[count];
        Arrays.setAll(rows, i -> (7 * i + 3) % all);
        float[] expected = random(count * Kernels.LANES + MARGIN);
        float[] actual = expected.clone();
        plain.laneProduct(x, rows, count, in, w, bias, expected);
        fast.laneProduct(x, rows, count, in, w, bias, actual);
        assertSameBits(expected, actual);
        float[] expectedGradient = random(in * Kernels.LANES + MARGIN);
        float[] actualGradient = expectedGradient.clone();
        plain.laneGradient(x, rows, count, in, expected, expectedGradient);
        fast.laneGradient(x, rows, count, in, expected, actualGradient);
        assertSameBits(expectedGradient, actualGradient);
      }
    }
  }

  @Test
  void productsOfSparseRowsHaveTheBitsOfThePlainLoops() {
    int batch = 5;
    int in = 11;
    int[] starts = {0, 3, 3, 4, 9, 10};
    int[] columns = {0, 4, 10, 7, 1, 2, 3, 4, 10, 10};
    float[] values = random(columns.length);
    for (int n : new int[] {1, 2, 4, 7, 8, 10, 16, 17, 33, 128, 131}) {
      float[] w = random(in * n);
      float[] expected = random(batch * n + MARGIN);
      float[] actual = expected.clone();
      plain.sparseProduct(starts, columns, values, w, expected, batch, n);
      fast.sparseProduct(starts, columns, values, w, actual, batch, n);
      assertSameBits(expected, actual);
      float[] expectedGradient = random(in * n + MARGIN);
      float[] actualGradient = expectedGradient.clone();
      plain.sparseGradient(starts, columns, values, expected, expectedGradient, batch, n);
      fast.sparseGradient(starts, columns, values, expected, actualGradient, batch, n);
      assertSameBits(expectedGradient, actualGradient);
    }
  }

  static Stream<int[]> sizesOfBytes() {
    return Stream.of(
        new int[] {1, 1, 1},
        new int[] {1, 784, 10},
        new int[] {2, 7, 16},
        new int[] {3, 8, 5},
        new int[] {4, 9, 64},
        new int[] {5, 16, 33},
        new int[] {7, 27, 130},
        new int[] {8, 64, 48},
        new int[] {9, 13, 1},
        new int[] {100, 50, 128});
  }

  @ParameterizedTest
  @MethodSource("sizesOfBytes")
  void productsOfBytesHaveTheBitsOfThoseOfTheirNumbers(int[] size) {
    for (float shift : new float[] {0f, 3f}) {
      for (int share : new int[] {0, 10, 100}) {
        compareBytes(bytes(size[0], size[1], shift, share), size[2]);
      }
    }
  }

  /** Rows of which so many of a hundred bytes are not 0, mostly beside each other. */
  private ByteRows bytes(int rows, int width, float shift, int share) {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    float[] numbers = new float[all.length];
    plain.bytesToFloats(all, 0, numbers, 0, all.length, shift, 255f);
    ByteRows bytes = new ByteRows(new int[] {width}, numbers);
    bytes.resize(rows + 5);
    Arrays.fill(bytes.bytes(), (byte) 9); // what an earlier batch has left
    bytes.list();
    bytes.resize(rows);
    for (int i = 0; i < rows * width; i++) {
      boolean isSet = 100 * random.nextFloat() < share && i / 11 % 3 != 1;
      bytes.bytes()[i] = isSet || share == 100 ? (byte) (1 + 255 * random.nextFloat()) : 0;
    }
    bytes.list();
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void aLinearLayersChainsBeginWithTheBias(int[] size) {
    int batch = size[0];
    int in = size[1];
    int out = size[2];
    float[] x = random(batch * in);
    float[] w = random(out * in);
    float[] bias = random(out);
    float[] expected = random(batch * out + MARGIN);
    float[] byRows = expected.clone();
    float[] actual = expected.clone();
    for (int i = 0; i < batch; i++) {
      System.arraycopy(bias, 0, byRows, i * out, out);
    }
    plain.matmulTransposedB(x, w, byRows, batch, in, out, true);
    plain.linear(x, w, bias, expected, batch, in, out, 1f);
    fast.linear(x, w, bias, actual, batch, in, out, 1f);
    assertSameBits(byRows, expected);
    assertSameBits(byRows, actual);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void aLinearLayersFactorMultipliesItsProductsBeforeTheBias(int[] size) {
    int batch = size[0];
    int in = size[1];
    int out = size[2];
    float[] x = random(batch * in);
    float[] w = random(out * in);
    float[] bias = random(out);
    float[] byElements = random(batch * out + MARGIN);
    float[] expected = byElements.clone();
    float[] actual = byElements.clone();
    plain.matmulTransposedB(x, w, byElements, batch, in, out, false);
    for (int i = 0; i < batch * out; i++) {
      byElements[i] = Math.fma(0.3f, byElements[i], bias[i % out]);
    }
    plain.linear(x, w, bias, expected, batch, in, out, 0.3f);
    fast.linear(x, w, bias, actual, batch, in, out, 0.3f);
    assertSameBits(byElements, expected);
    assertSameBits(byElements, actual);
  }

  private void compareBytes(ByteRows x, int n) {
    int rows = x.rows();
    int in = x.width();
    float[] dense = new float[rows * in];
    x.copyTo(dense);
    float[] w = random(n * in);
    float[] g = random(rows * n);
    float[] y = random(rows * n + MARGIN);
    float[] expected = y.clone();
    plain.matmulTransposedB(dense, w, expected, rows, in, n, true);
    for (float[] d : new float[][] {random(n * in + MARGIN), new float[n * in + MARGIN]}) {
      float[] expectedGradient = d.clone();
      plain.matmulTransposedA(g, dense, expectedGradient, n, rows, in, true);
      for (Kernels kernels : new Kernels[] {plain, fast}) {
        float[] actual = y.clone();
        kernels.byteProduct(x, w, actual, n);
        assertSameBits(expected, actual);
        float[] actualGradient = d.clone();
        kernels.byteGradient(x, g, actualGradient, n);
        assertSameBits(expectedGradient, actualGradient);
      }
    }
  }

  @Test
  void aReluPassesNoGradientWhereItIsZeroOrNoNumber() {
    float[] y = interesting();
    float[] g = random(y.length);
    float[] expected = random(y.length);
    float[] actual = expected.clone();
    float[] before = expected.clone();
    plain.reluGradient(y, g, expected, y.length - 1);
    fast.reluGradient(y, g, actual, y.length - 1);
    assertSameBits(expected, actual);
    for (int i = 0; i < y.length; i++) {
      boolean passes = i < y.length - 1 && y[i] > 0;
      assertEquals(passes ? before[i] + g[i] : before[i], actual[i]);
    }
  }

  @Test
  void aProductIsOneChainOfFusedMultiplyAddsInTheOrderOfTheInnerDimension() {
    int k = 37;
    float[] a = random(k);
    float[] b = random(k);
    float chain = 0f;
    for (int p = 0; p < k; p++) {
      chain = Math.fma(a[p], b[p], chain);
    }
    for (Kernels kernels : new Kernels[] {plain, fast}) {
      float[] c = new float[1];
      kernels.matmul(a, b, c, 1, k, 1, false);
      assertEquals(chain, c[0]);
      kernels.matmulTransposedB(a, b, c, 1, k, 1, false);
      assertEquals(chain, c[0]);
      kernels.matmulTransposedA(a, b, c, 1, k, 1, false);
      assertEquals(chain, c[0]);
    }
  }

  @Test
  void sumsHaveTheBitsOfThePlainLoop() {
    for (int n : new int[] {0, 1, 15, 16, 17, 31, 32, 100, 1001}) {
      float[] values = random(n + 2);
      assertEquals(plain.sum(values, 1, n), fast.sum(values, 1, n));
    }
  }

  @Test
  void rowsAreAddedInTheirOrder() {
    for (int n : new int[] {0, 1, 7, 8, 10, 16, 33, 64}) {
      for (int m : new int[] {0, 1, 5, 100}) {
        float[] values = random(m * n);
        float[] expected = random(n + MARGIN);
        float[] actual = expected.clone();
        plain.addRows(values, expected, m, n);
        fast.addRows(values, actual, m, n);
        assertSameBits(expected, actual);
      }
    }
  }

  @Test
  void functionsHaveTheBitsOfThePlainLoops() {
    float[] x = interesting();
    int n = x.length - 1;
    float[] expected = new float[x.length];
    float[] actual = new float[x.length];
    plain.exp(x, 1, expected, 0, n, 0.5f);
    fast.exp(x, 1, actual, 0, n, 0.5f);
    assertSameBits(expected, actual);
    plain.log(x, 1, expected, 0, n);
    fast.log(x, 1, actual, 0, n);
    assertSameBits(expected, actual);
    plain.tanh(x, 1, expected, 0, n);
    fast.tanh(x, 1, actual, 0, n);
    assertSameBits(expected, actual);
    plain.sigmoid(x, 1, expected, 0, n);
    fast.sigmoid(x, 1, actual, 0, n);
    assertSameBits(expected, actual);
  }

  private interface Activation {
    void run(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to);
  }

  @Test
  void activationsAndTheirSlopesHaveTheBitsOfThePlainLoops() {
    List<Activation> activations =
        List.of(Kernels::selu, Kernels::mish, Kernels::silu, Kernels::gelu, Kernels::geluTanh);
    float[] x = interesting();
    for (Activation activation : activations) {
      for (int n : new int[] {0, 1, 7, 8, 17, x.length - MARGIN}) {
        int from = Math.min(1, n / 8);
        float[] expected = random(x.length);
        float[] actual = expected.clone();
        float[] alone = expected.clone();
        float[] expectedSlopes = random(x.length);
        float[] actualSlopes = expectedSlopes.clone();
        activation.run(plain, x, expected, expectedSlopes, from, n);
        activation.run(fast, x, actual, actualSlopes, from, n);
        activation.run(fast, x, alone, null, from, n);
        assertSameBits(expected, actual);
        assertSameBits(expected, alone);
        assertSameBits(expectedSlopes, actualSlopes);
      }
    }
  }

  @Test
  void productsAreAddedToTheBitsOfThePlainLoop() {
    for (int n : new int[] {0, 1, 7, 8, 17, 100}) {
      float[] a = random(n);
      float[] b = random(n);
      float[] expected = random(n + MARGIN);
      float[] actual = expected.clone();
      plain.addProducts(a, b, expected, n / 8, n);
      fast.addProducts(a, b, actual, n / 8, n);
      assertSameBits(expected, actual);
    }
  }

  @Test
  void bytesAndFloatsAreShiftedAndScaledAsByTheDivisionItself() {
    byte[] bytes = new byte[300];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    for (int n : new int[] {0, 1, 7, 8, 9, 16, 17, 256, 297}) {
      float[] expected = new float[302];
      float[] actual = new float[302];
      plain.bytesToFloats(bytes, 2, expected, 1, n, 33.3f, 78.6f);
      fast.bytesToFloats(bytes, 2, actual, 1, n, 33.3f, 78.6f);
      assertSameBits(expected, actual);
      if (n > 0) {
        assertEquals((2 - 33.3f) / 78.6f, actual[1]);
      }
      float[] values = random(302);
      plain.scaleFloats(values, 2, expected, 1, n, -0.5f, 3f);
      fast.scaleFloats(values, 2, actual, 1, n, -0.5f, 3f);
      assertSameBits(expected, actual);
    }
  }

  /** Random numbers of all magnitudes and the special ones. */
  private float[] interesting() {
    float[] x = new float[5003];
    for (int i = 0; i < x.length; i++) {
      x[i] =
          i % 2 == 0
              ? (float) (20 * random.nextGaussian())
              : Float.intBitsToFloat((int) random.nextLong());
    }
    float[] special = {
      0f,
      -0f,
      1f,
      -1f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      0.625f,
      88.73f,
      -103.98f,
      Float.MIN_VALUE,
      Float.MIN_NORMAL,
      Float.MAX_VALUE,
      -Float.MIN_VALUE,
      0.70710677f
    };
    System.arraycopy(special, 0, x, 40, special.length);
    return x;
  }

  private float[] random(int n) {
    return Tensor.randn(random, n).toArray();
  }

  private static void assertSameBits(float[] expected, float[] actual) {
    int[] expectedBits = new int[expected.length];
    int[] actualBits = new int[actual.length];
    for (int i = 0; i < expected.length; i++) {
      expectedBits[i] = Float.floatToIntBits(expected[i]); // one NaN is as good as another
      actualBits[i] = Float.floatToIntBits(actual[i]);
    }
    assertArrayEquals(expectedBits, actualBits);
  }
}
