package io.beamgrad.model;

import io.beamgrad.nn.TargetScaling;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The layers of a model for one row at a time, with the bits that {@code nn} gives (but for the
 * sign of a zero). Immutable; what a thread writes to is its {@link Scratch}.
 *
 * <p>A linear layer keeps its weight turned and goes through the inputs that are not 0 only: four
 * in five pixels of MNIST are, and half of what a ReLU gives.
 */
final class RowNetwork {

  /** Writes a step's results of some inputs. */
  private interface Step {
    /**
     * @param x {@code (width)}
     * @return the number of results in y
     */
    int run(float[] x, int width, float[] y, Scratch scratch);
  }

  /** A thread's own arrays, whose content means nothing between rows. */
  static final class Scratch {
    private final float[] odd;
    private final float[] even;
    private final int[] starts = new int[2];
    private final int[] columns;
    private final float[] values;

    private Scratch(int widest) {
      this.odd = new float[widest];
      this.even = new float[widest];
      this.columns = new int[widest];
      this.values = new float[widest];
    }
  }

  private final Step[] steps;
  private final int widest; // of all steps' inputs and results
  private final int outputs;

  /**
   * @param layers records of the schemas
   * @param targets what makes predictions of their outputs; none where they are predictions
   * @param weights that fit them, by name
   * @param inputs the numbers of a row
   * @param sparse whether rows come sparse: their width then takes no memory
   */
  RowNetwork(
      List<Object> layers,
      List<TargetEncoding> targets,
      Map<String, Tensor> weights,
      int inputs,
      boolean sparse) {
    List<Step> all = new ArrayList<>();
    int width = inputs;
    int most = 1;
    for (int i = 0; i < layers.size(); i++) {
      Object layer = layers.get(i);
      if (layer instanceof LinearLayer) {
        Tensor weight = weights.get(i + ".weight");
        all.add(new Linear(weight, weights.get(i + ".bias")));
        width = weight.size(0);
        most = Math.max(most, width);
      } else if (!(layer instanceof FlattenLayer)) {
        Networks.elementwise("RowNetwork", layer)
            .rowKernel()
            .map(Elementwise::new)
            .ifPresent(all::add);
      }
    }
    if (!targets.isEmpty()) {
      all.add(new Predicted(Networks.targetScaling(targets)));
    }
    this.steps = all.toArray(Step[]::new);
    boolean staysSparse = sparse && !all.isEmpty() && all.get(0) instanceof Linear;
    this.widest = staysSparse ? most : Math.max(most, inputs);
    this.outputs = width;
  }

  private record Elementwise(ElementwiseLayer.RowKernel kernel) implements Step {
    @Override
    public int run(float[] x, int width, float[] y, Scratch scratch) {
      kernel.run(x, y, width);
      return width;
    }
  }

  private record Predicted(TargetScaling scaling) implements Step {
    @Override
    public int run(float[] x, int width, float[] y, Scratch scratch) {
      for (int i = 0; i < width; i++) {
        y[i] = scaling.predicted(x[i], i);
      }
      return width;
    }
  }

  private static final class Linear implements Step {
    private final float[] weight; // (in, out)
    private final float[] bias; // (out)

    Linear(Tensor weight, Tensor bias) {
      this.weight = Tensor.noGrad(weight::t).data();
      this.bias = bias.data();
    }

    @Override
    public int run(float[] x, int width, float[] y, Scratch scratch) {
      int count = 0;
      for (int i = 0; i < width; i++) {
        scratch.columns[count] = i;
        scratch.values[count] = x[i];
        count += x[i] != 0 ? 1 : 0;
      }
      scratch.starts[1] = count;
      return run(scratch.starts, scratch.columns, scratch.values, y);
    }

    int run(int[] starts, int[] columns, float[] values, float[] y) {
      System.arraycopy(bias, 0, y, 0, bias.length);
      Kernels.current().sparseProduct(starts, columns, values, weight, y, 1, bias.length);
      return bias.length;
    }
  }

  Scratch newScratch() {
    return new Scratch(widest);
  }

  /** The numbers that come out. */
  int outputs() {
    return outputs;
  }

  /**
   * Runs a row.
   *
   * @param input {@code (inputs)}
   * @return an array of the input or of the scratch that begins with the outputs
   */
  float[] run(float[] input, int inputs, Scratch scratch) {
    return runFrom(0, input, inputs, scratch);
  }

  /** Runs one row of which few numbers are not 0. */
  float[] run(SparseRows row, Scratch scratch) {
    // Rows are sparse for a linear layer only: what is before one would not keep zeros.
    if (steps.length == 0 || !(steps[0] instanceof Linear first)) {
      return runFrom(0, row.toDense().data(), row.width(), scratch);
    }
    int width = first.run(row.starts(), row.columns(), row.values(), scratch.odd);
    return runFrom(1, scratch.odd, width, scratch);
  }

  private float[] runFrom(int first, float[] input, int inputs, Scratch scratch) {
    float[] x = input;
    int width = inputs;
    for (int i = first; i < steps.length; i++) {
      float[] y = x == scratch.odd ? scratch.even : scratch.odd;
      width = steps[i].run(x, width, y, scratch);
      x = y;
    }
    return x;
  }
}
