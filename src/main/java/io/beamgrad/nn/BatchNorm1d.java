package io.beamgrad.nn;

import io.beamgrad.tensor.Autograd;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Normalises each column, {@code y = (x - mean) / sqrt(variance + eps) * weight + bias} (Ioffe and
 * Szegedy, arXiv 1502.03167), as {@code torch.nn.BatchNorm1d}: in training by the batch's own mean
 * and variance, in evaluation by running ones,
 *
 * <pre>
 *   running_mean = (1 - momentum) * running_mean + momentum * mean
 *   running_var  = (1 - momentum) * running_var  + momentum * variance * batch / (batch - 1)
 * </pre>
 *
 * <p>which are buffers, as is num_batches_tracked, the batches that they were taken from (as a
 * float32, which counts to 2^24). Weights of rows change nothing.
 *
 * <p>{@code [batch, features] -> [batch, features]}; parameters {@code weight [features]}, which
 * begins as ones, and {@code bias [features]}, which begins as zeros.
 *
 * <p>A batch of one row has no variance. PyTorch throws on it in training; here it is normalised by
 * the running statistics, which it leaves as they are, so that the last batch of an epoch may have
 * one row.
 */
public final class BatchNorm1d extends Module implements Replayable {

  private static final String BATCHES = "num_batches_tracked";

  private final Tensor weight;
  private final Tensor bias;
  private final Tensor runningMean;
  private final Tensor runningVar;
  private final Tensor batchesTracked;
  private final double eps;
  private final double momentum;

  /** With PyTorch's defaults. */
  public BatchNorm1d(int features) {
    this(features, 1e-5, 0.1);
  }

  /**
   * A layer.
   *
   * @param eps added to the variance, above 0
   * @param momentum the share of a batch in the running statistics, in [0, 1]
   */
  public BatchNorm1d(int features, double eps, double momentum) {
    if (features < 1 || !(eps > 0) || !(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException(
          ("BatchNorm1d: features must be at least 1, eps above 0 and momentum in [0, 1], were %s, %s"
                  + " and %s")
              .formatted(features, eps, momentum));
    }
    this.weight = parameter("weight", Tensor.ones(features));
    this.bias = parameter("bias", Tensor.zeros(features));
    this.runningMean = buffer("running_mean", Tensor.zeros(features));
    this.runningVar = buffer("running_var", Tensor.ones(features));
    this.batchesTracked = buffer(BATCHES, Tensor.zeros());
    this.eps = eps;
    this.momentum = momentum;
  }

  /** Whether a name of a state dict is that of a number of batches, an int64 in other tools. */
  public static boolean isCount(String name) {
    return name.equals(BATCHES) || name.endsWith("." + BATCHES);
  }

  @Override
  public Tensor forward(Tensor input) {
    int features = weight.size(0);
    if (input.dim() != 2 || input.size(1) != features) {
      throw new IllegalArgumentException(
          "BatchNorm1d: expected [batch, %s], found %s"
              .formatted(features, Arrays.toString(input.shape())));
    }
    int rows = input.size(0);
    boolean byBatch = training() && rows > 1;
    Tensor output = Tensor.zeros(rows, features);
    float[] normalized = new float[rows * features];
    float[] centers = new float[features];
    float[] inverses = new float[features];
    double[] sums = new double[features];
    double[] products = new double[features];
    return Autograd.record(
        output,
        List.of(input, weight, bias),
        () -> {
          if (byBatch) {
            ofBatch(input.data(), rows, sums, products, centers, inverses);
          } else {
            ofRunning(centers, inverses);
          }
          normalize(input.data(), centers, inverses, normalized, output.data());
        },
        () -> {
          float[] g = output.gradData();
          sumGradients(g, normalized, sums, products);
          addParameterGradients(sums, products);
          if (input.requiresGrad()) {
            addInputGradient(
                g, normalized, inverses, byBatch ? sums : null, products, input.gradData());
          }
        });
  }

  /** Mean and deviation of a batch, from which the running statistics go on. */
  private void ofBatch(
      float[] x, int rows, double[] sums, double[] squares, float[] centers, float[] inverses) {
    int features = centers.length;
    Arrays.fill(sums, 0);
    for (int i = 0; i < x.length; i += features) {
      for (int j = 0; j < features; j++) {
        sums[j] += x[i + j];
      }
    }
    for (int j = 0; j < features; j++) {
      sums[j] /= rows;
    }
    Arrays.fill(squares, 0);
    for (int i = 0; i < x.length; i += features) {
      for (int j = 0; j < features; j++) {
        double distance = x[i + j] - sums[j];
        squares[j] += distance * distance;
      }
    }
    float[] mean = runningMean.data();
    float[] var = runningVar.data();
    for (int j = 0; j < features; j++) {
      centers[j] = (float) sums[j];
      inverses[j] = Normalization.inverseDeviation(squares[j] / rows, eps);
      mean[j] = (float) ((1 - momentum) * mean[j] + momentum * sums[j]);
      var[j] = (float) ((1 - momentum) * var[j] + momentum * (squares[j] / (rows - 1)));
    }
    batchesTracked.data()[0] += 1f;
  }

  private void ofRunning(float[] centers, float[] inverses) {
    for (int j = 0; j < centers.length; j++) {
      centers[j] = runningMean.data()[j];
      inverses[j] = Normalization.inverseDeviation(runningVar.data()[j], eps);
    }
  }

  private void normalize(
      float[] x, float[] centers, float[] inverses, float[] normalized, float[] y) {
    float[] w = weight.data();
    float[] b = bias.data();
    for (int i = 0; i < x.length; i += w.length) {
      for (int j = 0; j < w.length; j++) {
        normalized[i + j] = (x[i + j] - centers[j]) * inverses[j];
        y[i + j] = Math.fma(normalized[i + j], w[j], b[j]);
      }
    }
  }

  /** The sums over the rows of the gradient, and of it times the normalised input. */
  private static void sumGradients(
      float[] g, float[] normalized, double[] sums, double[] products) {
    Arrays.fill(sums, 0);
    Arrays.fill(products, 0);
    for (int i = 0; i < g.length; i += sums.length) {
      for (int j = 0; j < sums.length; j++) {
        sums[j] += g[i + j];
        products[j] += (double) g[i + j] * normalized[i + j];
      }
    }
  }

  private void addParameterGradients(double[] sums, double[] products) {
    for (int j = 0; j < sums.length; j++) {
      if (weight.requiresGrad()) {
        weight.gradData()[j] += (float) products[j];
      }
      if (bias.requiresGrad()) {
        bias.gradData()[j] += (float) sums[j];
      }
    }
  }

  /**
   * (g - mean(g) - normalized mean(g normalized)) times weight over deviation; without the means
   * where the statistics do not depend on the batch.
   *
   * @param sums null where they do not
   */
  private void addInputGradient(
      float[] g,
      float[] normalized,
      float[] inverses,
      double[] sums,
      double[] products,
      float[] d) {
    float[] w = weight.data();
    int rows = g.length / w.length;
    for (int i = 0; i < g.length; i += w.length) {
      for (int j = 0; j < w.length; j++) {
        float slope = g[i + j];
        if (sums != null) {
          slope -= (float) (sums[j] / rows) + normalized[i + j] * (float) (products[j] / rows);
        }
        d[i + j] += slope * (w[j] * inverses[j]);
      }
    }
  }

  @Override
  public String toString() {
    return "BatchNorm1d(" + weight.size(0) + ", eps=" + eps + ", momentum=" + momentum + ")";
  }
}
