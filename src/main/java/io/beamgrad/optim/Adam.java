package io.beamgrad.optim;

import io.beamgrad.tensor.SplitLoop;
import io.beamgrad.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam as {@code torch.optim.Adam} defines it (Kingma and Ba, arXiv 1412.6980), and AdamW
 * (Loshchilov and Hutter, arXiv 1711.05101), whose weight decay acts on the weights, not on the
 * gradients.
 */
public final class Adam extends Optimizer {

  /**
   * The settings beside the learning rate.
   *
   * @param beta1 decay of the mean of gradients, in [0, 1)
   * @param beta2 decay of the mean of squares, in [0, 1)
   * @param eps added to the denominator
   * @param weightDecay the L2 penalty, or AdamW's decay
   * @param decoupled whether the decay is AdamW's
   */
  public record Settings(
      double beta1, double beta2, double eps, double weightDecay, boolean decoupled) {

    /** PyTorch's defaults for Adam. */
    public static final Settings ADAM = new Settings(0.9, 0.999, 1e-8, 0, false);

    /** PyTorch's defaults for AdamW. */
    public static final Settings ADAMW = new Settings(0.9, 0.999, 1e-8, 0.01, true);

    public Settings {
      check("beta1", beta1, beta1 >= 0 && beta1 < 1, "in [0, 1)");
      check("beta2", beta2, beta2 >= 0 && beta2 < 1, "in [0, 1)");
      check("eps", eps, eps >= 0, "at least 0");
      check("weightDecay", weightDecay, weightDecay >= 0, "at least 0");
    }
  }

  private final Settings settings;
  private final Tensor[] means;
  private final Tensor[] squares;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private double meanCorrection; // the bias correction of the means
  private float squareCorrection; // the root of the bias correction of the squares

  // The parameter that is changed, for a loop that is made once
  private final SplitLoop loop = new SplitLoop(this::updateRange);
  private float[] weights;
  private float[] grads;
  private float[] mean;
  private float[] square;
  private double rate;

  public Adam(Map<String, Tensor> parameters, double lr, Settings settings) {
    super(parameters, lr);
    this.settings = settings;
    this.means = zerosLike(parameters, "expAvg", tensors);
    this.squares = zerosLike(parameters, "expAvgSq", tensors);
  }

  @Override
  Map<String, Tensor> tensors() {
    return tensors;
  }

  @Override
  void beginStep(long step) {
    meanCorrection = 1 - StrictMath.pow(settings.beta1(), (double) step);
    squareCorrection = (float) StrictMath.sqrt(1 - StrictMath.pow(settings.beta2(), (double) step));
  }

  @Override
  void update(int index, float[] newWeights, float[] newGrads) {
    weights = newWeights;
    grads = newGrads;
    mean = means[index].data();
    square = squares[index].data();
    rate = lr(index);
    loop.run(weights.length);
  }

  private void updateRange(int fromInclusive, int toExclusive) {
    updateRange(weights, grads, mean, square, fromInclusive, toExclusive);
  }

  /** Of arrays that the loop does not have to look up, or C2 would make no vectors of it. */
  private void updateRange(
      float[] w, float[] g, float[] m, float[] v, int fromInclusive, int toExclusive) {
    float beta1 = (float) settings.beta1();
    float beta2 = (float) settings.beta2();
    float rest1 = (float) (1 - settings.beta1());
    float rest2 = (float) (1 - settings.beta2());
    float eps = (float) settings.eps();
    float shrink = settings.decoupled() ? (float) (1 - rate * settings.weightDecay()) : 1f;
    float penalty = settings.decoupled() ? 0f : (float) settings.weightDecay();
    float step = -(float) (rate / meanCorrection);
    float correction = squareCorrection;
    for (int i = fromInclusive; i < toExclusive; i++) {
      float grad = Math.fma(penalty, w[i], g[i]);
      float meanOfGrads = Math.fma(rest1, grad, m[i] * beta1);
      float meanOfSquares = Math.fma(rest2 * grad, grad, v[i] * beta2);
      m[i] = meanOfGrads;
      v[i] = meanOfSquares;
      float denominator = (float) Math.sqrt(meanOfSquares) / correction + eps;
      w[i] = Math.fma(step, meanOfGrads / denominator, w[i] * shrink);
    }
  }

  @Override
  public String toString() {
    return "Adam(lr=" + lr() + ", " + settings + ")";
  }
}
