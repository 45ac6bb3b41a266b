package io.beamgrad.benchmarks;

import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.tensor.FloatMath;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.tensor.RecordedStep;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Training steps on a batch that is there: by the public API, replayed, and by kernels alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class StepBenchmark {

  private static final int BATCH = 100;
  private static final int IN = 784;
  private static final int CLASSES = 10;

  private final Generator random = new Generator(1);
  private final Tensor inputs = Tensor.rand(random, BATCH, IN);
  private final Tensor labels = Tensor.zeros(BATCH);
  private final CrossEntropyLoss loss = new CrossEntropyLoss();
  private final Sequential softmax = Models.SOFTMAX.model(random);
  private final Optimizer softmaxOptimizer = Models.SOFTMAX.optimizer(softmax);
  private final RecordedStep softmaxStep =
      RecordedStep.record(() -> loss.mean(softmax.forward(inputs), labels));
  private final Sequential mlp = Models.MLP.model(random);
  private final Optimizer mlpOptimizer = Models.MLP.optimizer(mlp);
  private final RecordedStep mlpStep =
      RecordedStep.record(() -> loss.mean(mlp.forward(inputs), labels));

  @Benchmark
  public float softmaxEager() {
    return eager(softmax, softmaxOptimizer);
  }

  @Benchmark
  public float softmaxReplayed() {
    return replayed(softmaxStep, softmaxOptimizer);
  }

  @Benchmark
  public float mlpEager() {
    return eager(mlp, mlpOptimizer);
  }

  @Benchmark
  public float mlpReplayed() {
    return replayed(mlpStep, mlpOptimizer);
  }

  private float eager(Sequential model, Optimizer optimizer) {
    Tensor batchLoss = loss.mean(model.forward(inputs), labels);
    optimizer.zeroGrad();
    batchLoss.backward();
    optimizer.step();
    return batchLoss.item();
  }

  private static float replayed(RecordedStep step, Optimizer optimizer) {
    step.forward();
    optimizer.zeroGrad();
    step.backward();
    optimizer.step();
    return step.loss().item();
  }

  // By kernels alone: what the graph is measured by.
  private final Linear layer = new Linear(IN, CLASSES, random);
  private final float[] logits = new float[BATCH * CLASSES];
  private final float[] exps = new float[BATCH * CLASSES];
  private final float[] weightGrad = new float[CLASSES * IN];
  private final float[] biasGrad = new float[CLASSES];

  @Benchmark
  public float softmaxByHand() {
    Kernels kernels = Kernels.current();
    float[] w = layer.weight().data();
    float[] b = layer.bias().data();
    float[] x = inputs.data();
    for (int r = 0; r < BATCH; r++) {
      System.arraycopy(b, 0, logits, r * CLASSES, CLASSES);
    }
    kernels.matmulTransposedB(x, w, logits, BATCH, IN, CLASSES, true);
    double sum = crossEntropy(kernels);
    kernels.matmulTransposedA(exps, x, weightGrad, CLASSES, BATCH, IN, false);
    Arrays.fill(biasGrad, 0f);
    for (int i = 0; i < exps.length; i++) {
      biasGrad[i % CLASSES] += exps[i];
    }
    descend(w, weightGrad);
    descend(b, biasGrad);
    return (float) (sum / BATCH);
  }

  /** The sum of the rows' losses; leaves the gradient of the logits in exps. */
  private double crossEntropy(Kernels kernels) {
    for (int r = 0; r < BATCH; r++) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < CLASSES; c++) {
        largest = Math.max(largest, logits[r * CLASSES + c]);
      }
      for (int c = 0; c < CLASSES; c++) {
        logits[r * CLASSES + c] -= largest;
      }
    }
    kernels.exp(logits, 0, exps, 0, exps.length, 0f);
    double sum = 0;
    for (int r = 0; r < BATCH; r++) {
      int label = (int) labels.data()[r];
      float total = kernels.sum(exps, r * CLASSES, CLASSES);
      sum += FloatMath.log(total) - logits[r * CLASSES + label];
      float share = 1f / (total * BATCH);
      for (int c = 0; c < CLASSES; c++) {
        exps[r * CLASSES + c] *= share;
      }
      exps[r * CLASSES + label] -= 1f / BATCH;
    }
    return sum;
  }

  private static void descend(float[] weights, float[] gradients) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.fma(-0.001f, gradients[i], weights[i]);
    }
  }
}
