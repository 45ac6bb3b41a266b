package io.beamgrad.nn;

import io.beamgrad.tensor.ByteRows;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.StateDict;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A part of a model, as {@code torch.nn.Module}: parameters and children under names, in the order
 * of registration.
 *
 * <p>A subclass registers what it holds, as Java has no hook on the assignment of a field:
 *
 * <pre>
 *   private final Linear hidden = child("hidden", new Linear(2, 7, random));
 *   private final Tensor scale = parameter("scale", Tensor.ones(7));
 * </pre>
 *
 * <p>What is forgotten would be neither trained nor saved nor told of {@link #train} and {@link
 * #eval}. Therefore whatever asks for the parameters, an optimiser or a {@code Trainer} for one,
 * looks through the fields of subclasses, the inherited and captured ones and the elements of
 * arrays, collections and maps included, and {@link #namedParameters} says what is missing. A
 * module that is meant to stay apart, such as a teacher, is held by a {@code Supplier}.
 *
 * <p>A {@code Trainer} runs the {@link #forward} of a subclass anew in each step, as it is written.
 */
@SuppressWarnings("JavaLangClash") // PyTorch's word
public abstract class Module {

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private final List<Module> childList = new ArrayList<>(); // for walks that allocate nothing
  private boolean training = true;

  /**
   * What is registered of a parameter.
   *
   * @param isTurned whether it lies in memory the other way round than outside
   */
  private record Parameter(Tensor tensor, ParameterKind kind, boolean isTurned) {}

  /** The output for a batch of inputs; the first dimension of both is the batch. */
  public abstract Tensor forward(Tensor input);

  /**
   * The output for a batch of rows of which few values are not zero. The same as of the rows with
   * their zeros, which is what a module makes of them that has no better way.
   */
  public Tensor forward(SparseRows input) {
    return forward(input.toDense());
  }

  /**
   * The output for a batch of rows of bytes. The same as of their numbers, which is what a module
   * makes of them that has no better way.
   */
  public Tensor forward(ByteRows input) {
    return forward(input.toDense());
  }

  /**
   * Registers a tensor that training changes, and gives it back: a bias where that is its name,
   * otherwise a weight.
   */
  protected final Tensor parameter(String name, Tensor value) {
    return parameter(name, value, name.equals("bias") ? ParameterKind.BIAS : ParameterKind.WEIGHT);
  }

  /** Registers a tensor of some kind that training changes, and gives it back. */
  protected final Tensor parameter(String name, Tensor value, ParameterKind kind) {
    parameters.put(name, new Parameter(value.requiresGrad(true), kind, false));
    return value;
  }

  /**
   * Registers a tensor that belongs to the model's state, but that no optimiser changes, and gives
   * it back: {@link #stateDict} has it.
   */
  protected final Tensor buffer(String name, Tensor value) {
    buffers.put(name, value.requiresGrad(false));
    return value;
  }

  /**
   * Registers a matrix that lies in memory the other way round than outside: {@link #stateDict} and
   * {@link #loadStateDict} turn it.
   */
  final Tensor turnedParameter(String name, Tensor value) {
    parameters.put(name, new Parameter(value.requiresGrad(true), ParameterKind.WEIGHT, true));
    return value;
  }

  /** Registers a child, in the place of the one that had its name, and gives it back. */
  protected final <M extends Module> M child(String name, M module) {
    children.put(name, module);
    childList.clear();
    childList.addAll(children.values());
    return module;
  }

  /**
   * All parameters in order, under names such as {@code 1.weight}, as they lie in memory. One that
   * is registered in several places is there once, under its first name. What goes to a file is
   * {@link #stateDict}, which has all names.
   *
   * @throws IllegalStateException if a subclass holds a module or a parameter that is not
   *     registered
   */
  public final Map<String, Tensor> namedParameters() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    distinctParameters().forEach((name, parameter) -> named.put(name, parameter.tensor()));
    return Collections.unmodifiableMap(named);
  }

  /**
   * The kinds of the parameters, under the names and in the order of {@link #namedParameters}.
   *
   * @throws IllegalStateException as {@link #namedParameters}
   */
  public final Map<String, ParameterKind> parameterKinds() {
    Map<String, ParameterKind> kinds = new LinkedHashMap<>();
    distinctParameters().forEach((name, parameter) -> kinds.put(name, parameter.kind()));
    return Collections.unmodifiableMap(kinds);
  }

  private Map<String, Parameter> distinctParameters() {
    new RegistrationCheck(this).requireAllRegistered();
    Map<String, Parameter> named = new LinkedHashMap<>();
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    visit(
        "",
        (name, parameter) -> {
          if (seen.add(parameter.tensor())) {
            named.put(name, parameter);
          }
        },
        (name, buffer) -> {});
    return named;
  }

  private void visit(
      String prefix,
      BiConsumer<String, Parameter> ofParameters,
      BiConsumer<String, Tensor> ofBuffers) {
    parameters.forEach((name, parameter) -> ofParameters.accept(prefix + name, parameter));
    buffers.forEach((name, buffer) -> ofBuffers.accept(prefix + name, buffer));
    children.forEach((name, module) -> module.visit(prefix + name + ".", ofParameters, ofBuffers));
  }

  public final List<Tensor> parameters() {
    return new ArrayList<>(namedParameters().values());
  }

  /** All {@link #buffer buffers} in order, under names such as {@code 1.running_mean}. */
  public final Map<String, Tensor> namedBuffers() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    visit("", (name, parameter) -> {}, named::put);
    return Collections.unmodifiableMap(named);
  }

  /**
   * Copies of all parameters' and buffers' values, by name; unlike PyTorch's, they do not change
   * later.
   *
   * @throws IllegalStateException as {@link #namedParameters}
   */
  public final Map<String, Tensor> stateDict() {
    new RegistrationCheck(this).requireAllRegistered();
    Map<String, Tensor> state = new LinkedHashMap<>();
    visit(
        "",
        (name, parameter) ->
            state.put(
                name,
                parameter.isTurned()
                    ? Tensor.noGrad(parameter.tensor()::t).detach()
                    : copy(parameter.tensor())),
        (name, buffer) -> state.put(name, copy(buffer)));
    return state;
  }

  private static Tensor copy(Tensor tensor) {
    return Tensor.wrap(tensor.toArray(), tensor.shape());
  }

  /**
   * Sets all parameters' and buffers' values.
   *
   * @throws IllegalArgumentException if a name is missing or unknown, or a shape differs; nothing
   *     is changed then
   * @throws IllegalStateException as {@link #namedParameters}
   */
  public final void loadStateDict(Map<String, Tensor> state) {
    new RegistrationCheck(this).requireAllRegistered();
    Map<String, int[]> shapes = new LinkedHashMap<>();
    visit(
        "",
        (name, parameter) -> {
          int[] shape = parameter.tensor().shape();
          shapes.put(name, parameter.isTurned() ? new int[] {shape[1], shape[0]} : shape);
        },
        (name, buffer) -> shapes.put(name, buffer.shape()));
    StateDict.check("loadStateDict", shapes, state);
    visit(
        "",
        (name, parameter) -> {
          Tensor value = state.get(name);
          set(parameter.tensor(), parameter.isTurned() ? Tensor.noGrad(value::t) : value);
        },
        (name, buffer) -> set(buffer, state.get(name)));
  }

  /**
   * All parameters' and buffers' values as one row of numbers, to be set again and again.
   *
   * @throws IllegalStateException as {@link #namedParameters}
   */
  public final PackedState packedState() {
    new RegistrationCheck(this).requireAllRegistered();
    List<PackedState.Part> parts = new ArrayList<>();
    visit(
        "",
        (name, parameter) ->
            parts.add(new PackedState.Part(parameter.tensor(), parameter.isTurned())),
        (name, buffer) -> parts.add(new PackedState.Part(buffer, false)));
    return new PackedState(parts);
  }

  private static void set(Tensor tensor, Tensor value) {
    System.arraycopy(value.data(), 0, tensor.data(), 0, tensor.elements());
  }

  /** Sets all gradients to zeros. */
  public final void zeroGrad() {
    parameters.values().forEach(parameter -> parameter.tensor().zeroGrad());
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

  /** Shows this module and all below it. */
  final void forEachModule(Consumer<Module> consumer) {
    consumer.accept(this);
    children.values().forEach(child -> child.forEachModule(consumer));
  }

  /** The parameters of this module itself. */
  final Collection<Tensor> ownParameters() {
    return parameters.values().stream().map(Parameter::tensor).toList();
  }
}
