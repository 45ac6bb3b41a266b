package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products on several threads against those on one, bit for bit. */
class SplitProductTest {

  private static final int MARGIN = 3; // what lies behind a result must stay as it was
  private static final Kernels ONE = new PlainKernels(new Workers(1), 0);
  private static final List<Kernels> SPLIT = new ArrayList<>();

  static {
    for (int threads = 1; threads <= 3; threads++) {
      SPLIT.add(new PlainKernels(new Workers(threads), 0));
      KernelChoice.vectors(new Workers(threads), 0).ifPresent(SPLIT::add);
    }
  }

  private final Generator random = new Generator(7);

  static Stream<int[]> sizes() {
    return Stream.of(
        new int[] {1, 1, 1},
        new int[] {1, 7, 300},
        new int[] {300, 7, 1},
        new int[] {61, 5, 9},
        new int[] {9, 31, 193},
        new int[] {40, 3, 128},
        new int[] {101, 65, 257},
        new int[] {131, 1, 67},
        new int[] {256, 40, 256},
        new int[] {30, 0, 200},
        new int[] {0, 4, 200},
        new int[] {200, 4, 0});
  }

  private interface Product {
    void run(
        Kernels kernels, float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void threadsChangeNoBit(int[] size) {
    compare(size, Kernels::matmul);
    compare(size, Kernels::matmulTransposedA);
    compare(size, Kernels::matmulTransposedB);
    compare(size, SplitProductTest::linear);
  }

  /** Its bias is the first row of what the output holds. */
  private static void linear(
      Kernels kernels, float[] a, float[] b, float[] c, int m, int k, int n, boolean accumulate) {
    float[] bias = Arrays.copyOf(c, n);
    kernels.linear(a, b, bias, c, m, k, n, accumulate ? 1f : 0.3f);
  }

  private void compare(int[] size, Product product) {
    int m = size[0];
    int k = size[1];
    int n = size[2];
    float[] a = Tensor.randn(random, m * k).toArray();
    float[] b = Tensor.randn(random, k * n).toArray();
    float[] before = Tensor.randn(random, m * n + MARGIN).toArray();
    for (boolean accumulate : new boolean[] {false, true}) {
      float[] expected = before.clone();
      product.run(ONE, a, b, expected, m, k, n, accumulate);
      for (Kernels kernels : SPLIT) {
        float[] actual = before.clone();
        product.run(kernels, a, b, actual, m, k, n, accumulate);
        assertArrayEquals(expected, actual, kernels.toString());
      }
    }
  }
}
