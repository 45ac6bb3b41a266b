package io.beamgrad.optim;

import io.beamgrad.tensor.GradRows;
import io.beamgrad.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Stochastic gradient descent as {@code torch.optim.SGD} defines it:
 *
 * <pre>
 *   d = grad + weightDecay * w
 *   buffer = momentum * buffer + d
 *   w -= lr * (nesterov ? d + momentum * buffer : buffer)
 * </pre>
 *
 * <p>Plain descent, without momentum and weight decay, takes time for the rows that have a gradient
 * alone, where a parameter knows them ({@link Tensor#gradRows}); all else changes every weight in
 * every step, as PyTorch's does with dense gradients.
 */
public final class SGD extends Optimizer {

  private final float momentum;
  private final boolean nesterov;
  private final float weightDecay;
  private final Tensor[] buffers; // empty without momentum
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /** Plain descent, {@code w -= lr * grad}. */
  public SGD(Map<String, Tensor> parameters, double lr) {
    this(parameters, lr, 0, false, 0);
  }

  /**
   * Descent with all settings.
   *
   * @param momentum from 0 inclusive to 1 exclusive
   * @param nesterov needs a momentum above 0
   * @param weightDecay the L2 penalty, at least 0
   */
  public SGD(
      Map<String, Tensor> parameters,
      double lr,
      double momentum,
      boolean nesterov,
      double weightDecay) {
    super(parameters, lr);
    this.momentum = (float) check("momentum", momentum, momentum >= 0 && momentum < 1, "in [0, 1)");
    this.weightDecay = (float) check("weightDecay", weightDecay, weightDecay >= 0, "at least 0");
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException("optimizer: nesterov needs a momentum above 0");
    }
    this.nesterov = nesterov;
    this.buffers = momentum == 0 ? new Tensor[0] : zerosLike(parameters, "momentumBuffer", tensors);
  }

  @Override
  Map<String, Tensor> tensors() {
    return tensors;
  }

  @Override
  void beginStep(long step) {}

  @Override
  void update(int index, float[] weights, float[] grads) {
    if (buffers.length == 0) {
      descend(weights, grads, (float) lr(index), weightDecay);
    } else {
      float[] buffer = buffers[index].data();
      if (nesterov) {
        descendNesterov(weights, grads, buffer, (float) lr(index), momentum, weightDecay);
      } else {
        descendMomentum(weights, grads, buffer, (float) lr(index), momentum, weightDecay);
      }
    }
  }

  @Override
  boolean changesOnlyByGradient() {
    return momentum == 0 && weightDecay == 0;
  }

  @Override
  void updateRows(int index, float[] weights, float[] grads, GradRows rows, int width) {
    if (width == 1) {
      descendPlaces(weights, grads, rows.rows(), rows.count(), (float) lr(index));
    } else {
      descendRows(weights, grads, rows.rows(), rows.count(), width, (float) lr(index));
    }
  }

  private static void descendPlaces(float[] w, float[] grad, int[] places, int count, float lr) {
    for (int i = 0; i < count; i++) {
      int at = places[i];
      w[at] = Math.fma(-lr, grad[at], w[at]);
    }
  }

  private static void descendRows(
      float[] w, float[] grad, int[] rows, int count, int width, float lr) {
    for (int i = 0; i < count; i++) {
      int from = rows[i] * width;
      for (int j = from; j < from + width; j++) {
        w[j] = Math.fma(-lr, grad[j], w[j]);
      }
    }
  }

  private static void descend(float[] w, float[] grad, float lr, float decay) {
    for (int i = 0; i < w.length; i++) {
      w[i] = Math.fma(-lr, Math.fma(decay, w[i], grad[i]), w[i]);
    }
  }

  private static void descendMomentum(
      float[] w, float[] grad, float[] buffer, float lr, float momentum, float decay) {
    for (int i = 0; i < w.length; i++) {
      float v = Math.fma(momentum, buffer[i], Math.fma(decay, w[i], grad[i]));
      buffer[i] = v;
      w[i] = Math.fma(-lr, v, w[i]);
    }
  }

  private static void descendNesterov(
      float[] w, float[] grad, float[] buffer, float lr, float momentum, float decay) {
    for (int i = 0; i < w.length; i++) {
      float d = Math.fma(decay, w[i], grad[i]);
      float v = Math.fma(momentum, buffer[i], d);
      buffer[i] = v;
      w[i] = Math.fma(-lr, Math.fma(momentum, v, d), w[i]);
    }
  }

  @Override
  public String toString() {
    return "SGD(lr="
        + lr()
        + ", momentum="
        + momentum
        + ", nesterov="
        + nesterov
        + ", weightDecay="
        + weightDecay
        + ")";
  }
}
