package io.beamgrad.model;

import io.beamgrad.nn.Dropout;
import io.beamgrad.nn.GELU;
import io.beamgrad.nn.GELU.Approximate;
import io.beamgrad.nn.LeakyReLU;
import io.beamgrad.nn.Mish;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.ReLU;
import io.beamgrad.nn.SELU;
import io.beamgrad.nn.SiLU;
import io.beamgrad.nn.Sigmoid;
import io.beamgrad.nn.Tanh;
import io.beamgrad.schema.DropoutLayer;
import io.beamgrad.schema.GeluApproximation;
import io.beamgrad.schema.GeluLayer;
import io.beamgrad.schema.LeakyReluLayer;
import io.beamgrad.schema.MishLayer;
import io.beamgrad.schema.ReluLayer;
import io.beamgrad.schema.SeluLayer;
import io.beamgrad.schema.SigmoidLayer;
import io.beamgrad.schema.SiluLayer;
import io.beamgrad.schema.TanhLayer;
import io.beamgrad.tensor.FloatMath;
import io.beamgrad.tensor.Kernels;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The layers that make one number of each number, in the same shape and without parameters: what
 * they are in a network, and for one row in plain Java. One row each is all that building, checking
 * and predicting know of them.
 */
@SuppressWarnings("ImmutableEnumChecker") // none of its functions keeps anything
public enum ElementwiseLayer {
  RELU(
      ReluLayer.class,
      ReLU::new,
      (x, y, width) -> {
        for (int i = 0; i < width; i++) {
          y[i] = Math.max(x[i], 0f);
        }
      }),
  TANH(TanhLayer.class, Tanh::new, (x, y, width) -> Kernels.current().tanh(x, 0, y, 0, width)),
  SIGMOID(
      SigmoidLayer.class,
      Sigmoid::new,
      (x, y, width) -> Kernels.current().sigmoid(x, 0, y, 0, width)),
  SELU(SeluLayer.class, SELU::new, (x, y, width) -> Kernels.current().selu(x, y, null, 0, width)),
  MISH(MishLayer.class, Mish::new, (x, y, width) -> Kernels.current().mish(x, y, null, 0, width)),
  SILU(SiluLayer.class, SiLU::new, (x, y, width) -> Kernels.current().silu(x, y, null, 0, width)),
  GELU(
      GeluLayer.class,
      (layer, seed) -> new GELU(isTanh(layer) ? Approximate.TANH : Approximate.NONE),
      layer ->
          isTanh(layer)
              ? (x, y, width) -> Kernels.current().geluTanh(x, y, null, 0, width)
              : (x, y, width) -> Kernels.current().gelu(x, y, null, 0, width)),
  LEAKY_RELU(
      LeakyReluLayer.class,
      (layer, seed) -> new LeakyReLU(((LeakyReluLayer) layer).getSlope()),
      layer -> {
        float slope = (float) ((LeakyReluLayer) layer).getSlope();
        return (x, y, width) -> {
          for (int i = 0; i < width; i++) {
            y[i] = FloatMath.leakyRelu(x[i], slope);
          }
        };
      }),
  /** Passes all numbers on in a prediction. */
  DROPOUT(
      DropoutLayer.class,
      (layer, seed) -> new Dropout(((DropoutLayer) layer).getP(), seed),
      layer -> null);

  /** Makes the module of a layer. */
  private interface ModuleFactory {
    /**
     * @param seed of what the module draws
     */
    Module make(Object layer, long seed);
  }

  /** The results of a prediction for one row, with the bits that the module gives. */
  interface RowKernel {
    /** Fills another array than it reads. */
    void run(float[] x, float[] y, int width);
  }

  private final Class<?> record;
  private final ModuleFactory module;
  private final Function<Object, @Nullable RowKernel> rowKernel;

  ElementwiseLayer(Class<?> record, Supplier<Module> module, RowKernel rowKernel) {
    this(record, (layer, seed) -> module.get(), layer -> rowKernel);
  }

  ElementwiseLayer(
      Class<?> record, ModuleFactory module, Function<Object, @Nullable RowKernel> rowKernel) {
    this.record = record;
    this.module = module;
    this.rowKernel = rowKernel;
  }

  private static boolean isTanh(Object layer) {
    return ((GeluLayer) layer).getApproximate() == GeluApproximation.TANH;
  }

  /**
   * The kind of a layer.
   *
   * @param layer a record of the schemas
   * @return empty for layers of other kinds
   */
  public static Optional<ElementwiseLayer> of(Object layer) {
    for (ElementwiseLayer kind : values()) {
      if (kind.record.isInstance(layer)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  Module module(Object layer, long seed) {
    return module.make(layer, seed);
  }

  /** Empty where a prediction passes all numbers on. */
  Optional<RowKernel> rowKernel(Object layer) {
    return Optional.ofNullable(rowKernel.apply(layer));
  }
}
