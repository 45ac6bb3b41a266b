#!/usr/bin/env bash
# ONNX Runtime 1.24.2 (com.microsoft.onnxruntime:onnxruntime), CPU: LayerNormalization of a row that lies far
# from 0 gives numbers hundreds of times too large, though float32 holds the row and its distances exactly.
#
# Expected: what the operator's own definition computes (ONNX opset 17: the mean, the distances from it, their
# mean square), which of [9999, 10001, 10000] is [-1.2247, 1.2247, 0], as of [-1, 1, 0].
# Happens: rows around 0 come out right, the same rows around 10000 at 316 and more, which is 1 / sqrt(epsilon):
# the variance is 0 there, as if it were the mean of squares less the square of the mean in float32.
# Seen: the operator alone on four rows around 0 and on the same rows with 10000 added.
# Matters: a table's network that begins with a layer norm over columns such as prices, years or sensor counts
# trains well and exports without a word, and the served model gives other predictions than the trained one.
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
cat > Norm.java <<'JAVA'
import ai.onnx.proto.OnnxMl.*;
import ai.onnxruntime.*;
import java.util.*;

public class Norm {
  static ValueInfoProto floats(String name, int... shape) {
    var dims = TensorShapeProto.newBuilder();
    for (int dim : shape) dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT.getNumber()).setShape(dims))).build();
  }

  static float[][] run(float[][] rows) throws Exception {
    var ones = TensorProto.newBuilder().setName("scale").setDataType(TensorProto.DataType.FLOAT.getNumber()).addDims(3);
    for (int i = 0; i < 3; i++) ones.addFloatData(1);
    byte[] model = ModelProto.newBuilder().setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
        .setGraph(GraphProto.newBuilder().setName("norm")
            .addNode(NodeProto.newBuilder().setOpType("LayerNormalization").addInput("x").addInput("scale").addOutput("y"))
            .addInitializer(ones).addInput(floats("x", 4, 3)).addOutput(floats("y", 4, 3))).build().toByteArray();
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    try (var session = env.createSession(model); var x = OnnxTensor.createTensor(env, rows);
        var result = session.run(Map.of("x", x))) {
      return (float[][]) result.get(0).getValue();
    }
  }

  public static void main(String[] args) throws Exception {
    float[][] near = {{-1, 1, 0}, {1, 0, -1}, {0, -1, 2}, {0, 1, 0}};
    float[][] far = new float[4][3];
    for (int i = 0; i < 12; i++) far[i / 3][i % 3] = near[i / 3][i % 3] + 10000;
    float[][] right = run(near);
    float[][] found = run(far);
    double error = 0;
    int nans = 0;
    for (int i = 0; i < 12; i++) {
      double distance = Math.abs(right[i / 3][i % 3] - found[i / 3][i % 3]);
      if (Double.isNaN(distance)) nans++; else error = Math.max(error, distance);
    }
    System.out.println("rows around 0     " + Arrays.deepToString(near) + "\n  normalised      " + Arrays.deepToString(right));
    System.out.println("rows around 10000 " + Arrays.deepToString(far) + "\n  normalised      " + Arrays.deepToString(found));
    System.out.println("largest error " + error + ", NaNs " + nans);
    boolean so = Math.abs(right[0][0] + 1.2247) < 1e-3 && (error > 0.1 || nans > 0);
    System.out.println(so ? "as described" : "CHANGED");
    System.exit(so ? 0 : 1);
  }
}
JAVA
java -cp "$(cat cp)" Norm.java
