package io.beamgrad.nn;

import io.beamgrad.tensor.StateDict;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a model, as {@code torch.nn.Module}: parameters and children under names, in the order
 * of registration.
 *
 * <p>{@link io.beamgrad.tensor.RecordedStep} repeats the operations of {@link #forward}, not the
 * Java code around them: what depends on numbers that change from step to step belongs into an
 * operation.
 */
@SuppressWarnings("JavaLangClash") // PyTorch's word
public abstract class Module {

  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private final List<Module> childList = new ArrayList<>(); // for walks that allocate nothing
  private boolean training = true;

  /** The output for a batch of inputs; the first dimension of both is the batch. */
  public abstract Tensor forward(Tensor input);

  /** Registers a tensor that training changes, and gives it back. */
  protected final Tensor parameter(String name, Tensor value) {
    parameters.put(name, value.requiresGrad(true));
    return value;
  }

  /** Registers a child, and gives it back. */
  protected final <M extends Module> M child(String name, M module) {
    children.put(name, module);
    childList.add(module);
    return module;
  }

  /** All parameters in order, under names such as {@code 1.weight}. */
  public final Map<String, Tensor> namedParameters() {
    Map<String, Tensor> named = new LinkedHashMap<>(parameters);
    children.forEach(
        (name, module) ->
            module
                .namedParameters()
                .forEach((inner, tensor) -> named.put(name + "." + inner, tensor)));
    return Collections.unmodifiableMap(named);
  }

  public final List<Tensor> parameters() {
    return new ArrayList<>(namedParameters().values());
  }

  /** Copies of all parameters' values, by name; unlike PyTorch's, they do not change later. */
  public final Map<String, Tensor> stateDict() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    namedParameters()
        .forEach((name, tensor) -> state.put(name, Tensor.wrap(tensor.toArray(), tensor.shape())));
    return state;
  }

  /**
   * Sets all parameters' values.
   *
   * @throws IllegalArgumentException if a name is missing or unknown, or a shape differs; nothing
   *     is changed then
   */
  public final void loadStateDict(Map<String, Tensor> state) {
    Map<String, Tensor> named = namedParameters();
    StateDict.check("loadStateDict", named, state);
    named.forEach(
        (name, tensor) ->
            System.arraycopy(state.get(name).data(), 0, tensor.data(), 0, tensor.elements()));
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
    children.values().forEach(module -> module.setTraining(mode));
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
}
