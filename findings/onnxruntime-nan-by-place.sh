#!/usr/bin/env bash
# ONNX Runtime 1.24.2 (com.microsoft.onnxruntime:onnxruntime), CPU: what ArgMax says of a row with a NaN
# depends on where the NaN stands, and MaxPool makes a finite number of nothing but NaN.
#
# Expected: one rule. A NaN either wins wherever it stands, as in NumPy's argmax, or never; the largest of
# NaNs is NaN, as Relu and Sigmoid keep it.
# Happens: ArgMax names the NaN if it comes first and passes over it otherwise, so that turning a row round
# turns the answer from NaN to number. MaxPool over three NaNs is -3.4028235E38, the lowest float.
# Seen: the two operators alone on rows of three with a NaN first, in the middle, last, and everywhere.
# Matters: a classifier ends in ArgMax, a text or image model has MaxPool within. A model that diverged, or
# a row with a missing feature, is served with a class or finite scores that no check for NaN at the output
# notices; and the class named depends on the order of the classes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
 <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>
  <dependency><groupId>com.microsoft.onnxruntime</groupId><artifactId>onnxruntime</artifactId><version>1.24.2</version></dependency>
  <dependency><groupId>org.tribuo</groupId><artifactId>tribuo-util-onnx</artifactId><version>4.3.2</version></dependency>
  <dependency><groupId>com.google.protobuf</groupId><artifactId>protobuf-java</artifactId><version>4.33.2</version></dependency>
 </dependencies></project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile=cp >&2
cat > Place.java <<'JAVA'
import ai.onnx.proto.OnnxMl.*;
import ai.onnxruntime.*;
import java.util.*;

public class Place {
  static ValueInfoProto tensor(String name, TensorProto.DataType type, int... shape) {
    var dims = TensorShapeProto.newBuilder();
    for (int dim : shape) dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(dims))).build();
  }

  static OperatorSetIdProto opset(String domain, int version) {
    return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
  }

  static String run(NodeProto.Builder node, ValueInfoProto in, ValueInfoProto out, Object rows)
      throws Exception {
    byte[] model = ModelProto.newBuilder().setIrVersion(8).addOpsetImport(opset("", 17))
        .setGraph(GraphProto.newBuilder().setName("place").addNode(node.addInput("x").addOutput("y"))
            .addInput(in).addOutput(out)).build().toByteArray();
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    try (var session = env.createSession(model); var x = OnnxTensor.createTensor(env, rows);
        var result = session.run(Map.of("x", x))) {
      return Arrays.deepToString((Object[]) result.get(0).getValue());
    }
  }

  public static void main(String[] args) throws Exception {
    float nan = Float.NaN;
    float[][] rows = {{nan, 1, 2}, {1, nan, 2}, {2, 1, nan}, {nan, nan, nan}};
    float[][][] signals = new float[4][1][];
    for (int i = 0; i < 4; i++) signals[i][0] = rows[i];
    var real = TensorProto.DataType.FLOAT;
    String argMax = run(NodeProto.newBuilder().setOpType("ArgMax").addAttribute(AttributeProto.newBuilder()
            .setName("axis").setType(AttributeProto.AttributeType.INT).setI(1)),
        tensor("x", real, 4, 3), tensor("y", TensorProto.DataType.INT64, 4, 1), rows);
    String maxPool = run(NodeProto.newBuilder().setOpType("MaxPool").addAttribute(AttributeProto.newBuilder()
            .setName("kernel_shape").setType(AttributeProto.AttributeType.INTS).addInts(3)),
        tensor("x", real, 4, 1, 3), tensor("y", real, 4, 1, 1), signals);
    System.out.println("rows    " + Arrays.deepToString(rows));
    System.out.println("ArgMax  " + argMax);
    System.out.println("MaxPool " + maxPool);
    boolean so = argMax.equals("[[0], [2], [0], [0]]")
        && maxPool.equals("[[[2.0]], [[2.0]], [[2.0]], [[-3.4028235E38]]]");
    System.out.println(so ? "seen: a NaN counts by its place, and MaxPool hides it" : "no longer so");
    System.exit(so ? 0 : 1);
  }
}
JAVA
java -cp "$(cat cp)" Place.java
