#!/usr/bin/env bash
# ONNX Runtime 1.24.2 (com.microsoft.onnxruntime:onnxruntime), operator Scaler of ai.onnx.ml: an int64 input
# is made float32 before the offset is subtracted.
#
# Expected: (x - offset) * scale of whole numbers near the offset is exact, as it is with an input of
# doubles: taking the offset off is what makes large numbers fit for float32.
# Happens: with int64, numbers closer than float32's steps become equal. At 1.7e12, today's milliseconds,
# a step is 131072: 1 second and 1 minute after the offset are both 0, and so is the offset itself.
# Seen: one Scaler (offset exact in float32, scale 1) on the same four numbers as int64 and as double.
# Matters: the Scaler is what exporters write for a standardised column. Ids, counters and times that
# training standardised in double are served from int64 as steps of two minutes: no error, the shape
# and scale are right, and the differences the model learned from are gone.
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
cat > Scale.java <<'JAVA'
import ai.onnx.proto.OnnxMl.*;
import ai.onnxruntime.*;
import java.util.*;

public class Scale {
  static ValueInfoProto tensor(String name, TensorProto.DataType type, int... shape) {
    var dims = TensorShapeProto.newBuilder();
    for (int dim : shape) dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(dims))).build();
  }

  static OperatorSetIdProto opset(String domain, int version) {
    return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
  }

  static float[][] run(TensorProto.DataType type, float offset, Object rows) throws Exception {
    NodeProto node = NodeProto.newBuilder().setDomain("ai.onnx.ml").setOpType("Scaler")
        .addInput("x").addOutput("y")
        .addAttribute(AttributeProto.newBuilder().setName("offset")
            .setType(AttributeProto.AttributeType.FLOATS).addFloats(offset))
        .addAttribute(AttributeProto.newBuilder().setName("scale")
            .setType(AttributeProto.AttributeType.FLOATS).addFloats(1)).build();
    byte[] model = ModelProto.newBuilder().setIrVersion(8)
        .addOpsetImport(opset("", 17)).addOpsetImport(opset("ai.onnx.ml", 3))
        .setGraph(GraphProto.newBuilder().setName("scale").addNode(node)
            .addInput(tensor("x", type, 4, 1))
            .addOutput(tensor("y", TensorProto.DataType.FLOAT, 4, 1))).build().toByteArray();
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    try (var session = env.createSession(model); var x = OnnxTensor.createTensor(env, rows);
        var result = session.run(Map.of("x", x))) {
      return (float[][]) result.get(0).getValue();
    }
  }

  public static void main(String[] args) throws Exception {
    float offset = 1.7e12f;
    long[][] whole = new long[4][1];
    double[][] doubles = new double[4][1];
    long[] since = {0, 1_000, 60_000, 131_072};
    for (int i = 0; i < 4; i++) doubles[i][0] = whole[i][0] = (long) offset + since[i];
    String fromLong = Arrays.deepToString(run(TensorProto.DataType.INT64, offset, whole));
    String fromDouble = Arrays.deepToString(run(TensorProto.DataType.DOUBLE, offset, doubles));
    System.out.println("x - offset  " + Arrays.toString(since));
    System.out.println("from int64  " + fromLong);
    System.out.println("from double " + fromDouble);
    boolean so = fromLong.equals("[[0.0], [0.0], [0.0], [131072.0]]")
        && fromDouble.equals("[[0.0], [1000.0], [60000.0], [131072.0]]");
    System.out.println(so ? "seen: int64 is rounded before the offset is taken off" : "no longer so");
    System.exit(so ? 0 : 1);
  }
}
JAVA
java -cp "$(cat cp)" Scale.java
