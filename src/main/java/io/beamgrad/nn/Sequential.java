package io.beamgrad.nn;

import io.beamgrad.tensor.ByteRows;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.util.List;

/** Modules one after the other; they are named 0, 1, ... */
public final class Sequential extends Module implements Replayable {

  private final List<Module> modules;

  public Sequential(Module... modules) {
    this(List.of(modules));
  }

  public Sequential(List<? extends Module> modules) {
    this.modules = List.copyOf(modules);
    for (int i = 0; i < modules.size(); i++) {
      child(Integer.toString(i), modules.get(i));
    }
  }

  public List<Module> modules() {
    return modules;
  }

  @Override
  public Tensor forward(Tensor input) {
    return forwardFrom(0, input);
  }

  /**
   * Sparse rows are flat: they go through modules that flatten to the first that does more, which
   * is one with the layer before it where that is a {@link Scale} before a {@link SparseLinear}.
   */
  @Override
  public Tensor forward(SparseRows input) {
    int first = afterFlatten(0);
    if (first == modules.size()) {
      return input.toDense();
    }
    int next = afterFlatten(first + 1);
    if (next < modules.size()
        && modules.get(first) instanceof Scale scale
        && modules.get(next) instanceof SparseLinear linear) {
      return forwardFrom(next + 1, linear.forward(input, scale));
    }
    return forwardFrom(first + 1, modules.get(first).forward(input));
  }

  /** The place of the first module from here on that does not flatten. */
  private int afterFlatten(int from) {
    int first = from;
    while (first < modules.size() && modules.get(first) instanceof Flatten) {
      first++;
    }
    return first;
  }

  /** Rows of bytes go flat into a linear layer that follows a {@link Flatten}. */
  @Override
  public Tensor forward(ByteRows input) {
    if (modules.size() > 1
        && modules.get(0) instanceof Flatten
        && modules.get(1) instanceof Linear linear) {
      return forwardFrom(2, linear.forwardFlat(input));
    }
    return modules.isEmpty() ? input.toDense() : forwardFrom(1, modules.get(0).forward(input));
  }

  private Tensor forwardFrom(int first, Tensor input) {
    Tensor output = input;
    for (int i = first; i < modules.size(); i++) {
      output = modules.get(i).forward(output);
    }
    return output;
  }

  @Override
  public String toString() {
    return "Sequential" + modules;
  }
}
