#!/usr/bin/env bash
# ONNX Runtime 1.24.2 (com.microsoft.onnxruntime:onnxruntime), CPU: Cos of doubles has no implementation, Sin has one.
#
# Expected: both operators run; ONNX opset 17 gives both of them the types float16, float, double (Cos-7, Sin-7), and
# what one of a pair such as these takes, the other takes.
# Happens: a graph of one Sin over doubles loads and runs; the same graph with Cos is refused when it is loaded, with
# ORT_NOT_IMPLEMENTED. Over floats both run.
# Seen: graphs of one operator over 3 numbers, for Sin and Cos and for floats and doubles.
# Matters: times go round (hour, weekday, day of the year) and are a sine and a cosine in a table's model; milliseconds
# since 1970 need doubles. An exporter that writes what the standard allows makes a file that the checker accepts and
# no session opens; sin(pi / 2 - x) is the way around.
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
cat > Circle.java <<'JAVA'
import ai.onnx.proto.OnnxMl.*;
import ai.onnxruntime.*;
import java.util.*;

public class Circle {
  static ValueInfoProto three(String name, TensorProto.DataType type) {
    var dim = TensorShapeProto.Dimension.newBuilder().setDimValue(3);
    return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(TypeProto.Tensor
        .newBuilder().setElemType(type.getNumber()).setShape(TensorShapeProto.newBuilder().addDim(dim)))).build();
  }

  static String run(String operator, TensorProto.DataType type, Object numbers) throws Exception {
    byte[] model = ModelProto.newBuilder().setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
        .setGraph(GraphProto.newBuilder().setName("circle")
            .addNode(NodeProto.newBuilder().setOpType(operator).addInput("x").addOutput("y"))
            .addInput(three("x", type)).addOutput(three("y", type))).build().toByteArray();
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    try (var session = env.createSession(model); var x = OnnxTensor.createTensor(env, numbers);
        var result = session.run(Map.of("x", x))) {
      Object y = result.get(0).getValue();
      return y instanceof double[] ? Arrays.toString((double[]) y) : Arrays.toString((float[]) y);
    } catch (OrtException e) {
      return e.getCode() + ": " + e.getMessage();
    }
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> seen = new LinkedHashMap<>();
    for (String operator : List.of("Sin", "Cos")) {
      seen.put(operator + " of floats", run(operator, TensorProto.DataType.FLOAT, new float[] {0, 1, 2}));
      seen.put(operator + " of doubles", run(operator, TensorProto.DataType.DOUBLE, new double[] {0, 1, 2}));
    }
    seen.forEach((what, came) -> System.out.println(what + ": " + came));
    boolean so = seen.get("Cos of doubles").contains("NOT_IMPLEMENTED");
    for (String what : List.of("Sin of floats", "Sin of doubles", "Cos of floats")) {
      so &= seen.get(what).startsWith("[");
    }
    System.out.println(so ? "as described" : "CHANGED");
    System.exit(so ? 0 : 1);
  }
}
JAVA
java -cp "$(cat cp)" Circle.java
