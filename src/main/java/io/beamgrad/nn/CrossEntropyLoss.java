package io.beamgrad.nn;

import io.beamgrad.tensor.Autograd;
import io.beamgrad.tensor.FloatMath;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;

/**
 * The cross entropy of logits and class labels, {@code -log(softmax(logits)[label])}, without
 * overflow and in one operation, as {@code torch.nn.CrossEntropyLoss} with its weights w and label
 * smoothing e:
 *
 * <pre>
 *   loss of a row = (1 - e) w[label] (-logp[label]) + e / classes * sum over c of w[c] (-logp[c])
 *   mean          = sum of the rows' losses / sum of the rows' w[label]
 * </pre>
 *
 * <p>Where rows have weights of their own, each of the sums' terms is times its row's.
 *
 * <p>The rows' losses are summed in double in their order.
 */
public final class CrossEntropyLoss implements Loss, Replayable {

  private final float[] classWeights; // null for 1 everywhere
  private final float smoothing;

  public CrossEntropyLoss() {
    this(null, 0);
  }

  /**
   * A loss with weights and smoothing.
   *
   * @param classWeights what a row of each class counts; null for 1
   * @param labelSmoothing the share that is spread over all classes, in [0, 1]
   */
  public CrossEntropyLoss(float[] classWeights, double labelSmoothing) {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new IllegalArgumentException(
          "crossEntropy: labelSmoothing must be in [0, 1], was " + labelSmoothing);
    }
    for (float weight : classWeights == null ? new float[0] : classWeights) {
      if (!(weight >= 0 && weight < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "crossEntropy: class weights must be at least 0, one was " + weight);
      }
    }
    this.classWeights = classWeights == null ? null : classWeights.clone();
    this.smoothing = (float) labelSmoothing;
  }

  @Override
  public Target target() {
    return Target.CLASS;
  }

  /** {@code [batch, classes], [batch] and [batch] -> []}. */
  @Override
  public Tensor mean(Tensor outputs, Tensor targets, Tensor weights) {
    checkShapes(outputs, targets);
    Loss.checkWeights("crossEntropy", outputs, weights);
    int rows = outputs.size(0);
    float[] exps = new float[outputs.elements()]; // (rows, classes)
    float[] sums = new float[rows];
    double[] losses = new double[rows];
    Tensor loss = Tensor.zeros();
    return Autograd.record(
        loss,
        Loss.inputs(outputs, targets, weights),
        () -> {
          forward(outputs, targets, exps, sums, losses);
          loss.data()[0] = (float) (sum(losses, weights) / totalWeight(targets, weights));
        },
        () -> {
          float scale = (float) (loss.gradData()[0] / totalWeight(targets, weights));
          backward(outputs, targets, weights, exps, sums, scale);
        });
  }

  private static double sum(double[] losses, Tensor weights) {
    double sum = 0;
    for (int r = 0; r < losses.length; r++) {
      if (weights == null) {
        sum += losses[r];
      } else if (weights.data()[r] != 0) {
        sum += weights.data()[r] * losses[r];
      }
    }
    return sum;
  }

  @Override
  public double weight(Tensor targets, int row) {
    if (!isKnown(targets, row)) {
      return 0;
    }
    return classWeights == null ? 1 : classWeights[label(targets, row, classWeights.length)];
  }

  /** Leaves exp(x - largest) of each element and its row's sum for the gradient. */
  private void forward(
      Tensor outputs, Tensor targets, float[] exps, float[] sums, double[] losses) {
    int rows = outputs.size(0);
    int classes = outputs.size(1);
    float[] x = outputs.data();
    for (int r = 0; r < rows; r++) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = r * classes; i < (r + 1) * classes; i++) {
        largest = Math.max(largest, x[i]);
      }
      for (int i = r * classes; i < (r + 1) * classes; i++) {
        exps[i] = x[i] - largest;
      }
      losses[r] = -weightedLogits(exps, r * classes, label(targets, r, classes), classes);
    }
    Kernels kernels = Kernels.current();
    kernels.exp(exps, 0, exps, 0, rows * classes, 0f);
    for (int r = 0; r < rows; r++) {
      sums[r] = kernels.sum(exps, r * classes, classes);
      int label = (int) targets.data()[r];
      losses[r] += (double) weightedLogits(null, 0, label, classes) * FloatMath.log(sums[r]);
    }
  }

  /**
   * The sum of a row's logits, or of ones if null, by the weights that a label's row gives them.
   */
  private float weightedLogits(float[] logits, int from, int label, int classes) {
    float own = (1f - smoothing) * (classWeights == null ? 1f : classWeights[label]);
    float sum = own * (logits == null ? 1f : logits[from + label]);
    if (smoothing > 0) {
      for (int c = 0; c < classes; c++) {
        sum += spread(c, classes) * (logits == null ? 1f : logits[from + c]);
      }
    }
    return sum;
  }

  private float spread(int c, int classes) {
    return smoothing / classes * (classWeights == null ? 1f : classWeights[c]);
  }

  /** The gradient of a row is its total weight times softmax, less each logit's own weight. */
  private void backward(
      Tensor outputs,
      Tensor targets,
      Tensor weights,
      float[] exps,
      float[] sums,
      float scaleOfOne) {
    int rows = outputs.size(0);
    int classes = outputs.size(1);
    float[] d = outputs.gradData();
    for (int r = 0; r < rows; r++) {
      float scale = weights == null ? scaleOfOne : scaleOfOne * weights.data()[r];
      if (scale == 0) {
        continue;
      }
      int label = label(targets, r, classes);
      float share = weightedLogits(null, 0, label, classes) * scale / sums[r];
      for (int i = r * classes; i < (r + 1) * classes; i++) {
        d[i] = Math.fma(exps[i], share, d[i]);
      }
      float own = (1f - smoothing) * (classWeights == null ? 1f : classWeights[label]);
      d[r * classes + label] -= own * scale;
      if (smoothing > 0) {
        for (int c = 0; c < classes; c++) {
          d[r * classes + c] -= spread(c, classes) * scale;
        }
      }
    }
  }

  private static int label(Tensor targets, int row, int classes) {
    float value = targets.data()[row];
    int label = (int) value;
    if (label != value || label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "crossEntropy: label "
              + value
              + " of row "
              + row
              + " is not a class from 0 to "
              + (classes - 1));
    }
    return label;
  }

  @Override
  public void perExample(Tensor outputs, Tensor targets, double[] losses) {
    checkShapes(outputs, targets);
    float[] known = targets.data().clone();
    for (int r = 0; r < known.length; r++) {
      known[r] = isKnown(targets, r) ? known[r] : 0;
    }
    forward(
        outputs,
        Tensor.wrap(known, known.length),
        new float[outputs.elements()],
        new float[outputs.size(0)],
        losses);
    for (int r = 0; r < known.length; r++) {
      losses[r] = isKnown(targets, r) ? losses[r] : 0;
    }
  }

  private void checkShapes(Tensor outputs, Tensor targets) {
    if (outputs.dim() != 2 || targets.dim() != 1 || outputs.size(0) != targets.size(0)) {
      throw new IllegalArgumentException(
          "crossEntropy: logits "
              + Arrays.toString(outputs.shape())
              + " and labels "
              + Arrays.toString(targets.shape())
              + ": expected [batch, classes] and [batch]");
    }
    if (classWeights != null && classWeights.length != outputs.size(1)) {
      throw new IllegalArgumentException(
          "crossEntropy: "
              + classWeights.length
              + " class weights for "
              + outputs.size(1)
              + " classes");
    }
  }

  @Override
  public String toString() {
    return "CrossEntropyLoss("
        + (classWeights == null ? "" : "classWeights=" + Arrays.toString(classWeights) + ", ")
        + "labelSmoothing="
        + smoothing
        + ")";
  }
}
