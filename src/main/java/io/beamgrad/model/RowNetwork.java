package io.beamgrad.model;

import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Normalization;
import io.beamgrad.nn.TargetScaling;
import io.beamgrad.schema.BatchNormLayer;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.LayerNormLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ScaleLayer;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
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
    private float[] scaled = new float[0]; // grows to the most values of a sparse row

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
      if (layer instanceof LinearLayer linear) {
        Tensor weight = weights.get(i + ".weight");
        float factor = linear.getNtk() ? Linear.factor(width) : 1f;
        all.add(new LinearStep(weight, weights.get(i + ".bias"), factor));
        width = weight.size(0);
        most = Math.max(most, width);
      } else if (layer instanceof ScaleLayer) {
        all.add(new ScaleStep(weights.get(i + ".weight").data()));
      } else if (layer instanceof BatchNormLayer norm) {
        all.add(BatchNormStep.of(norm, i + ".", weights));
      } else if (layer instanceof LayerNormLayer norm) {
        all.add(
            new LayerNormStep(
                weights.get(i + ".weight").data(), weights.get(i + ".bias").data(), norm.getEps()));
      } else if (!(layer instanceof FlattenLayer)) {
        Networks.elementwise("RowNetwork", layer)
            .rowKernel(layer)
            .map(ElementwiseStep::new)
            .ifPresent(all::add);
      }
    }
    if (!targets.isEmpty()) {
      all.add(new Predicted(Networks.targetScaling(targets)));
    }
    this.steps = all.toArray(Step[]::new);
    this.widest = sparse && firstLinear() >= 0 ? most : Math.max(most, inputs);
    this.outputs = width;
  }

  /** The place of the linear layer that sparse rows come to, scaled or not; below 0 without one. */
  private int firstLinear() {
    if (steps.length > 0 && steps[0] instanceof LinearStep) {
      return 0;
    }
    boolean isScaled =
        steps.length > 1 && steps[0] instanceof ScaleStep && steps[1] instanceof LinearStep;
    return isScaled ? 1 : -1;
  }

  private record ElementwiseStep(ElementwiseLayer.RowKernel kernel) implements Step {
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

  private static final class ScaleStep implements Step {
    private final float[] weight;

    ScaleStep(float[] weight) {
      this.weight = weight;
    }

    @Override
    public int run(float[] x, int width, float[] y, Scratch scratch) {
      for (int i = 0; i < width; i++) {
        y[i] = x[i] * weight[i];
      }
      return width;
    }

    /** The values of a sparse row times their columns' factors. */
    float[] run(SparseRows row, Scratch scratch) {
      int count = row.starts()[1];
      if (scratch.scaled.length < count) {
        scratch.scaled = new float[Math.max(count, 2 * scratch.scaled.length)];
      }
      for (int p = 0; p < count; p++) {
        scratch.scaled[p] = row.values()[p] * weight[row.columns()[p]];
      }
      return scratch.scaled;
    }
  }

  /** Normalises by running statistics. */
  private static final class BatchNormStep implements Step {
    private final float[] mean;
    private final float[] inverse; // of the deviation
    private final float[] weight;
    private final float[] bias;

    private BatchNormStep(float[] mean, float[] inverse, float[] weight, float[] bias) {
      this.mean = mean;
      this.inverse = inverse;
      this.weight = weight;
      this.bias = bias;
    }

    static BatchNormStep of(BatchNormLayer layer, String prefix, Map<String, Tensor> weights) {
      float[] inverse = weights.get(prefix + "running_var").toArray();
      for (int i = 0; i < inverse.length; i++) {
        inverse[i] = Normalization.inverseDeviation(inverse[i], layer.getEps());
      }
      return new BatchNormStep(
          weights.get(prefix + "running_mean").data(),
          inverse,
          weights.get(prefix + "weight").data(),
          weights.get(prefix + "bias").data());
    }

    @Override
    public int run(float[] x, int width, float[] y, Scratch scratch) {
      for (int i = 0; i < width; i++) {
        y[i] = Math.fma((x[i] - mean[i]) * inverse[i], weight[i], bias[i]);
      }
      return width;
    }
  }

  private static final class LayerNormStep implements Step {
    private final float[] weight;
    private final float[] bias;
    private final double eps;

    LayerNormStep(float[] weight, float[] bias, double eps) {
      this.weight = weight;
      this.bias = bias;
      this.eps = eps;
    }

    @Override
    public int run(float[] x, int width, float[] y, Scratch scratch) {
      Normalization.normalizeRow(x, 0, y, 0, width, eps);
      for (int i = 0; i < width; i++) {
        y[i] = Math.fma(y[i], weight[i], bias[i]);
      }
      return width;
    }
  }

  private static final class LinearStep implements Step {
    private final float[] weight; // (in, out)
    private final float[] bias; // (out)
    private final float factor; // of the products

    LinearStep(Tensor weight, Tensor bias, float factor) {
      this.weight = Tensor.noGrad(weight::t).data();
      this.bias = bias.data();
      this.factor = factor;
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

    /** Without a factor the products are added to the bias, otherwise it to them. */
    int run(int[] starts, int[] columns, float[] values, float[] y) {
      if (factor == 1f) {
        System.arraycopy(bias, 0, y, 0, bias.length);
      } else {
        Arrays.fill(y, 0, bias.length, 0f);
      }
      Kernels.current().sparseProduct(starts, columns, values, weight, y, 1, bias.length);
      if (factor != 1f) {
        for (int j = 0; j < bias.length; j++) {
          y[j] = Math.fma(factor, y[j], bias[j]);
        }
      }
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
    int linear = firstLinear();
    if (linear < 0) {
      return runFrom(0, row.toDense().data(), row.width(), scratch);
    }
    float[] values = linear == 0 ? row.values() : ((ScaleStep) steps[0]).run(row, scratch);
    int width = ((LinearStep) steps[linear]).run(row.starts(), row.columns(), values, scratch.odd);
    return runFrom(linear + 1, scratch.odd, width, scratch);
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
