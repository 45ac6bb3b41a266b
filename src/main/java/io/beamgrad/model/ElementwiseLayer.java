package io.beamgrad.model;

import io.beamgrad.nn.Dropout;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.ReLU;
import io.beamgrad.nn.Sigmoid;
import io.beamgrad.nn.Tanh;
import io.beamgrad.schema.DropoutLayer;
import io.beamgrad.schema.ReluLayer;
import io.beamgrad.schema.SigmoidLayer;
import io.beamgrad.schema.TanhLayer;
import io.beamgrad.tensor.Kernels;
import java.util.Optional;
import java.util.function.Supplier;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The layers that make one number of each number, in the same shape and without parameters: what
 * they are in a network, for one row in plain Java, and in ONNX. One row each is all that building,
 * checking, predicting and exporting know of them.
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
      },
      "Relu"),
  TANH(
      TanhLayer.class,
      Tanh::new,
      (x, y, width) -> Kernels.current().tanh(x, 0, y, 0, width),
      "Tanh"),
  SIGMOID(
      SigmoidLayer.class,
      Sigmoid::new,
      (x, y, width) -> Kernels.current().sigmoid(x, 0, y, 0, width),
      "Sigmoid"),
  /** Passes all numbers on in a prediction. */
  DROPOUT(
      DropoutLayer.class,
      (layer, seed) -> new Dropout(((DropoutLayer) layer).getP(), seed),
      null,
      null);

  /** Makes the module of a layer. */
  private interface ModuleFactory {
    /**
     * @param seed of what the module draws
     */
    Module make(Object layer, long seed);
  }

  /** The results of a prediction for one row, with the bits that the module gives. */
  interface RowKernel {
    void run(float[] x, float[] y, int width);
  }

  private final Class<?> record;
  private final ModuleFactory module;
  private final @Nullable RowKernel rowKernel;
  private final @Nullable String onnxOperator;

  ElementwiseLayer(
      Class<?> record, Supplier<Module> module, RowKernel rowKernel, String onnxOperator) {
    this(record, (layer, seed) -> module.get(), rowKernel, onnxOperator);
  }

  ElementwiseLayer(
      Class<?> record,
      ModuleFactory module,
      @Nullable RowKernel rowKernel,
      @Nullable String onnxOperator) {
    this.record = record;
    this.module = module;
    this.rowKernel = rowKernel;
    this.onnxOperator = onnxOperator;
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
  Optional<RowKernel> rowKernel() {
    return Optional.ofNullable(rowKernel);
  }

  /** The ONNX operator of one input that does it; empty where a prediction passes numbers on. */
  public Optional<String> onnxOperator() {
    return Optional.ofNullable(onnxOperator);
  }
}
