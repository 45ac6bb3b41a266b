package io.beamgrad.model;

import io.beamgrad.nn.Loss;
import io.beamgrad.nn.MeanOutputs;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.util.Map;

/**
 * The networks of a model for one row at a time, and of an ensemble what they give together, with
 * the bits that {@code nn} gives (but for the sign of a zero). Immutable; what a thread writes to
 * is its {@link Scratch}.
 */
final class RowNetworks {

  /** A thread's own arrays, whose content means nothing between rows. */
  static final class Scratch {
    private final RowNetwork.Scratch layers;
    private final MeanOutputs mean;
    private final float[][] outputs; // (networks)(outputs)
    private final float[] together; // (outputs)

    private Scratch(RowNetworks networks) {
      int count = networks.networks.length;
      this.layers = networks.networks[0].newScratch();
      this.mean = new MeanOutputs(networks.target, count);
      this.outputs = new float[count][networks.outputs()];
      this.together = new float[networks.outputs()];
    }
  }

  private final RowNetwork[] networks;
  private final Loss.Target target;

  /**
   * @param inputs the numbers of a row
   * @param sparse whether rows come sparse
   */
  RowNetworks(ModelRecord model, Loss.Target target, int inputs, boolean sparse) {
    this.target = target;
    this.networks =
        MemberParameters.split(model).stream()
            .map(weights -> network(model, weights, inputs, sparse))
            .toArray(RowNetwork[]::new);
  }

  private static RowNetwork network(
      ModelRecord model, Map<String, Tensor> weights, int inputs, boolean sparse) {
    return new RowNetwork(model.getLayers(), model.getTargets(), weights, inputs, sparse);
  }

  Scratch newScratch() {
    return new Scratch(this);
  }

  /** The numbers that come out. */
  int outputs() {
    return networks[0].outputs();
  }

  /**
   * Runs a row.
   *
   * @param input {@code (inputs)}
   * @return an array of the input or of the scratch that begins with the outputs
   */
  float[] run(float[] input, int inputs, Scratch scratch) {
    if (networks.length == 1) {
      return networks[0].run(input, inputs, scratch.layers);
    }
    for (int i = 0; i < networks.length; i++) {
      keep(networks[i].run(input, inputs, scratch.layers), scratch.outputs[i]);
    }
    return together(scratch);
  }

  /** Runs one row of which few numbers are not 0. */
  float[] run(SparseRows row, Scratch scratch) {
    if (networks.length == 1) {
      return networks[0].run(row, scratch.layers);
    }
    for (int i = 0; i < networks.length; i++) {
      keep(networks[i].run(row, scratch.layers), scratch.outputs[i]);
    }
    return together(scratch);
  }

  private static void keep(float[] found, float[] outputs) {
    System.arraycopy(found, 0, outputs, 0, outputs.length);
  }

  private float[] together(Scratch scratch) {
    scratch.mean.row(scratch.outputs, 0, scratch.together.length, scratch.together, 0);
    return scratch.together;
  }
}
