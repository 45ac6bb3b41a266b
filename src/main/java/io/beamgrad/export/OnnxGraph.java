package io.beamgrad.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * An ONNX graph that grows node by node. Values are known by their names: inputs and outputs are
 * declared first, by given names; all values between get unique names.
 */
final class OnnxGraph {
  /** The name of the first dimension, whose size a run decides. */
  static final String BATCH = "batch";

  /** The domain of operators on texts. */
  static final String ML = "ai.onnx.ml";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> names = new HashSet<>();

  OnnxGraph(String name) {
    graph.setName(name);
  }

  GraphProto build() {
    return graph.build();
  }

  /** A unique name: the given one, or where it is taken, one that begins with it. */
  String unique(String name) {
    String free = name;
    for (int i = 2; !names.add(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }

  /**
   * Declares an input of rows.
   *
   * @param shape the shape of one row
   */
  void input(String name, DataType type, List<Integer> shape, String doc) {
    graph.addInput(value(name, type, shape, doc));
  }

  /** Declares an output of rows, whose name {@link #unique} gave. */
  void output(String name, DataType type, List<Integer> shape, String doc) {
    graph.addOutput(value(name, type, shape, doc));
  }

  private static ValueInfoProto value(String name, DataType type, List<Integer> shape, String doc) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    dimensions.addDimBuilder().setDimParam(BATCH);
    shape.forEach(size -> dimensions.addDimBuilder().setDimValue(size));
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(dimensions).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .setDocString(doc)
        .build();
  }

  /** A constant of float32. */
  String floats(String name, float[] values, int... shape) {
    ByteBuffer bytes = little(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return constant(name, DataType.FLOAT, bytes, shape);
  }

  /** A constant of float64. */
  String doubles(String name, double[] values, int... shape) {
    ByteBuffer bytes = little(Double.BYTES * values.length);
    bytes.asDoubleBuffer().put(values);
    return constant(name, DataType.DOUBLE, bytes, shape);
  }

  /** A constant of int64. */
  String longs(String name, long[] values, int... shape) {
    ByteBuffer bytes = little(Long.BYTES * values.length);
    bytes.asLongBuffer().put(values);
    return constant(name, DataType.INT64, bytes, shape);
  }

  /** A constant of booleans. */
  String flags(String name, boolean[] values, int... shape) {
    ByteBuffer bytes = little(values.length);
    for (boolean value : values) {
      bytes.put((byte) (value ? 1 : 0));
    }
    return constant(name, DataType.BOOL, bytes.flip(), shape);
  }

  /** A constant of texts. */
  String texts(String name, List<String> texts) {
    TensorProto.Builder tensor = tensor(name, DataType.STRING, texts.size());
    texts.forEach(text -> tensor.addStringData(ByteString.copyFromUtf8(text)));
    graph.addInitializer(tensor);
    return tensor.getName();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String constant(String name, DataType type, ByteBuffer bytes, int... shape) {
    TensorProto.Builder tensor = tensor(name, type, shape);
    graph.addInitializer(tensor.setRawData(ByteString.copyFrom(bytes)));
    return tensor.getName();
  }

  private TensorProto.Builder tensor(String name, DataType type, int... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(unique(name)).setDataType(type.getNumber());
    IntStream.of(shape).forEach(tensor::addDims);
    return tensor;
  }

  /** The result of an operator. */
  String node(String operator, List<String> inputs, AttributeProto... attributes) {
    String result = unique(operator + "_of_" + inputs.get(0));
    node(operator, "", inputs, List.of(result), attributes);
    return result;
  }

  /** Adds an operator whose results have names that {@link #unique} gave. */
  void node(
      String operator,
      String domain,
      List<String> inputs,
      List<String> outputs,
      AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setDomain(domain)
            .setName(outputs.get(0))
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
  }

  /** The value as another type. */
  String cast(String value, DataType type) {
    return node("Cast", List.of(value), attribute("to", type.getNumber()));
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto attribute(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  static AttributeProto attribute(String name, List<String> texts) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.STRINGS);
    texts.forEach(text -> attribute.addStrings(ByteString.copyFromUtf8(text)));
    return attribute.build();
  }
}
