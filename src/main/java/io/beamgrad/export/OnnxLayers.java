package io.beamgrad.export;

import static io.beamgrad.export.OnnxGraph.attribute;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.beamgrad.model.ElementwiseLayer;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Normalization;
import io.beamgrad.schema.BatchNormLayer;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.GeluApproximation;
import io.beamgrad.schema.GeluLayer;
import io.beamgrad.schema.LayerNormLayer;
import io.beamgrad.schema.LeakyReluLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ScaleLayer;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Adds the layers of a model to a graph, from the input to what the last one gives. Where the opset
 * has no operator for a layer it is composed of others.
 */
final class OnnxLayers {
  private final OnnxGraph graph;
  private final List<Object> layers;
  private final Map<String, Tensor> weights;
  private final String prefix;

  /**
   * @param layers records of the schemas
   * @param weights of one network
   * @param prefix of their names in the graph
   */
  OnnxLayers(OnnxGraph graph, List<Object> layers, Map<String, Tensor> weights, String prefix) {
    this.graph = graph;
    this.layers = layers;
    this.weights = weights;
    this.prefix = prefix;
  }

  /** The outputs of the layers for an input {@code [batch, ...]}. */
  String add(String input) {
    String x = input;
    for (int i = 0; i < layers.size(); i++) {
      x = layer(x, layers.get(i), i);
    }
    return x;
  }

  private String layer(String x, Object layer, int i) {
    if (layer instanceof LinearLayer linear) {
      return linear(x, linear, i);
    }
    if (layer instanceof FlattenLayer) {
      return graph.node("Flatten", List.of(x), attribute("axis", 1));
    }
    if (layer instanceof ScaleLayer) {
      return graph.node("Mul", List.of(x, constant(i, "weight")));
    }
    if (layer instanceof BatchNormLayer norm) {
      return batchNorm(x, norm, i);
    }
    if (layer instanceof LayerNormLayer norm) {
      return layerNorm(x, norm, i);
    }
    return elementwise(x, layer);
  }

  /** The factor of the NTK form is the operator's alpha: the weight stays what it is. */
  private String linear(String x, LinearLayer linear, int i) {
    List<String> inputs = inputs(x, i, "weight", "bias");
    int in = weights.get(i + ".weight").size(1);
    return linear.getNtk()
        ? graph.node("Gemm", inputs, attribute("transB", 1), attribute("alpha", Linear.factor(in)))
        : graph.node("Gemm", inputs, attribute("transB", 1));
  }

  /**
   * Step by step, as runtimes fold the operator BatchNormalization into a product and a sum in
   * float32, which loses the digits of columns far from 0.
   */
  private String batchNorm(String x, BatchNormLayer norm, int i) {
    float[] inverse = weights.get(i + ".running_var").data().clone();
    for (int j = 0; j < inverse.length; j++) {
      inverse[j] = Normalization.inverseDeviation(inverse[j], norm.getEps());
    }
    String distance = graph.node("Sub", List.of(x, constant(i, "running_mean")));
    String factor = graph.floats(prefix + i + ".inverse_deviation", inverse, inverse.length);
    return weighted(times(distance, factor), i);
  }

  /**
   * Step by step in float64, as ONNX Runtime's LayerNormalization takes the variance as the mean of
   * squares less the square of the mean, in float32.
   */
  private String layerNorm(String x, LayerNormLayer norm, int i) {
    String number = graph.cast(x, DataType.DOUBLE);
    String mean = mean(number);
    String distance = graph.node("Sub", List.of(number, mean));
    String variance = mean(times(distance, distance));
    String eps = graph.doubles(prefix + i + ".eps", new double[] {norm.getEps()});
    String deviation = graph.node("Sqrt", List.of(graph.node("Add", List.of(variance, eps))));
    String inverse = graph.cast(graph.node("Reciprocal", List.of(deviation)), DataType.FLOAT);
    String fromCenter = graph.node("Sub", List.of(x, graph.cast(mean, DataType.FLOAT)));
    return weighted(times(fromCenter, inverse), i);
  }

  /** The mean of each row. */
  private String mean(String x) {
    return graph.node("ReduceMean", List.of(x), attribute("axes", new long[] {1}));
  }

  private String weighted(String x, int i) {
    return graph.node("Add", List.of(times(x, constant(i, "weight")), constant(i, "bias")));
  }

  private List<String> inputs(String x, int i, String... names) {
    List<String> inputs = new ArrayList<>(List.of(x));
    for (String name : names) {
      inputs.add(constant(i, name));
    }
    return inputs;
  }

  private String constant(int layer, String name) {
    Tensor values = weights.get(layer + "." + name);
    return graph.floats(prefix + layer + "." + name, values.data(), values.shape());
  }

  private String elementwise(String x, Object layer) {
    ElementwiseLayer kind = Networks.elementwise("OnnxLayers", layer);
    return switch (kind) {
      case RELU -> graph.node("Relu", List.of(x));
      case TANH -> graph.node("Tanh", List.of(x));
      case SIGMOID -> graph.node("Sigmoid", List.of(x));
      case SELU -> graph.node("Selu", List.of(x));
      case LEAKY_RELU ->
          graph.node(
              "LeakyRelu",
              List.of(x),
              attribute("alpha", (float) ((LeakyReluLayer) layer).getSlope()));
      case MISH -> times(x, graph.node("Tanh", List.of(graph.node("Softplus", List.of(x)))));
      case SILU -> times(x, graph.node("Sigmoid", List.of(x)));
      case GELU ->
          ((GeluLayer) layer).getApproximate() == GeluApproximation.TANH ? geluTanh(x) : gelu(x);
      case DROPOUT -> x;
    };
  }

  /** x times (1 + erf(x / sqrt(2))) / 2; the operator Gelu is from opset 20 on. */
  private String gelu(String x) {
    String erf = graph.node("Erf", List.of(times(x, number("root_half", 0.70710677f))));
    return times(x, halfOfOnePlus(erf));
  }

  /** x times (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2. */
  private String geluTanh(String x) {
    String square = times(x, x);
    String bent =
        graph.node(
            "Add", List.of(times(square, number("gelu_cubic", 0.044715f)), number("one", 1f)));
    String inner = times(times(x, bent), number("gelu_linear", 0.7978846f));
    return times(x, halfOfOnePlus(graph.node("Tanh", List.of(inner))));
  }

  private String halfOfOnePlus(String x) {
    return times(graph.node("Add", List.of(x, number("one", 1f))), number("half", 0.5f));
  }

  private String times(String x, String factor) {
    return graph.node("Mul", List.of(x, factor));
  }

  private String number(String name, float value) {
    return graph.floats(name, new float[] {value});
  }
}
