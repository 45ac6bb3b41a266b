package io.beamgrad.optim;

import io.beamgrad.tensor.Tensor;
import java.util.Collection;

/** Changes of the gradients between backward and the optimiser's step. */
public final class Gradients {

  private static final double EPSILON = 1e-6; // PyTorch's

  private Gradients() {}

  /**
   * Scales all gradients so that their common norm is at most {@code maxNorm}, as {@code
   * torch.nn.utils.clip_grad_norm_}; the norm before. Squares are summed in double in order.
   */
  public static double clipGradNorm(Collection<Tensor> parameters, double maxNorm) {
    double squares = 0;
    for (Tensor parameter : parameters) {
      if (parameter.grad() != null) {
        for (float g : parameter.gradData()) {
          squares += (double) g * g;
        }
      }
    }
    double norm = StrictMath.sqrt(squares);
    double scale = maxNorm / (norm + EPSILON);
    if (scale < 1) {
      for (Tensor parameter : parameters) {
        if (parameter.grad() != null) {
          scale(parameter.gradData(), (float) scale);
        }
      }
    }
    return norm;
  }

  private static void scale(float[] gradients, float scale) {
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] *= scale;
    }
  }

  /** Adds the gradient of {@code l1 * sum(|w|) + l2 / 2 * sum(w^2)} over all parameters. */
  public static void addPenalty(Collection<Tensor> parameters, double l1, double l2) {
    for (Tensor parameter : parameters) {
      float[] w = parameter.data();
      float[] g = parameter.gradData();
      for (int i = 0; i < g.length; i++) {
        g[i] += (float) l1 * Math.signum(w[i]) + (float) l2 * w[i];
      }
    }
  }
}
