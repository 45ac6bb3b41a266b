package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;
import java.util.List;

/** Modules one after the other; they are named 0, 1, ... */
public final class Sequential extends Module {

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
    Tensor output = input;
    for (Module module : modules) {
      output = module.forward(output);
    }
    return output;
  }

  @Override
  public String toString() {
    return "Sequential" + modules;
  }
}
