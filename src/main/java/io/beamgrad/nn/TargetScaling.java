package io.beamgrad.nn;

import io.beamgrad.tensor.Autograd;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The last module of a model of numbers whose targets are scaled, as scikit-learn's {@code
 * TransformedTargetRegressor}. In training mode outputs pass as they are: what is minimised is the
 * loss of them and the {@link #scaled} targets. In evaluation mode each becomes a prediction in its
 * target's unit: {@code y * scale + shift}, of a logarithm then {@code exp(x) - 1}, or {@code 1 -
 * exp(-x)} below 0, kept within bounds. That is computed in double and rounded to float32 once.
 *
 * <p>A {@code Trainer} of a {@link Sequential} that ends with it minimises the scaled loss, and
 * tells losses in the unit.
 */
public final class TargetScaling extends Module implements Replayable {

  /**
   * How one target is scaled.
   *
   * @param log whether the logarithm of the target is, see {@link #logarithm}
   * @param shift subtracted of a target
   * @param scale that is then divided by it; above 0
   * @param least no prediction is below it; {@code -Float.MAX_VALUE} for no bound
   * @param largest no prediction is above it; {@code Float.MAX_VALUE} for no bound
   */
  public record Target(boolean log, double shift, double scale, double least, double largest) {
    /**
     * @throws IllegalArgumentException if a number is not finite, the scale is not above 0, or the
     *     least is above the largest
     */
    public Target {
      if (!(Double.isFinite(shift) && scale > 0 && Double.isFinite(scale))) {
        throw new IllegalArgumentException(
            "TargetScaling: shift must be finite and scale above 0, were %s and %s"
                .formatted(shift, scale));
      }
      if (!(least <= largest && least >= -Float.MAX_VALUE && largest <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "TargetScaling: least must be at most largest, and both floats, were %s and %s"
                .formatted(least, largest));
      }
    }

    private float scaled(float target) {
      return (float) (((log ? logarithm(target) : target) - shift) / scale);
    }

    private double unbounded(float output) {
      double x = output * scale + shift;
      return log ? Math.copySign(StrictMath.expm1(Math.abs(x)), x) : x;
    }

    private float predicted(float output) {
      return (float) Math.max(least, Math.min(largest, unbounded(output))); // NaN stays
    }

    /** The derivative of a prediction with respect to the output. */
    private float slope(float output) {
      double x = unbounded(output);
      if (x < least || x > largest) {
        return 0;
      }
      return (float) (log ? scale * (1 + Math.abs(x)) : scale);
    }
  }

  private final Target[] targets;

  /** The scaling of the targets of a row, in their order. */
  public TargetScaling(List<Target> targets) {
    this.targets = targets.toArray(Target[]::new);
  }

  /** {@code ln(1 + x)}, or {@code -ln(1 - x)} below 0, which every number has. */
  public static double logarithm(double x) {
    return Math.copySign(StrictMath.log1p(Math.abs(x)), x);
  }

  /** The scaling that a model ends with; empty where its outputs are predictions as they are. */
  public static Optional<TargetScaling> of(Module model) {
    return model instanceof Sequential sequential
            && !sequential.modules().isEmpty()
            && sequential.modules().get(sequential.modules().size() - 1) instanceof TargetScaling of
        ? Optional.of(of)
        : Optional.empty();
  }

  /** A loss of outputs and of targets that are scaled first; the weights of rows stay. */
  public Loss minimised(Loss loss) {
    return new ScaledLoss(loss, this);
  }

  /**
   * The prediction that an output is.
   *
   * @param target its index in a row
   */
  public float predicted(float output, int target) {
    return targets[target].predicted(output);
  }

  /**
   * What an output is trained to be, see {@link #scaled(Tensor)}.
   *
   * @param index of the target in a row
   */
  public float scaled(float target, int index) {
    return targets[index].scaled(target);
  }

  /**
   * Predictions in the targets' unit.
   *
   * @param outputs {@code [batch, targets]}, of one target {@code [batch]} too
   * @return the same shape
   */
  public Tensor predicted(Tensor outputs) {
    checkShape(outputs);
    Tensor predicted = Tensor.zeros(outputs.shape());
    return Autograd.record(
        predicted,
        List.of(outputs),
        () -> {
          for (int i = 0; i < outputs.elements(); i++) {
            predicted.data()[i] = targets[i % targets.length].predicted(outputs.data()[i]);
          }
        },
        () -> {
          float[] d = outputs.gradData();
          float[] g = predicted.gradData();
          for (int i = 0; i < outputs.elements(); i++) {
            d[i] += g[i] * targets[i % targets.length].slope(outputs.data()[i]);
          }
        });
  }

  /**
   * What the outputs are trained to be: {@code (target - shift) / scale}, or that of the logarithm.
   *
   * @param ofRows {@code [batch, targets]}, of one target {@code [batch]} too
   * @return the same shape
   */
  public Tensor scaled(Tensor ofRows) {
    checkShape(ofRows);
    Tensor scaled = Tensor.zeros(ofRows.shape());
    return Autograd.record(
        scaled,
        List.of(ofRows),
        () -> {
          for (int i = 0; i < ofRows.elements(); i++) {
            scaled.data()[i] = targets[i % targets.length].scaled(ofRows.data()[i]);
          }
        },
        () -> {
          throw new IllegalArgumentException("TargetScaling: the targets must not require grad");
        });
  }

  private void checkShape(Tensor rows) {
    boolean isColumn = rows.dim() == 1 && targets.length == 1;
    if (!isColumn && (rows.dim() != 2 || rows.size(1) != targets.length)) {
      throw new IllegalArgumentException(
          "TargetScaling: expected [batch, %s], found %s"
              .formatted(targets.length, Arrays.toString(rows.shape())));
    }
  }

  @Override
  public Tensor forward(Tensor input) {
    return training() ? input : predicted(input);
  }

  @Override
  public String toString() {
    return "TargetScaling(" + targets.length + ")";
  }
}
