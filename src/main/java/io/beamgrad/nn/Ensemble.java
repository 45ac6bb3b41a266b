package io.beamgrad.nn;

import io.beamgrad.tensor.ByteRows;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Models of one task that predict together, by {@link MeanOutputs}; they are named members.0,
 * members.1, ... Each member is trained by itself: what they give together has no gradient.
 */
public final class Ensemble extends Module implements Replayable {
  private final Loss.Target target;
  private final List<Module> members;
  private final Float temperature; // null for none

  /**
   * An ensemble.
   *
   * @param target what the members' outputs stand for
   * @param members at least one, whose outputs have one shape
   */
  public Ensemble(Loss.Target target, List<? extends Module> members) {
    this(target, members, null);
  }

  private Ensemble(Loss.Target target, List<? extends Module> members, Float temperature) {
    if (members.isEmpty()) {
      throw new IllegalArgumentException("Ensemble: no members");
    }
    this.target = target;
    this.temperature = temperature;
    this.members = List.copyOf(members);
    for (int i = 0; i < members.size(); i++) {
      child("members." + i, members.get(i));
    }
  }

  /** The same ensemble, whose logits are divided as {@link Temperature} has it. */
  public Ensemble calibrated(float by) {
    return new Ensemble(target, members, Temperature.checked(by));
  }

  public List<Module> members() {
    return members;
  }

  @Override
  public Tensor forward(Tensor input) {
    return together(member -> member.forward(input));
  }

  @Override
  public Tensor forward(SparseRows input) {
    return together(member -> member.forward(input));
  }

  @Override
  public Tensor forward(ByteRows input) {
    return together(member -> member.forward(input));
  }

  private Tensor together(Function<Module, Tensor> forward) {
    List<Tensor> outputs = new ArrayList<>();
    for (Module member : members) {
      outputs.add(Tensor.noGrad(() -> forward.apply(member)));
    }
    Tensor mean = mean(target, outputs);
    return temperature == null ? mean : mean.div(temperature);
  }

  /**
   * What outputs of several models give together, {@code [batch, ...]} each.
   *
   * @throws IllegalArgumentException if their shapes differ
   */
  public static Tensor mean(Loss.Target target, List<Tensor> outputs) {
    Tensor first = outputs.get(0);
    float[][] data = new float[outputs.size()][];
    for (int i = 0; i < data.length; i++) {
      if (outputs.get(i).elements() != first.elements()) {
        throw new IllegalArgumentException(
            "Ensemble: outputs of %s and of %s elements"
                .formatted(first.elements(), outputs.get(i).elements()));
      }
      data[i] = outputs.get(i).data();
    }
    float[] means = new float[first.elements()];
    int rows = first.size(0);
    int size = rows == 0 ? 0 : means.length / rows;
    MeanOutputs mean = new MeanOutputs(target, data.length);
    for (int row = 0; row < rows; row++) {
      mean.row(data, row * size, size, means, row * size);
    }
    return Tensor.wrap(means, first.shape());
  }

  @Override
  public String toString() {
    return "Ensemble" + members;
  }
}
