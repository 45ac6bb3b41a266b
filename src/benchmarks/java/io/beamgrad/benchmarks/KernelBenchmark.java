package io.beamgrad.benchmarks;

import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The kernels at the sizes of training on MNIST. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class KernelBenchmark {

  private static final int BATCH = 100;
  private static final int IN = 784;

  /** Floating point operations of one call; 0 of a kernel that is bound by memory. */
  static double flops(String method, int out) {
    return switch (method) {
      case "forward", "weightGradient", "inputGradient" -> 2.0 * BATCH * IN * out;
      default -> 0;
    };
  }

  @Param({"10", "128"})
  public int out;

  private final Kernels kernels = Kernels.current();
  private final Generator random = new Generator(1);
  private final float[] x = Tensor.randn(random, BATCH, IN).data();
  private final float[] w = Tensor.randn(random, 128, IN).data();
  private final float[] y = new float[BATCH * 128];
  private final float[] g = Tensor.randn(random, BATCH, 128).data();
  private final float[] dw = new float[128 * IN];
  private final float[] dx = new float[BATCH * IN];
  private final byte[] bytes = new byte[BATCH * IN];

  /** {@code [100, 784] x [out, 784] transposed}. */
  @Benchmark
  public void forward() {
    kernels.matmulTransposedB(x, w, y, BATCH, IN, out, false);
  }

  /** {@code [100, out] transposed x [100, 784]}. */
  @Benchmark
  public void weightGradient() {
    kernels.matmulTransposedA(g, x, dw, out, BATCH, IN, false);
  }

  /** {@code [100, out] x [out, 784]}. */
  @Benchmark
  public void inputGradient() {
    kernels.matmul(g, w, dx, BATCH, out, IN, false);
  }

  @Benchmark
  public void bytesToFloats() {
    kernels.bytesToFloats(bytes, 0, dx, 0, BATCH * IN, 0f, 255f);
  }

  @Benchmark
  public void exp() {
    kernels.exp(g, 0, y, 0, BATCH * out, 0f);
  }
}
