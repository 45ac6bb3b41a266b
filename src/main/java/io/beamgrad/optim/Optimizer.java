package io.beamgrad.optim;

import io.beamgrad.tensor.GradRows;
import io.beamgrad.tensor.StateDict;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Changes parameters by their gradients, as {@code torch.optim.Optimizer}. */
public abstract class Optimizer {

  private final Map<String, Tensor> parameters;
  private final Tensor[] inOrder; // for walks that allocate nothing
  private final double[] lrFactors; // of each parameter
  private double lr;
  private long steps;

  /**
   * An optimiser of the parameters that {@code Module.namedParameters} gives.
   *
   * @throws IllegalArgumentException if there are none, or if the learning rate is negative
   */
  protected Optimizer(Map<String, Tensor> parameters, double lr) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("optimizer: no parameters");
    }
    this.parameters = new LinkedHashMap<>(parameters);
    this.inOrder = this.parameters.values().toArray(new Tensor[0]);
    this.lrFactors = new double[inOrder.length];
    Arrays.fill(lrFactors, 1);
    this.lr = check("lr", lr, lr >= 0 && lr < Double.POSITIVE_INFINITY, "at least 0");
  }

  /** Gives back a setting if it is allowed. */
  static double check(String name, double value, boolean allowed, String range) {
    if (!allowed) {
      throw new IllegalArgumentException(
          "optimizer: " + name + " must be " + range + ", was " + value);
    }
    return value;
  }

  /** The learning rate, before the parameters' factors. */
  public final double lr() {
    return lr;
  }

  public final void setLr(double newLr) {
    lr = check("lr", newLr, newLr >= 0 && newLr < Double.POSITIVE_INFINITY, "at least 0");
  }

  /**
   * Multiplies the learning rate of each parameter, whatever the rate is by then; as parameter
   * groups of PyTorch, each with a rate of its own.
   *
   * @param byName gives the factor of a parameter, at least 0; 1 is that of all at first
   */
  public final void setLrFactors(ToDoubleFunction<String> byName) {
    int index = 0;
    for (String name : parameters.keySet()) {
      double factor = byName.applyAsDouble(name);
      lrFactors[index] =
          check(
              "factor of " + name,
              factor,
              factor >= 0 && factor < Double.POSITIVE_INFINITY,
              "at least 0");
      index++;
    }
  }

  /** The learning rate of one parameter, the {@code index}-th. */
  final double lr(int index) {
    return lr * lrFactors[index];
  }

  /** The number of steps made. */
  public final long steps() {
    return steps;
  }

  public final Map<String, Tensor> parameters() {
    return Map.copyOf(parameters);
  }

  /** Sets all gradients to zeros. */
  public final void zeroGrad() {
    for (Tensor parameter : inOrder) {
      parameter.zeroGrad();
    }
  }

  /**
   * Changes the parameters that have a gradient. Where only some rows of a parameter have one, see
   * {@link Tensor#gradRows}, an optimiser that changes nothing else looks at nothing else.
   */
  public final void step() {
    steps++;
    beginStep(steps);
    for (int i = 0; i < inOrder.length; i++) {
      Tensor parameter = inOrder[i];
      if (parameter.hasGrad()) {
        GradRows rows = parameter.gradRows();
        if (rows != null && !rows.all() && changesOnlyByGradient()) {
          updateRows(i, parameter.data(), parameter.gradOfRows(), rows, parameter.size(1));
        } else {
          update(i, parameter.data(), parameter.gradOfRows());
        }
      }
    }
  }

  /** Computes what all parameters have in common in a step; the first has number 1. */
  abstract void beginStep(long step);

  /** Changes one parameter, the {@code index}-th. */
  abstract void update(int index, float[] weights, float[] grads);

  /** Whether a weight whose gradient is zero stays as it is, and nothing else is kept of it. */
  boolean changesOnlyByGradient() {
    return false;
  }

  /**
   * Changes some rows of one parameter, the {@code index}-th, if {@link #changesOnlyByGradient}.
   *
   * @param width of a row
   */
  void updateRows(int index, float[] weights, float[] grads, GradRows rows, int width) {
    throw new UnsupportedOperationException();
  }

  /** The tensors that the optimiser keeps, themselves, under names like {@code 1.weight.expAvg}. */
  abstract Map<String, Tensor> tensors();

  /** Makes zeros in the shape of each parameter, and enters them under the parameters' names. */
  static Tensor[] zerosLike(Map<String, Tensor> parameters, String name, Map<String, Tensor> into) {
    Tensor[] zeros = new Tensor[parameters.size()];
    int index = 0;
    for (Map.Entry<String, Tensor> parameter : parameters.entrySet()) {
      zeros[index] = Tensor.zeros(parameter.getValue().shape());
      into.put(parameter.getKey() + "." + name, zeros[index]);
      index++;
    }
    return zeros;
  }

  /** Copies of the tensors that, with {@link #steps} and the parameters, continue a training. */
  public final Map<String, Tensor> stateDict() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    tensors()
        .forEach((name, tensor) -> state.put(name, Tensor.wrap(tensor.toArray(), tensor.shape())));
    return state;
  }

  /**
   * Continues from a state.
   *
   * @throws IllegalArgumentException if a name is missing or unknown, or a shape differs
   */
  public final void loadStateDict(Map<String, Tensor> state, long stepsMade) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    StateDict.check("optimizer", shapes, state);
    tensors()
        .forEach(
            (name, tensor) ->
                System.arraycopy(state.get(name).data(), 0, tensor.data(), 0, tensor.elements()));
    steps = stepsMade;
  }
}
