package io.beamgrad.nn;

import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.StateDict;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A part of a model, as {@code torch.nn.Module}: parameters and children under names, in the order
 * of registration.
 *
 * <p>A {@code Trainer} runs the {@link #forward} of a subclass anew in each step, as it is written.
 */
@SuppressWarnings("JavaLangClash") // PyTorch's word
public abstract class Module {

  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Set<String> turned = new HashSet<>(); // of the parameters
  private final Map<String, Module> children = new LinkedHashMap<>();
  private final List<Module> childList = new ArrayList<>(); // for walks that allocate nothing
  private boolean training = true;

  /** The output for a batch of inputs; the first dimension of both is the batch. */
  public abstract Tensor forward(Tensor input);

  /**
   * The output for a batch of rows of which few values are not zero. The same as of the rows with
   * their zeros, which is what a module makes of them that has no better way.
   */
  public Tensor forward(SparseRows input) {
    return forward(input.toDense());
  }

  /** Registers a tensor that training changes, and gives it back. */
  protected final Tensor parameter(String name, Tensor value) {
    parameters.put(name, value.requiresGrad(true));
    return value;
  }

  /**
   * Registers a matrix that lies in memory the other way round than outside: {@link #stateDict} and
   * {@link #loadStateDict} turn it.
   */
  final Tensor turnedParameter(String name, Tensor value) {
    turned.add(name);
    return parameter(name, value);
  }

  /** Registers a child, and gives it back. */
  protected final <M extends Module> M child(String name, M module) {
    children.put(name, module);
    childList.add(module);
    return module;
  }

  /**
   * All parameters in order, under names such as {@code 1.weight}, as they lie in memory. What goes
   * to a file is {@link #stateDict}.
   */
  public final Map<String, Tensor> namedParameters() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    visit("", (name, tensor, isTurned) -> named.put(name, tensor));
    return Collections.unmodifiableMap(named);
  }

  private interface Visitor {
    void visit(String name, Tensor parameter, boolean isTurned);
  }

  private void visit(String prefix, Visitor visitor) {
    parameters.forEach(
        (name, tensor) -> visitor.visit(prefix + name, tensor, turned.contains(name)));
    children.forEach((name, module) -> module.visit(prefix + name + ".", visitor));
  }

  public final List<Tensor> parameters() {
    return new ArrayList<>(namedParameters().values());
  }

  /** Copies of all parameters' values, by name; unlike PyTorch's, they do not change later. */
  public final Map<String, Tensor> stateDict() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    visit(
        "",
        (name, tensor, isTurned) ->
            state.put(
                name,
                isTurned
                    ? Tensor.noGrad(tensor::t).detach()
                    : Tensor.wrap(tensor.toArray(), tensor.shape())));
    return state;
  }

  /**
   * Sets all parameters' values.
   *
   * @throws IllegalArgumentException if a name is missing or unknown, or a shape differs; nothing
   *     is changed then
   */
  public final void loadStateDict(Map<String, Tensor> state) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    visit(
        "",
        (name, tensor, isTurned) ->
            shapes.put(
                name, isTurned ? new int[] {tensor.size(1), tensor.size(0)} : tensor.shape()));
    StateDict.check("loadStateDict", shapes, state);
    visit(
        "",
        (name, tensor, isTurned) -> {
          Tensor value = state.get(name);
          Tensor lying = isTurned ? Tensor.noGrad(value::t) : value;
          System.arraycopy(lying.data(), 0, tensor.data(), 0, tensor.elements());
        });
  }

  /** Sets all gradients to zeros. */
  public final void zeroGrad() {
    parameters.values().forEach(Tensor::zeroGrad);
    children.values().forEach(Module::zeroGrad);
  }

  /** Sets this and all children to training mode. */
  public final void train() {
    setTraining(true);
  }

  /** Sets this and all children to evaluation mode. */
  public final void eval() {
    setTraining(false);
  }

  private void setTraining(boolean mode) {
    training = mode;
    for (int i = 0; i < childList.size(); i++) {
      childList.get(i).setTraining(mode);
    }
  }

  public final boolean training() {
    return training;
  }

  /** Tells this and all children which step of the training comes; {@link Dropout} listens. */
  public final void beginStep(long step) {
    stepBegins(step);
    for (int i = 0; i < childList.size(); i++) {
      childList.get(i).beginStep(step);
    }
  }

  /** What a module of this package does when a step begins. */
  void stepBegins(long step) {}

  /**
   * Whether a recorded step may repeat this module: it and all below it are of this library's own
   * classes, whose code does the same in each step of a training. Of a subclass of the user's this
   * is not known, whatever it does.
   */
  public final boolean isReplayable() {
    return this instanceof Replayable && children.values().stream().allMatch(Module::isReplayable);
  }
}
