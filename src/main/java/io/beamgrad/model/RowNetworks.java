package io.beamgrad.model;

import io.beamgrad.data.encoding.KeyHashes;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.MeanOutputs;
import io.beamgrad.schema.Calibration;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The networks of a model for one row at a time, of an ensemble what they give together, and of
 * models by key that of the row's key, with the bits that {@code nn} gives (but for the sign of a
 * zero). Safe for several threads; what a thread writes to is its {@link Scratch}.
 */
final class RowNetworks {

  /** A thread's own arrays, whose content means nothing between rows. */
  static final class Scratch {
    private final RowNetwork.Scratch layers;
    private final MeanOutputs mean;
    private final float[][] outputs; // (networks)(outputs)
    private final float[] together; // (outputs)
    private final SparseRows withoutPlace; // of one row

    private Scratch(RowNetworks networks) {
      int count = networks.networks.length;
      this.layers = networks.networks[0].newScratch();
      this.mean = new MeanOutputs(networks.target, count);
      this.outputs = new float[count][networks.outputs()];
      this.together = new float[networks.outputs()];
      this.withoutPlace = new SparseRows(networks.inputs, 1, 1);
    }
  }

  private final RowNetwork[] networks;
  private final Loss.Target target;
  private final int inputs;
  private final @Nullable KeyedRowNetworks keyed; // null without models by key
  private final float temperature; // of the outputs together; 1 where there is none

  /**
   * @param inputs the numbers of a row without the place of a key's model
   * @param sparse whether rows come sparse
   */
  RowNetworks(ModelRecord model, Loss.Target target, int inputs, boolean sparse) {
    this.target = target;
    this.inputs = inputs;
    Calibration calibration = model.getCalibration();
    this.temperature =
        calibration == null || calibration.getTemperature() == null
            ? 1
            : calibration.getTemperature();
    this.networks =
        MemberParameters.split(model).stream()
            .map(weights -> network(model, weights, inputs, sparse))
            .toArray(RowNetwork[]::new);
    this.keyed =
        model.getKeyWeights().isEmpty()
            ? null
            : new KeyedRowNetworks(
                new KeyedWeights(model),
                model.getLayers().size(),
                KeyedRowNetworks.MOST_BYTES,
                parameters -> network(model, Networks.toTensors(parameters), inputs, sparse));
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
   * @param input the numbers of a row; of models by key, the place of one comes last
   * @return an array of the input or of the scratch that begins with the outputs
   */
  float[] run(float[] input, Scratch scratch) {
    if (keyed != null) {
      return network((int) input[inputs]).run(input, inputs, scratch.layers);
    }
    if (networks.length == 1) {
      return calibrated(networks[0].run(input, inputs, scratch.layers), scratch);
    }
    for (int i = 0; i < networks.length; i++) {
      keep(networks[i].run(input, inputs, scratch.layers), scratch.outputs[i]);
    }
    return together(scratch);
  }

  /** Runs one row of which few numbers are not 0. */
  float[] run(SparseRows row, Scratch scratch) {
    if (keyed != null) {
      int last = row.starts()[1] - 1;
      boolean isKeyed = last >= 0 && row.columns()[last] == inputs;
      scratch.withoutPlace.clear();
      scratch.withoutPlace.addColumns(row, 0);
      return network(isKeyed ? (int) row.values()[last] : KeyHashes.POOLED)
          .run(scratch.withoutPlace, scratch.layers);
    }
    if (networks.length == 1) {
      return calibrated(networks[0].run(row, scratch.layers), scratch);
    }
    for (int i = 0; i < networks.length; i++) {
      keep(networks[i].run(row, scratch.layers), scratch.outputs[i]);
    }
    return together(scratch);
  }

  private RowNetwork network(int place) {
    return place == KeyHashes.POOLED ? networks[0] : keyed.of(place);
  }

  private static void keep(float[] found, float[] outputs) {
    System.arraycopy(found, 0, outputs, 0, outputs.length);
  }

  private float[] together(Scratch scratch) {
    scratch.mean.row(scratch.outputs, 0, scratch.together.length, scratch.together, 0);
    return calibrated(scratch.together, scratch);
  }

  /** What begins with outputs may be the row itself, which stays. */
  private float[] calibrated(float[] outputs, Scratch scratch) {
    if (temperature == 1) {
      return outputs;
    }
    for (int i = 0; i < scratch.together.length; i++) {
      scratch.together[i] = outputs[i] / temperature;
    }
    return scratch.together;
  }
}
